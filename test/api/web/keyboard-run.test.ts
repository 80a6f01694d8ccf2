import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDesk, type TestDesk } from '../../support/desk.ts'
import { keyboardOf } from '../../support/keyboard.ts'
import { hasPrograms } from '../../support/programs.ts'

/** One emergency at the desk without a mouse: what nobody clicks here, nobody needs to click. */
describe.skipIf(!hasPrograms('chromium'))('a whole emergency by keyboard alone', { timeout: 120_000 }, () => {
  let desk: TestDesk
  let engineer: Page
  let dispatcher: Page
  let page: Page

  const { press, focused, isAt, tabTo, settles } = keyboardOf(() => page)

  beforeAll(async () => {
    desk = await startDesk()
    for (const device of ['leak-b2', 'leak-b1', 'leak-9f']) await desk.property.leak(device, true)
    ;({ page: engineer } = await desk.open('engineer', '#/alarms'))
    ;({ page: dispatcher } = await desk.open('dispatcher', '#/alarms'))
    for (const each of [engineer, dispatcher]) await each.locator('.row').nth(2).waitFor()
  }, 120_000)
  afterAll(() => desk?.end())

  it('skips to the page, asks for help, mutes, and is back where it was', async () => {
    page = engineer
    await press('Tab')
    expect((await focused())!.isMarked).toBe(true)
    await press('Enter', 'j')
    await settles('.row')
    await press('?')
    await page.locator('[role=dialog]').waitFor()
    await press('Tab', 'Tab', 'Escape')
    await page.locator('[role=dialog]').waitFor({ state: 'detached' })
    await settles('.row')
    await press('m')
    await page.locator('.notice').waitFor()
    await settles('.row')
  })

  it('acknowledges with a note, and shelves another', async () => {
    await press('a')
    await settles('[role=dialog] input[name=note]')
    await page.keyboard.type('看到了')
    await press('Enter')
    await page.locator('[role=dialog]').waitFor({ state: 'detached' })
    await settles('.row')
    await press('j', 's')
    await settles('[role=dialog] input[name=reason]')
    await press('Escape')
    await page.locator('[role=dialog]').waitFor({ state: 'detached' })
    await settles('.row')
    const before = await page.evaluate<string>(`document.activeElement.dataset.alarm`)
    await press('s')
    await settles('[role=dialog] input[name=reason]')
    await page.keyboard.type('检修')
    await press('Enter')
    await page.locator(`.row[data-alarm="${before}"]`).waitFor({ state: 'detached' })
    await settles('.row')
  })

  it('opens a ticket from its alarm, and assigns somebody on duty from the menu of other steps', async () => {
    page = dispatcher
    await press('Tab', 'Enter', 'j')
    await settles('.row')
    await press('Enter')
    await page.waitForURL(/#\/tickets\/\w+/)
    await page.locator('.next__main').waitFor()
    await tabTo('.next .menu__opener')
    await press('Enter')
    await settles('.menu__item')
    await press('Escape')
    await settles('.next .menu__opener')
    await press('Enter')
    await settles('.menu__item')
    while (!(await isAt('[data-step=assign]'))) await press('ArrowDown')
    await press('Enter')
    await page.locator('dialog[open] .person').first().waitFor()
    const [first] = await page.locator('dialog[open] .person__name').allTextContents()
    await tabTo('dialog[open] input[type=radio]')
    // Within the dialog, keys mean nothing of the page below it.
    await press('Space', 'm', '?', 'g', 'd')
    expect(await page.locator('.el-dialog').count()).toBe(0)
    expect(page.url()).toContain('#/tickets/')
    await tabTo('dialog[open] [type=submit]')
    await press('Enter')
    await page.locator('dialog[open]').waitFor({ state: 'detached' })
    await settles('.next .menu__opener')
    await page.getByText(first!).first().waitFor()
  })

  it('goes on by the main button, which keeps the keyboard from step to step to the end', async () => {
    await press('Shift+Tab')
    for (const step of ['accept', 'depart', 'arrive']) {
      await settles(`.next__main[data-step=${step}]`)
      await press('Enter')
    }
    await settles('dialog[open] textarea')
    await tabTo('dialog[open] [type=submit]')
    await press('Enter')
    await settles('.next__main[data-step=complete]')
    await press('Enter')
    await settles('dialog[open] textarea')
    await page.keyboard.type('接头老化')
    await tabTo('dialog[open] [type=submit]')
    await press('Enter')
    await settles('.next__main[data-step=sign-off]')
    await press('Enter')
    await settles('dialog[open] input')
    await page.keyboard.type('陈先生')
    await press('Enter')
    await settles('.next__main[data-step=close]')
    await press('Enter')
    await page.locator('dialog[open]').waitFor()
    await tabTo('dialog[open] [type=submit]')
    await press('Enter')
    await page.locator('.head__state[data-state=closed]').waitFor()
    expect(await focused(), 'the keyboard is somewhere').not.toBeNull()
    await tabTo('.button--small')
  })

  it('takes the steps of a ticket on the board, and is at the next one when it has ended', async () => {
    await press('g', 't')
    await page.locator('.card').nth(1).waitFor()
    await press('j')
    await settles('.card')
    const id = await page.evaluate<string>(`document.activeElement.id`)
    await tabTo('.card .steps__next')
    for (const state of ['已接单', '在途']) {
      await press('Enter')
      await page.locator(`#${id} .card__state`, { hasText: state }).waitFor()
      await settles('.steps__next')
    }
    for (const said of ['门口见到了', '接头老化', '陈先生', '']) {
      await press('Enter')
      await page.locator('dialog[open]').waitFor()
      if (said !== '') await page.keyboard.type(said)
      await tabTo('dialog[open] [type=submit]')
      await press('Enter')
      await page.locator('dialog[open]').waitFor({ state: 'detached' })
    }
    await page.locator(`#${id}`).waitFor({ state: 'detached' })
    await settles('.card')
  })

  it('finds a device, looks closer at its history, and returns', async () => {
    const now = Date.now()
    const values = (minute: number) => ({ ts: now - minute * 60_000, values: { 'voltage.l1': 228 + minute / 10 } })
    await desk.property.say(
      'meter-1',
      'telemetry',
      Array.from({ length: 30 }, (_, minute) => values(30 - minute)),
    )
    await press('g', 'd')
    await page.waitForURL(/#\/devices/)
    await page.locator('tbody tr').first().waitFor()
    await press('/')
    await settles('.filters input')
    await page.keyboard.type('总表')
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
    await tabTo('a[href="#/devices/meter-1"]')
    await press('Enter')
    await page.locator('.chart canvas').waitFor()
    await tabTo('[data-zoom=in]')
    const asked = page.waitForRequest(/readings/)
    await press('Enter')
    await asked
    await settles('[data-zoom=in]')
    await page.goBack()
    await expect.poll(() => page.locator('.filters input').first().inputValue()).toBe('总表')
  })

  it('broke no policy and threw nothing on the way', () => desk.expectNoTroubles())
})
