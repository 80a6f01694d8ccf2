import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, latinWords, picture } from '../../support/browser.ts'
import { startDesk, type TestDesk } from '../../support/desk.ts'
import { discover } from '../../support/discovered.ts'
import { keyboardOf } from '../../support/keyboard.ts'
import { ADMIN_TOKEN } from '../../support/process.ts'
import { hasPrograms } from '../../support/programs.ts'

/** What keys, devices and people are called in any language. */
const NAMES =
  /^(English|Esc|Enter|Tab|Shift|admin|[A-Z]|water|leak\.wet|water\.leak)$|^(m-|kitchen-|leak-|lift-|meter-)/

describe.skipIf(!hasPrograms('chromium'))('what opens over the console', { timeout: 90_000 }, () => {
  let desk: TestDesk
  let ticket: string

  beforeAll(async () => {
    desk = await startDesk()
    for (const device of ['leak-b2', 'leak-b1', 'leak-9f']) await desk.property.leak(device, true)
    for (const name of ['kitchen-sink', 'kitchen-floor']) await discover(desk.service, name)
    const { items } = await desk.service.api<{ items: { id: string }[] }>('GET', '/tickets')
    ticket = items[0]!.id
    const { page, context } = await desk.open('admin', '#/alarms')
    await page.locator('.row').nth(2).waitFor()
    const body = new Uint8Array(await page.screenshot({ type: 'jpeg' }))
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'image/jpeg' }
    const photos = `${desk.service.http}/api/v1/tickets/${ticket}/photos`
    expect(
      (await fetch(`${photos}?kind=before&caption=${encodeURIComponent('水泵房')}`, { method: 'POST', headers, body }))
        .status,
    ).toBe(201)
    await context.close()
  }, 120_000)
  afterAll(() => desk?.end())

  /** How each is opened, and what is then seen. */
  const OPENED: Record<string, { path: () => string; open: (page: Page) => Promise<void>; seen: string }> = {
    shelving: {
      path: () => '#/alarms',
      open: (page) => page.locator('[data-act=shelve]').first().click(),
      seen: '[role=dialog] input[name=reason]',
    },
    acknowledging: {
      path: () => '#/alarms',
      async open(page) {
        await page.locator('.head .check').click()
        await page.locator('[data-many=acknowledge]').click()
      },
      seen: '[role=dialog] input[name=note]',
    },
    keys: {
      path: () => '#/alarms',
      open: (page) => page.locator('[data-tool=help]').click(),
      seen: '[data-shortcut-reset]',
    },
    sound: {
      path: () => '#/alarms',
      open: (page) => page.locator('[data-tool=sound]').click(),
      seen: '[data-test=critical]',
    },
    placing: {
      path: () => '#/devices',
      open: (page) => page.locator('[data-unplaced] button').first().click(),
      seen: 'dialog[open] input',
    },
    photo: {
      path: () => `#/tickets/${ticket}`,
      open: (page) => page.locator('.photo').click(),
      seen: 'dialog[open] img',
    },
  }

  it.each([
    ['zh', 'grey'],
    ['zh', 'dark'],
    ['en', 'grey'],
    ['en', 'dark'],
  ] as const)('is read by everybody (%s, %s)', async (locale, theme) => {
    const { page, context } = await desk.open('admin', '#/alarms', { locale, theme })
    for (const [name, { path, open, seen }] of Object.entries(OPENED)) {
      await page.goto(`${desk.service.http}/${path()}`)
      await page.locator('h1').first().waitFor()
      await open(page)
      await page.locator(seen).first().waitFor()
      expect(await accessibilityFaults(page), name).toEqual([])
      if (locale === 'zh') expect(await latinWords(page, NAMES), name).toEqual([])
      await picture(page, `console/over-${name}-${locale}-${theme}`)
      await page.keyboard.press('Escape')
      if (name === 'acknowledging') await page.locator('.live__many button').last().click()
    }
    await context.close()
  })

  it('is opened, filled in and left by keyboard alone: a device is placed, and then the next one', async () => {
    const { page, context } = await desk.open('admin', '#/devices')
    const { press, isAt, tabTo, settles } = keyboardOf(() => page)
    const places = page.locator('[data-unplaced]')
    await expect.poll(() => places.count()).toBe(2)
    const first = `[data-unplaced="${await places.first().getAttribute('data-unplaced')}"] button`
    await tabTo(first)
    await press('Enter')
    await settles('dialog[open] input')
    await press('Escape')
    await page.locator('dialog[open]').waitFor({ state: 'detached' })
    await settles(first)
    await press('Enter')
    await settles('dialog[open] input')
    await page.keyboard.type('茶水间水浸')
    for (const typed of ['3 层茶水间', '1号楼']) {
      await press('Tab')
      expect(await isAt('dialog[open] input')).toBe(true)
      await page.keyboard.type(typed)
    }
    await page.route('**/devices/*', (route) =>
      route.request().method() === 'PATCH' ? route.abort() : route.continue(),
    )
    await tabTo('dialog[open] [type=submit]')
    await press('Enter')
    await page.getByText('没有得到答复').waitFor()
    await settles('dialog[open] [type=submit]')
    await page.unroute('**/devices/*')
    await press('Enter')
    await expect.poll(() => places.count()).toBe(1)
    await settles('[data-unplaced] button')
    await context.close()
  })

  it('broke no policy and threw nothing on the way', () => desk.expectNoTroubles())
})
