import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, picture } from '../../support/browser.ts'
import { startDesk, type TestDesk } from '../../support/desk.ts'
import { hasPrograms } from '../../support/programs.ts'

/** Writes down what the page has its oscillators play; they play it all the same. */
const LISTEN = `
  window.tones = []
  const make = AudioContext.prototype.createOscillator
  AudioContext.prototype.createOscillator = function () {
    const tone = make.call(this)
    const start = tone.start.bind(tone)
    tone.start = (at) => { window.tones.push(tone.frequency.value); start(at) }
    return tone
  }`

describe.skipIf(!hasPrograms('chromium'))('the console: sound', { timeout: 60_000 }, () => {
  let desk: TestDesk
  let page: Page
  let context: BrowserContext
  const tones = (of = page) => of.evaluate<number[]>('window.tones')
  const forget = () => page.evaluate('window.tones.length = 0')
  const sound = (state: string, of = page) => of.locator(`[data-sound=${state}]`).waitFor()

  beforeAll(async () => {
    desk = await startDesk()
    ;({ page, context } = await desk.open('engineer', '#/alarms'))
    await context.addInitScript(LISTEN)
    await page.reload()
    await page.locator('h1').waitFor()
  }, 120_000)
  afterAll(() => desk?.end())

  it('says in red that the browser holds it back, until it is pressed', async () => {
    await sound('blocked')
    await picture(page, 'console/sound-blocked')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.locator('[data-tool=sound-open]').click()
    await sound('on')
    expect(await page.locator('[data-tool=sound-open]').count()).toBe(0)
  })

  it('opens within a narrow window', async () => {
    const wide = page.viewportSize()!
    await page.setViewportSize({ width: 390, height: 844 })
    await page.locator('[data-tool=sound]').click()
    const panel = (await page.locator('.sound__panel').boundingBox())!
    expect(panel.x).toBeGreaterThanOrEqual(0)
    expect(panel.x + panel.width).toBeLessThanOrEqual(390)
    await picture(page, 'console/sound-narrow')
    await page.keyboard.press('Escape')
    await page.locator('.sound__panel').waitFor({ state: 'detached' })
    await page.setViewportSize(wide)
  })

  it('is tried with both of its patterns, which differ', async () => {
    await page.locator('[data-tool=sound]').click()
    await page.locator('[data-test=critical]').click()
    const critical = await tones()
    await forget()
    await page.locator('[data-test=other]').click()
    const other = await tones()
    await forget()
    expect(critical.length).toBeGreaterThan(other.length)
    expect(critical).not.toEqual(other)
    await picture(page, 'console/sound-panel')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.locator('.sound__panel').waitFor({ state: 'detached' })
  })

  it('sounds once for what is not critical', async () => {
    await desk.property.say('leak-9f', 'event', { event: 'device.battery_low', active: true })
    await expect.poll(tones).toHaveLength(2)
    await page.locator('.row').first().waitFor()
    expect(await tones()).toHaveLength(2)
    await forget()
  })

  it('repeats a critical one until it is acknowledged', async () => {
    await desk.property.leak('leak-b2', true)
    await expect.poll(() => tones().then(({ length }) => length), { timeout: 10_000 }).toBeGreaterThanOrEqual(12)
    const { id } = await desk.alarmOf('leak-b2')
    await desk.service.api('POST', `/alarms/${id}/acknowledge`, {})
    await page.locator('.row[data-state=acked]').waitFor()
    await forget()
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    expect(await tones()).toEqual([])
  })

  it('sounds in one tab of a browser only, and in the next one when that closes', async () => {
    const second = await context.newPage()
    await second.goto(`${desk.service.http}/#/alarms`)
    await second.locator('.row').first().waitFor()
    await second.locator('h1').click()
    await sound('elsewhere', second)
    await desk.property.leak('leak-b1', true)
    await expect.poll(() => tones().then(({ length }) => length)).toBeGreaterThanOrEqual(6)
    expect(await tones(second)).toEqual([])
    await page.close()
    await sound('on', second)
    await expect.poll(() => tones(second).then(({ length }) => length)).toBeGreaterThanOrEqual(6)
    page = second
  })

  it('is switched off, with its volume, and that is remembered', async () => {
    await page.locator('[data-tool=sound]').click()
    await page.locator('.sound__panel input[type=range]').fill('0.2')
    await page.locator('.sound__panel input[type=checkbox]').click()
    await sound('off')
    await page.reload()
    await sound('off')
    await forget()
    await page.locator('h1').click()
    expect(await page.locator('[data-tool=sound-open]').count()).toBe(0)
    expect(await tones()).toEqual([])
    await page.locator('[data-tool=sound]').click()
    expect(await page.locator('.sound__panel input[type=range]').inputValue()).toBe('0.2')
  })

  it('broke no policy and threw nothing on the way', () => desk.expectNoTroubles())
})
