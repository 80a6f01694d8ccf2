import { connectAsync } from 'mqtt'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, latinWords, type OpenedPage, picture, startBrowser } from '../../support/browser.ts'
import type { TestBrowser } from '../../support/browser.ts'
import { type Furnished, furnish } from '../../support/furnished.ts'
import { ADMIN_TOKEN, type ServiceProcess, startService, temporaryFolder } from '../../support/process.ts'
import { hasPrograms } from '../../support/programs.ts'
import { startShiftedService } from '../../support/shifted-service.ts'

const HOUR_MS = 3_600_000
const WITHIN_MS = 20_000
const GATHERED = 60
const WIDTHS = [1440, 1280, 1024]
const LOOKS = [
  ['zh', 'grey'],
  ['zh', 'dark'],
  ['en', 'grey'],
  ['en', 'dark'],
] as const
/** What is a code, a name or a unit in any language. */
const NAMES = /^(English|admin|zhang|li|water|leak|device|tamper|tampered|often|elevator|mislevelling|alarm|button)/

interface Ticket {
  id: string
  number: string
  origin: string
}

/** Words of the strip that lie over each other or beyond its edge. */
const STRIP_FAULTS = `(() => {
  const strip = document.querySelector('.strip__picture')
  const edge = strip.getBoundingClientRect()
  const boxes = [...strip.querySelectorAll('text')].filter((each) => each.textContent.trim() !== '')
    .map((each) => ({ text: each.textContent, box: each.getBoundingClientRect() }))
  const isOut = ({ left, right, bottom }) => left < edge.left - 1 || right > edge.right + 1 || bottom > edge.bottom
  const out = boxes.filter(({ box }) => isOut(box))
  const over = boxes.flatMap((a, index) => boxes.slice(index + 1)
    .filter((b) => Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 1
      && Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > 4)
    .map((b) => a.text + ' over ' + b.text))
  return [...out.map(({ text }) => text + ' is cut off'), ...over]
})()`

describe.skipIf(!hasPrograms('chromium'))('a ticket in each of its states, in a browser', { timeout: 180_000 }, () => {
  const folder = temporaryFolder()
  const data = join(folder.path, 'data')
  const seen: OpenedPage[] = []
  let service: ServiceProcess
  let place: Furnished
  let browser: TestBrowser

  beforeAll(async () => {
    service = await startService(data)
    place = await furnish(service)
    browser = await startBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await place?.end()
    await service?.kill()
    folder.remove()
  })

  async function open(id: string, options: Parameters<TestBrowser['open']>[3] = {}) {
    const opened = await browser.open(service.http, ADMIN_TOKEN, `#/tickets/${id}`, options)
    seen.push(opened)
    await opened.page.locator('.head__place').waitFor()
    return { page: opened.page, close: () => opened.context.close() }
  }
  const act = <T = Ticket>(id: string, action: string, body: object = {}) =>
    service.api<T>('POST', `/tickets/${id}/${action}`, body)
  async function take(id: string, ...steps: string[]): Promise<string> {
    for (const step of steps) {
      const said = { assign: { assignee: 'zhang' }, 'sign-off': { signature: '陈先生' } }[step]
      await act(id, step, said)
    }
    return id
  }
  const report = async (rest: object = {}) => {
    const told = { site: 'default', category: 'other', title: '灯不亮', location: '1号楼 大堂', ...rest }
    return (await service.api<Ticket>('POST', '/tickets', told)).id
  }
  async function ticketWhere(query: string, holds: (ticket: Ticket) => boolean = () => true): Promise<Ticket> {
    const asked = async () =>
      (await service.api<{ items: Ticket[] }>('GET', `/tickets?limit=100${query}`)).items.find(holds)
    await expect.poll(asked, { timeout: WITHIN_MS }).toBeDefined()
    return (await asked())!
  }
  const dialog = (page: Page) => page.locator('dialog[open]')
  async function choose(page: Page, step: string): Promise<void> {
    const main = page.locator(`.next__main[data-step="${step}"]`)
    if ((await main.count()) > 0) return main.click()
    await page.locator('.next .menu__opener').click()
    await page.locator(`.next .menu__item[data-step="${step}"]`).click()
  }
  /** What lies behind is not looked at: the contrast of what lies over it could not be told. */
  async function faultsOfDialog(page: Page): Promise<string[]> {
    const look = (element: string, visibility: string) => page.evaluate(`${element}.style.visibility = '${visibility}'`)
    await look('document.body', 'hidden')
    await look(`document.querySelector('dialog[open]')`, 'visible')
    const faults = await accessibilityFaults(page)
    await look('document.body', '')
    return faults
  }
  async function expectStripToFit(page: Page): Promise<void> {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 })
      // The strip follows its room a moment later.
      await expect.poll(() => page.evaluate(STRIP_FAULTS), { message: `at ${width}` }).toEqual([])
    }
  }

  it.each(['grey', 'dark'] as const)('shows a signature and photos, and enlarges one (%s)', async (theme) => {
    const id = await take(await report(), 'assign', 'accept', 'depart', 'arrive')
    const { page, close } = await open(id, { theme })
    const shot = await page.screenshot({ type: 'jpeg' })
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'image/jpeg' }
    const query = `kind=damage&caption=${encodeURIComponent('顶板渗水')}`
    await fetch(`${service.http}/api/v1/tickets/${id}/photos?${query}`, { method: 'POST', headers, body: shot })
    await act(id, 'complete', { cause: '老化', measure: '更换' })
    const drawing = { width: 300, height: 150, strokes: [[20, 20, 150, 120, 280, 30]] }
    await act(id, 'signatures', { signer: 'customer', name: '陈先生', drawing })

    await page.reload()
    const drawn = page.getByRole('img', { name: '陈先生 的签字' })
    await drawn.waitFor()
    const isPainted = '(image) => image.complete && image.naturalWidth > 0'
    await expect.poll(() => drawn.evaluate(`(${isPainted})(document.querySelector('.signature img'))`)).toBe(true)
    // Ink is black in any theme.
    const ground = `getComputedStyle(document.querySelector('.signature img')).backgroundColor`
    expect(await page.evaluate(ground)).toBe('rgb(255, 255, 255)')

    const small = page.getByRole('button', { name: '放大：受损 · 顶板渗水' })
    await small.focus()
    await page.keyboard.press('Enter')
    await dialog(page).getByRole('img', { name: '受损 · 顶板渗水' }).waitFor()
    expect(await faultsOfDialog(page)).toEqual([])
    await picture(page, `ticket-photo-${theme}`)
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached' })
    await expect.poll(() => small.evaluate('document.activeElement.className')).toContain('photo')
    await picture(page, `ticket-signed-${theme}`)
    await close()
  })

  it('names rework and its original to each other, also once both are over', async () => {
    const steps = ['assign', 'accept', 'depart', 'arrive', 'complete', 'sign-off', 'close']
    const original = await take(await report(), ...steps)
    const { page, close } = await open(original)
    await choose(page, 'rework')
    await dialog(page).locator('textarea').fill('又不亮了')
    await dialog(page).locator('button[type=submit]').click()
    await page.locator('[data-relation="rework"] a').waitFor()
    const rework = await ticketWhere('', ({ origin }) => origin === 'rework')
    await act(rework.id, 'cancel', { note: '客户自己修好了' })
    await page.reload()
    await page.locator('[data-relation="rework"]', { hasText: '已取消' }).getByText(rework.number).click()
    await page.waitForURL(`**/#/tickets/${rework.id}`)
    await page.locator('[data-relation="original"] a').click()
    await page.waitForURL(`**/#/tickets/${original}`)
    await close()
  })

  it('says who cancelled it and why, and offers nothing more', async () => {
    const id = await report({ priority: 'medium' })
    await act(id, 'cancel', { note: '业主自己换了灯泡' })
    const { page, close } = await open(id)
    await page.locator('.head__standstill', { hasText: '已取消：业主自己换了灯泡' }).getByText('admin').waitFor()
    await page.getByText('没有下一步了').waitFor()
    expect(await page.locator('.next button').count()).toBe(0)
    expect(await page.getByText('时限已结清').count()).toBe(0)
    await expectStripToFit(page)
    await close()
  })

  it('leaves what people typed as they typed it, whatever it looks like', async () => {
    const id = await take(await report(), 'assign')
    await act(id, 'accept', { note: '门口有狗: 小心' })
    const { page, close } = await open(id)
    const note = page.locator('.row[data-action="accept"] .row__note')
    await expect.poll(() => note.textContent()).toBe('门口有狗: 小心')
    await close()
  })

  it('says why it is held and when it was', async () => {
    const id = await take(await report({ priority: 'high' }), 'assign', 'accept', 'depart', 'arrive')
    await act(id, 'hold', { note: '等备件' })
    await act(id, 'resume')
    await act(id, 'hold', { note: '等业主开门' })
    const { page, close } = await open(id)
    await page.locator('.head__standstill', { hasText: '挂起：等业主开门' }).waitFor()
    expect(await page.locator('.holds li').allTextContents()).toEqual([
      expect.stringMatching(/^挂起：.* 至 .*\d$/),
      expect.stringMatching(/^挂起：.* 至 .*现在/),
    ])
    await expectStripToFit(page)
    await picture(page, 'ticket-held')
    await close()
  })

  it('says that it is a drill, and nothing of it in another language', async () => {
    await place.add({ id: 'leak-drill', kind: 'water_leak', name: '茶水间水浸', location: '2号楼 茶水间' })
    const title = { zh: '漏水演练', en: 'Leak drill' }
    const endsAt = new Date(Date.now() + HOUR_MS).toISOString()
    const drill = { site: 'default', title, endsAt, devices: ['leak-drill'], notify: { responders: [] } }
    const { id: drillId } = await service.api<{ id: string }>('POST', '/drills', drill)
    await place.leak('leak-drill', true)
    const { id } = await ticketWhere('&device=leak-drill')
    const { page, close } = await open(id)
    await page.locator('.head__drill').waitFor()
    await page.getByText('这是演练工单').waitFor()
    await page.locator('.row[data-action="escalate"]', { hasText: '演练没有指定可以通知的人' }).waitFor()
    await page.locator('.why', { hasText: '【演练】' }).waitFor()
    expect(await latinWords(page, NAMES)).toEqual([])
    await picture(page, 'ticket-drill')
    await close()
    await service.api('POST', `/drills/${drillId}/end`)
  })

  it('says how often within which time, and calls rule and condition by their names before their codes', async () => {
    const rule = { id: 'often', kind: 'elevator', title: { zh: '屡次平层不准', en: 'Mislevelled often' } }
    const of = { priority: 'high', category: 'elevator', opensTicket: true, when: 'elevator.mislevelling' }
    await service.api('POST', '/rules', { ...rule, ...of, count: { times: 2, withinMs: HOUR_MS } })
    for (const active of [true, false, true]) {
      await place.say('lift-2', 'event', { event: 'elevator.mislevelling', active })
    }
    const { id } = await ticketWhere('&device=lift-2')
    const { page, close } = await open(id)
    const why = page.locator('.why', { hasText: '屡次平层不准' })
    await why.getByText('1 小时内满 2 次才报警').waitFor()
    expect(await why.locator('.named').allTextContents()).toEqual([
      '平层不准elevator.mislevelling',
      '屡次平层不准often',
      '平层不准elevator.mislevelling',
    ])
    expect(await why.locator('code:not([translate="no"][lang="en"])').count()).toBe(0)
    expect(await latinWords(page, NAMES)).toEqual([])
    await picture(page, 'ticket-count')
    await close()
  })

  it('gathers a flood: how many they are, the latest of them, and each rule once', async () => {
    const rule = { id: 'tampered', kind: 'water_leak', title: { zh: '水浸被拆动', en: 'Leak sensor tampered' } }
    const of = { priority: 'high', category: 'device', opensTicket: true, when: 'device.tamper' }
    await service.api('POST', '/rules', { ...rule, ...of })
    const gateway = { id: 'many', site: 'default', topics: ['shifen/default/#'] }
    const { mqtt } = await service.api<{ mqtt: object }>('POST', '/gateways', gateway)
    const client = await connectAsync(service.mqtt.url, mqtt)
    const devices = Array.from({ length: GATHERED }, (_, index) => `w-${index}`)
    for (const id of devices) {
      await service.api('POST', '/devices', { id, site: 'default', kind: 'water_leak', name: id, location: `${id} 室` })
    }
    const said = JSON.stringify({ event: 'device.tamper', active: true })
    for (const id of devices) await client.publishAsync(`shifen/default/${id}/event`, said, { qos: 1 })
    await client.endAsync()
    const { id } = await ticketWhere('', ({ origin }) => origin === 'flood')
    const { alarms } = await service.api<{ alarms: string[] }>('GET', `/tickets/${id}`)
    expect(alarms.length).toBeGreaterThan(40)

    const { page, close } = await open(id)
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.reload()
    await page.getByText(`共 ${alarms.length} 条，下面是最近的 20 条。`).waitFor()
    await page.locator('.why', { hasText: '水浸被拆动' }).waitFor()
    expect(await page.locator('.gathered tbody tr').count()).toBe(20)
    expect(await page.locator('.why').count()).toBeLessThan(5)
    expect(asked.filter((url) => /alarms\/[^/]+\/(why|history)/.test(url)).length).toBeLessThan(10)
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await latinWords(page, /^(w-|English|admin|device|tamper)/)).toEqual([])
    await expectStripToFit(page)
    await picture(page, 'ticket-flood')
    await close()
  })

  it.each(LOOKS)('asks in dialogs that have no serious fault (%s, %s)', async (locale, theme) => {
    const onSite = ['assign', 'accept', 'depart', 'arrive']
    const asked: [string, string[]][] = [
      [await report({ priority: 'critical' }), ['contact', 'assign', 'cancel']],
      [await take(await report(), 'assign', 'accept'), ['decline']],
      [await take(await report(), ...onSite), ['hold', 'complete']],
      [await take(await report(), ...onSite, 'complete'), ['sign-off']],
      [await take(await report(), ...onSite, 'complete', 'sign-off'), ['close']],
      [await take(await report(), ...onSite, 'complete', 'sign-off', 'close'), ['rework']],
    ]
    for (const [id, steps] of asked) {
      const { page, close } = await open(id, { locale, theme })
      for (const step of steps) {
        await choose(page, step)
        await dialog(page).waitFor()
        if (step === 'assign') await dialog(page).locator('.person').first().waitFor()
        expect([step, ...(await faultsOfDialog(page))]).toEqual([step])
        await picture(page, `dialog-${step}-${locale}-${theme}`)
        await page.keyboard.press('Escape')
        await dialog(page).waitFor({ state: 'detached' })
      }
      await close()
    }
  })

  it('stays readable a day after everything was due', async () => {
    await place.say('lift-1', 'event', { event: 'elevator.entrapment', active: true })
    const { id } = await ticketWhere('&device=lift-1')
    await place.end()
    await service.stop()
    service = await startShiftedService(data, 26 * HOUR_MS)
    for (const locale of ['zh', 'en'] as const) {
      const { page, close } = await open(id, { locale })
      const arrive = page.locator('[data-flag^="arrive"][data-tone="over"]').first()
      await expect.poll(() => arrive.textContent()).toMatch(locale === 'zh' ? /已超 25:5\d:\d\d/ : /25:5\d:\d\d over/)
      await expectStripToFit(page)
      await picture(page, `ticket-overdue-${locale}`)
      if (locale === 'zh') expect(await latinWords(page, NAMES)).toEqual([])
      await close()
    }
  })

  it('broke no policy and threw nothing on the way', () => {
    expect(seen.length).toBeGreaterThan(10)
    expect(seen.flatMap(({ troubles }) => troubles)).toEqual([])
  })
})
