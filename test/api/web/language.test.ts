import { setTimeout } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { latinWords, picture } from '../../support/browser.ts'
import { startDesk, type TestDesk } from '../../support/desk.ts'
import { hasPrograms } from '../../support/programs.ts'

/** What devices, places and units are called, keys, and what people here have typed. */
const NAMES =
  /^(English|admin|zhang|B[12]|Esc|Enter|Shift|Ctrl|Tab|(leak|lift|meter)-\w?|water.leak|water_leak|leak.wet|water)$/

interface Told {
  id: string
  number: string
}

/** Of a whole leak with all that the service notes beside it: nothing that a person reads is in the other language. */
describe.skipIf(!hasPrograms('chromium'))('the dashboard in Chinese', { timeout: 180_000 }, () => {
  let desk: TestDesk
  let leak: Told
  let lamp: Told

  const post = <T = object>(path: string, body: object = {}) => desk.service.api<T>('POST', path, body)
  const act = (id: string, action: string, body: object = {}) => post(`/tickets/${id}/${action}`, body)
  const english = (page: Page) => latinWords(page, NAMES)

  async function ticketOf(device: string): Promise<Told> {
    for (;;) {
      const { items } = await desk.service.api<{ items: Told[] }>('GET', `/tickets?device=${device}&limit=1`)
      if (items[0]) return items[0]
      await setTimeout(50)
    }
  }

  beforeAll(async () => {
    desk = await startDesk()
    await desk.property.leak('leak-b2', true)
    leak = await ticketOf('leak-b2')
    const callIn = await post<Told>(`/tickets/${leak.id}/call-in`, { people: 1 })
    await post(`/call-ins/${callIn.id}/answer`, { responder: 'li', answer: 'coming' })
    await post(`/call-ins/${callIn.id}/answer`, { responder: 'li', answer: 'arrived' })
    await act(leak.id, 'decline', { note: '在修电梯' })
    await act(leak.id, 'assign', { assignee: 'zhang', note: '他最近' })
    await act(leak.id, 'accept', { assignee: 'zhang' })
    await act(leak.id, 'hand-over', { to: 'li', note: '换班' })
    await act(leak.id, 'hand-over', { to: 'zhang' })
    await act(leak.id, 'explain', { reason: '等配件', plan: '一小时内到', way: 'telephone' })
    await act(leak.id, 'cancel', { note: '误报' })
    lamp = await post<Told>('/tickets', { site: 'default', category: 'other', title: '灯不亮', location: '大堂' })
    await desk.service.api('PATCH', `/tickets/${lamp.id}/job`, { charge: { paid: true } })
    await act(lamp.id, 'quote', { amountFen: 12_800 })
    await act(lamp.id, 'agree', { name: '陈先生' })
  }, 180_000)
  afterAll(() => desk?.end())

  it('says what the service noted, at the desk and in the hand', async () => {
    const { page } = await desk.open('dispatcher', `#/tickets/${leak.id}`)
    const history = page.locator('.history')
    await history.getByText('需要 1 人，已通知 0 人').waitFor()
    await history.getByText('李强 · 正在赶来 · 到场 0 人，需要 1 人').waitFor()
    await history.getByText('电话 · 等配件；一小时内到').waitFor()
    await history.getByText('张伟 → 李强 · 换班').waitFor()
    expect(await english(page)).toEqual([])
    await picture(page, 'language/ticket')
    await page.goto(`${desk.service.http}/#/tickets/${lamp.id}`)
    await history.getByText('陈先生 同意 128.00 元').waitFor()
    expect(await english(page)).toEqual([])
    const phone = await desk.open('responder', `#/jobs/${leak.id}`, { size: 'phone' })
    await phone.page.getByText('需要 1 人，已通知 0 人').waitFor()
    expect(await english(phone.page)).toEqual([])
  })

  it('says why the service refused', async () => {
    const { page } = await desk.open('dispatcher', `#/tickets/${lamp.id}`)
    const li = { id: 'li', name: '李强', sites: ['default'], skills: ['water'], phone: '+8613800000002' }
    await desk.service.api('PUT', '/responders/li', { ...li, enabled: false })
    await page.locator('.next__main[data-step="assign"]').click()
    await page.locator('dialog[open] .people > .field input').fill('li')
    await page.locator('dialog[open] button[type=submit]').click()
    await page.locator('dialog[open] .failure').getByText('李强 已停用，请派给别人').waitFor()
    expect(await english(page)).toEqual([])
    await picture(page, 'language/refusal')
    await desk.service.api('PUT', '/responders/li', li)
  })

  it('says why the service refused what waited in the hand', async () => {
    await act(leak.id, 'depart')
    const { page } = await desk.open('responder', `#/jobs/${leak.id}`, { size: 'phone' })
    await page.locator('.bar [data-main][data-action="arrive"]:enabled').click()
    await page.locator('.sheet input').first().fill('2345-6789')
    await page.locator('.sheet [data-main]').click()
    await page.locator('[data-stand="refused"]').getByText('编码不是这里的设备标签').waitFor()
    expect(await english(page)).toEqual([])
    await picture(page, 'language/phone-refusal')
  })

  it.each([
    ['viewer', '#/wall', '.ring'],
    ['engineer', '#/alarms', '[data-alarm]'],
    ['engineer', '#/tickets', 'h1'],
    ['engineer', '#/tickets?layout=lines', 'h1'],
    ['engineer', '#/tickets?view=closed', 'h1'],
    ['engineer', '#/tickets/nothing', 'h1, .empty, [role=alert]'],
    ['engineer', '#/devices', '[data-device]'],
    ['engineer', '#/devices/leak-b2', 'h1'],
    ['engineer', '#/devices/nothing', 'h1, .empty, [role=alert]'],
    ['engineer', '#/simulation', 'h1'],
    ['admin', '#/nowhere/at/all', 'h1'],
    ['responder', '#/jobs', '.job'],
    ['responder', '#/jobs/help', 'main'],
    ['responder', '#/jobs/queue', 'main'],
    ['responder', '#/jobs/nothing', 'main'],
    ['responder', '#/alarms', 'h1'],
    [null, '', '.login__card'],
  ] as const)('shows %s nothing else at %s', async (role, path, shown) => {
    const size = path.startsWith('#/jobs') ? 'phone' : path === '#/wall' ? 'wall' : 'console'
    const { page, context } = await desk.open(role, path, { size })
    await page.locator(shown).first().waitFor()
    expect(await english(page)).toEqual([])
    expect(await page.title()).toMatch(/十分$/)
    expect(await page.evaluate('document.documentElement.lang')).toBe('zh-CN')
    await context.close()
  })

  it('follows the language when it is switched, to the name of the tab', async () => {
    const { page } = await desk.open('engineer', '#/alarms')
    await page.locator('[data-alarm]').first().waitFor()
    expect(await page.title()).toMatch(/报警 – 十分$/)
    await page.getByRole('button', { name: 'English' }).click()
    await expect.poll(() => page.title()).toMatch(/Alarms – Shifen$/)
    expect(await page.evaluate('document.documentElement.lang')).toBe('en-GB')
  })

  it('asks for everything in it too', async () => {
    const { page } = await desk.open('engineer', '#/alarms')
    await page.locator('[data-alarm]').first().waitFor()
    await page.keyboard.press('?')
    await page.locator('[role=dialog], dialog[open]').first().waitFor()
    expect(await english(page)).toEqual([])
    await page.keyboard.press('Escape')
    for (const key of ['a', 's']) {
      await page.keyboard.press('j')
      await page.keyboard.press(key)
      await page.locator('[role=dialog]:visible, dialog[open]').first().waitFor()
      expect([key, await english(page)]).toEqual([key, []])
      await page.keyboard.press('Escape')
      await page.locator('[role=dialog]:visible, dialog[open]').first().waitFor({ state: 'hidden' })
    }
    const { id } = await desk.alarmOf('leak-b2')
    await page.goto(`${desk.service.http}/#/alarms?alarm=${id}`)
    await page.locator(`[data-detail="${id}"]`).waitFor()
    expect(await english(page)).toEqual([])
    desk.expectNoTroubles()
  })
})
