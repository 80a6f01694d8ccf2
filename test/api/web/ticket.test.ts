import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, latinWords, type OpenedPage, picture, startBrowser } from '../../support/browser.ts'
import type { TestBrowser } from '../../support/browser.ts'
import { type Furnished, furnish } from '../../support/furnished.ts'
import { type ServiceProcess, startService, temporaryFolder } from '../../support/process.ts'
import { hasPrograms } from '../../support/programs.ts'

const WITHIN_MS = 20_000
const HOSTILE = `<img src=x onerror="window.hacked=1">‮gnol‬${'长'.repeat(10_000)}`
/** What devices, rules, channels and places are called in any language. */
const NAMES = /^(English|admin|zhang|Asia|Shanghai|B[12]|water|leak|meter|temperature|has|device|over|power)/

interface Ticket {
  id: string
  number: string
  state: string
}

describe.skipIf(!hasPrograms('chromium'))('the page of a ticket, in a browser', { timeout: 90_000 }, () => {
  const folder = temporaryFolder()
  const seen: OpenedPage[] = []
  let service: ServiceProcess
  let place: Furnished
  let browser: TestBrowser

  beforeAll(async () => {
    service = await startService(join(folder.path, 'data'))
    place = await furnish(service)
    browser = await startBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await place?.end()
    await service?.kill()
    folder.remove()
  })

  type Role = keyof Furnished['tokens']
  async function open(path: string, role: Role = 'dispatcher', options: Parameters<TestBrowser['open']>[3] = {}) {
    const opened: OpenedPage = await browser.open(service.http, place.tokens[role], path, options)
    seen.push(opened)
    return { page: opened.page, close: () => opened.context.close() }
  }
  const act = (id: string, action: string, body: object = {}) => service.api('POST', `/tickets/${id}/${action}`, body)
  const read = (id: string) => service.api<Ticket & { assignee: string | null }>('GET', `/tickets/${id}`)
  async function leakAt(device: string): Promise<Ticket> {
    await place.leak(device, true)
    return ticketOf(device)
  }
  async function ticketOf(device: string): Promise<Ticket> {
    const asked = () => service.api<{ items: Ticket[] }>('GET', `/tickets?device=${device}&limit=1`)
    await expect.poll(async () => (await asked()).items.length, { timeout: WITHIN_MS }).toBeGreaterThan(0)
    return (await asked()).items[0]!
  }
  async function report(body: object): Promise<Ticket> {
    return service.api('POST', '/tickets', { site: 'default', category: 'other', title: '灯不亮', ...body })
  }
  const main = (page: Page, step: string) => page.locator(`.next__main[data-step="${step}"]`)
  const stop = (page: Page, name: string) => page.locator(`[data-stop="${name}"]`)
  const dialog = (page: Page) => page.locator('dialog[open]')
  const shape = (page: Page) =>
    page.evaluate<boolean>(`document.documentElement.scrollWidth <= document.documentElement.clientWidth`)
  async function choose(page: Page, step: string): Promise<void> {
    await page.locator('.next .menu__opener').click()
    await page.locator(`.next .menu__item[data-step="${step}"]`).click()
  }

  it('says where, what and why, and takes a leak from its alarm to the signature', async () => {
    const { id, number } = await leakAt('leak-b2')
    const { page, close } = await open(`#/tickets/${id}`)
    await page.getByRole('heading', { level: 1, name: 'B2 水泵房' }).waitFor()
    await page.getByText(number).first().waitFor()
    expect(await page.getByRole('link', { name: 'B2 水泵房水浸' }).first().getAttribute('href')).toContain('leak-b2')
    await page.locator('.why code', { hasText: 'water_leak.wet' }).waitFor()
    await page.getByText('这段时间没有数值读数').waitFor()
    await page.locator('.states__bars rect').first().waitFor({ state: 'attached' })

    await act(id, 'assign', { assignee: 'li' })
    await choose(page, 'assign')
    await dialog(page).getByText('张伟').click()
    await dialog(page).locator('button[type=submit]').click()
    await dialog(page).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: '打电话 +8613800000001' }).waitFor()
    expect((await read(id)).assignee).toBe('zhang')

    expect(await stop(page, 'arrive').textContent()).toContain('还没到')
    for (const step of ['accept', 'depart', 'arrive']) await main(page, step).click()
    await dialog(page).getByText('到场时间记为现在').waitFor()
    expect((await read(id)).state).toBe('en_route')
    await dialog(page).locator('button[type=submit]').click()
    await page.locator('[data-stop="arrive"][data-standing="reached"]').waitFor({ state: 'attached' })
    expect(await page.locator('[data-flag="arrive"]').textContent()).toMatch(/到场.*按时/)
    await choose(page, 'hold')
    await dialog(page).locator('textarea').fill('等备件')
    await dialog(page).locator('button[type=submit]').click()
    await main(page, 'resume').click()
    await page.getByText('挂起：').waitFor({ state: 'attached' })

    await main(page, 'complete').click()
    await dialog(page).locator('textarea').first().fill('水管接头老化')
    await dialog(page).locator('textarea').last().fill('更换接头')
    await dialog(page).locator('button[type=submit]').click()
    await page.locator('.job').getByText('水管接头老化').waitFor()
    await main(page, 'sign-off').click()
    await dialog(page).locator('input').fill('陈先生')
    await dialog(page).locator('button[type=submit]').click()
    await page.locator('.signature').getByText('陈先生').waitFor()
    await main(page, 'close').click()
    await dialog(page).locator('button[type=submit]').click()
    await page.locator('.head__state[data-state="closed"]').waitFor()
    expect((await read(id)).state).toBe('closed')
    expect(await page.locator('.row[data-action="hold"]').textContent()).toContain('等备件')

    // Of a closed ticket the stream tells nothing: it is read.
    await page.reload()
    await page.locator('.head__state[data-state="closed"]').waitFor()
    await page.locator('.notice').first().waitFor()
    await close()
  })

  it('shows readings with the limit and the time of the alarm, and loads charts only then', async () => {
    const now = Date.now()
    const past = Array.from({ length: 20 }, (_, index) => ({
      ...{ ts: now - (20 - index) * 60_000, values: { 'voltage.l1': 228 + index / 10, 'voltage.l2': 230 } },
    }))
    const dead = { 'voltage.l1': 4, 'voltage.l2': 230, 'voltage.l3': 231 }
    await place.say('meter-1', 'telemetry', [...past, { ts: now, values: dead }])
    const { id } = await ticketOf('meter-1')
    const { page, close } = await open('#/alarms', 'engineer')
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.locator('.signed-in').waitFor()
    expect(asked.filter((url) => url.includes('ReadingsChart'))).toEqual([])
    await page.goto(`${service.http}/#/tickets/${id}`)
    const chart = page.locator('.chart')
    await chart.locator('canvas').waitFor()
    expect(asked.some((url) => url.includes('ReadingsChart'))).toBe(true)
    expect(await chart.getAttribute('aria-label')).toContain('电压 L1')
    await page.locator('.values').getByText('4 V', { exact: true }).waitFor()
    await page
      .locator('.values')
      .getByText(/^低于 \d+ V$/)
      .first()
      .waitFor()
    await picture(page, 'ticket-readings-zh')
    await close()
  })

  it('asks a second person before an emergency is cancelled', async () => {
    const { id } = await leakAt('leak-b1')
    const first = await open(`#/tickets/${id}`)
    await choose(first.page, 'cancel')
    await dialog(first.page).getByText('由另一个人在 60 分钟内确认').waitFor()
    await dialog(first.page).locator('textarea').fill('误报')
    await dialog(first.page).locator('button[type=submit]').click()
    await first.page.getByText('这是您自己申请的').waitFor()
    const second = await open(`#/tickets/${id}`, 'admin')
    await second.page.locator('.next__cancel').getByText('误报').waitFor()
    await picture(second.page, 'ticket-cancel-zh')
    await second.page.locator('.next__cancel button').click()
    await dialog(second.page).locator('textarea').fill('现场确认无水')
    await dialog(second.page).locator('button[type=submit]').click()
    for (const { page } of [first, second]) await page.locator('.head__state[data-state="cancelled"]').waitFor()
    await first.close()
    await second.close()
  })

  it('keeps what was typed where somebody was faster, and over a reload', async () => {
    const { id } = await report({ priority: 'medium' })
    await act(id, 'assign', { assignee: '王师傅' })
    for (const step of ['accept', 'depart', 'arrive']) await act(id, step)
    const { page, close } = await open(`#/tickets/${id}`)
    await choose(page, 'hold')
    await dialog(page).locator('textarea').fill('等水泥')
    await page.reload()
    await choose(page, 'hold')
    expect(await dialog(page).locator('textarea').inputValue()).toBe('等水泥')
    await page.route('**/hold', async (route) => {
      await act(id, 'complete', { cause: '灯泡坏', measure: '换灯泡' })
      await route.continue()
    })
    await dialog(page).locator('button[type=submit]').click()
    await dialog(page).locator('.step__raced').getByText('工单现在是「已完成」').waitFor()
    expect(await dialog(page).locator('textarea').inputValue()).toBe('等水泥')
    expect(await dialog(page).locator('button[type=submit]').isDisabled()).toBe(true)
    await close()
  })

  it('saves the evidence as a file', async () => {
    const { id, number } = await ticketOf('leak-b2')
    const { page, close } = await open(`#/tickets/${id}`)
    const waiting = page.waitForEvent('download')
    await page.getByRole('button', { name: '下载证据包' }).click()
    const download = await waiting
    expect(download.suggestedFilename()).toBe(`${number}.zip`)
    await page.getByText(`已下载 ${number}.zip`).waitFor()
    await close()
  })

  it('says to who only looks what is not for him', async () => {
    const { id } = await ticketOf('leak-b2')
    const { page, close } = await open(`#/tickets/${id}`, 'viewer')
    await page.getByText('通知记录只给调度').waitFor()
    await page.getByText('证据包只给调度').waitFor()
    expect(await page.locator('.next__main').count()).toBe(0)
    await close()
  })

  it('says that a ticket is not there, and tries again where the service does not answer', async () => {
    const { page, close } = await open('#/tickets/none')
    await page.getByRole('heading', { name: '没有这张工单' }).waitFor()
    const { id } = await ticketOf('leak-b2')
    await page.route(`**/tickets/${id}`, (route) => route.abort())
    await page.goto(`${service.http}/#/tickets/${id}`)
    await page.getByText('没有读到这张工单').waitFor()
    await picture(page, 'ticket-failed-zh')
    await page.unroute(`**/tickets/${id}`)
    await page.getByRole('button', { name: '重试' }).click()
    await page.getByRole('heading', { level: 1, name: 'B2 水泵房' }).waitFor()
    await close()
  })

  it('goes back to where one came from', async () => {
    const { id } = await ticketOf('leak-b2')
    const { page, close } = await open('#/devices')
    await page.goto(`${service.http}/#/devices/leak-b2`)
    await page.locator('.desk-line a').first().click()
    await page.waitForURL(`**/#/tickets/${id}`)
    await page.getByRole('button', { name: '返回' }).click()
    await page.waitForURL('**/#/devices/leak-b2')
    await close()
  })

  it('shows whatever people wrote as text, and breaks on none of it', async () => {
    const reporter = { name: HOSTILE.slice(0, 100), phone: '<b>12</b>' }
    const said = { title: HOSTILE.slice(0, 200), description: HOSTILE.slice(0, 4_000), location: HOSTILE.slice(0, 200) }
    const { id } = await report({ ...said, reporter })
    await act(id, 'contact', { note: HOSTILE.slice(0, 4_000) })
    for (const size of ['console', 'phone'] as const) {
      const { page, close } = await open(`#/tickets/${id}`, 'dispatcher', { size })
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.locator('.row[data-action="contact"]').waitFor()
      expect(await page.locator('.head__place').textContent()).toContain('<img src=x')
      expect(await page.locator('main img, main b').count()).toBe(0)
      expect(await page.evaluate(`'hacked' in window`)).toBe(false)
      expect(await shape(page)).toBe(true)
      await picture(page, `ticket-hostile-${size}`)
      await close()
    }
  })

  it.each([
    ['zh', 'grey'],
    ['zh', 'dark'],
    ['en', 'grey'],
    ['en', 'dark'],
  ] as const)('has no serious fault for those who cannot see it so (%s, %s)', async (locale, theme) => {
    const { id } = await leakAt('leak-9f')
    const { page, close } = await open(`#/tickets/${id}`, 'admin', { locale, theme })
    await page.locator('.why code').first().waitFor()
    await page.locator('.notice').first().waitFor()
    await page.locator('.strip__picture').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await shape(page)).toBe(true)
    await picture(page, `ticket-${locale}-${theme}`)
    if (locale === 'zh') expect(await latinWords(page, NAMES)).toEqual([])
    await choose(page, 'cancel')
    await dialog(page).waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await picture(page, `ticket-cancel-${locale}-${theme}`)
    await close()
  })

  it('broke no policy and threw nothing on the way', () => {
    expect(seen.length).toBeGreaterThan(10)
    expect(seen.flatMap(({ troubles }) => troubles)).toEqual([])
  })
})
