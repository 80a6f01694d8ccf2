import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { picture } from '../../support/browser.ts'
import { startDesk, type DeskRole, type TestDesk } from '../../support/desk.ts'
import { hasPrograms } from '../../support/programs.ts'

/** A cellar's: every answer is a second away. */
const SLOW = { offline: false, latency: 1_000, downloadThroughput: 100_000, uploadThroughput: 100_000 }
/** What a page that is still coming says of itself. */
const COMING = /正在(载入|连接|打开|加载|读取)/

describe.skipIf(!hasPrograms('chromium'))('a slow network', { timeout: 90_000 }, () => {
  let desk: TestDesk

  beforeAll(async () => {
    desk = await startDesk()
    for (const device of ['leak-b2', 'leak-b1']) await desk.property.leak(device, true)
    const values = (minute: number) => ({
      ts: Date.now() - minute * 60_000,
      values: { 'voltage.l1': 228 + minute / 10 },
    })
    const minutes = Array.from({ length: 30 }, (_, minute) => values(30 - minute))
    await desk.property.say('meter-1', 'telemetry', minutes)
  }, 120_000)
  afterAll(() => desk?.end())

  async function slowed(page: Page): Promise<void> {
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Network.enable')
    await cdp.send('Network.clearBrowserCache')
    await cdp.send('Network.setBypassServiceWorker', { bypass: true })
    await cdp.send('Network.emulateNetworkConditions', SLOW)
  }

  it.each([
    ['engineer', '#/alarms', '.row', 'console'],
    ['viewer', '#/wall', '.card', 'wall'],
    ['responder', '#/jobs', 'a[href^="#/jobs/"]', 'phone'],
  ] as const)('has words for %s from the first moment at %s', async (role: DeskRole, path, there, size) => {
    const { page, context } = await desk.open(role, 'openapi.json', { size })
    await slowed(page)
    await page.goto(`${desk.service.http}/${path}`, { waitUntil: 'commit' })
    const said: string[] = []
    // In one look: what is there by the next one has not been waited for.
    const isThere = `document.querySelector(${JSON.stringify(there)}) !== null`
    for (;;) {
      const text = await page.evaluate<string | null>(`${isThere} ? null : (document.body?.innerText ?? '正在载入')`)
      if (text === null) break
      if (text !== said.at(-1)) said.push(text)
    }
    expect(said.length).toBeGreaterThan(1)
    for (const text of said) expect(text).toMatch(COMING)
    await context.close()
  })

  it('says that a page is on its way, and then that it is read; a chart too', async () => {
    const { page, context } = await desk.open('engineer', '#/alarms')
    await page.locator('.row').nth(1).waitFor()
    await slowed(page)
    const opening = page.locator('.opening-note', { hasText: '正在打开' })
    const reading = page.locator('main [role=status]', { hasText: COMING })
    for (const [link, there, isRead] of [
      ['[data-nav=tickets]', '.card', false],
      ['[data-nav=devices]', '[data-device=meter-1]', true],
      ['a[href="#/devices/meter-1"]', '.chart canvas', true],
    ] as const) {
      await page.locator(link).first().click({ noWaitAfter: true })
      await opening.waitFor()
      await picture(page, `console/slow-${there.replace(/\W+/g, '-')}`)
      if (isRead) await reading.first().waitFor()
      if (there.startsWith('.chart')) await page.locator('main .waiting', { hasText: '正在打开' }).waitFor()
      await page.locator(there).first().waitFor()
      await opening.waitFor({ state: 'detached' })
    }
    await page.locator('[data-nav=alarms]').click()
    await page.locator('[data-view=history]').click()
    await reading.first().waitFor()
    await page.locator('[data-past] button').first().click()
    await page.locator('.detail', { hasText: '正在加载' }).waitFor()
    await page.locator('.detail__log li').first().waitFor()
    await context.close()
  })

  it('shows the page that was asked for last, also where an earlier one comes later', async () => {
    const { page, context } = await desk.open('engineer', '#/alarms')
    await page.locator('.row').nth(1).waitFor()
    await slowed(page)
    await page.locator('[data-nav=tickets]').click({ noWaitAfter: true })
    await page.locator('.opening-note').waitFor()
    await page.locator('[data-nav=devices]').click({ noWaitAfter: true })
    await page.locator('[data-device=meter-1]').waitFor()
    expect(page.url()).toContain('#/devices')
    await page.locator('.opening-note').waitFor({ state: 'detached' })
    await context.close()
  })

  it('does once what is pressed twice, and loses nothing that was typed', async () => {
    const { page, context } = await desk.open('engineer', '#/alarms')
    const { id } = await desk.alarmOf('leak-b1')
    await page.locator('.row').nth(1).waitFor()
    await slowed(page)
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().includes('/alarms/')) sent.push(request.postData()!)
    })
    await page.locator(`.row[data-alarm="${id}"] [data-act=acknowledge]`).dblclick()
    await page.locator('[role=dialog] input[name=note]').fill('看到了')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.locator('[role=dialog] [type=submit]', { hasText: '正在处理' }).waitFor()
    expect(await page.locator('[role=dialog] input[name=note]').inputValue()).toBe('看到了')
    await page.locator('.notice', { hasText: '已确认 1 条报警' }).waitFor()
    expect(sent).toEqual(['{"note":"看到了"}'])
    await context.close()
  })

  it('broke no policy and threw nothing on the way', () => desk.expectNoTroubles())
})
