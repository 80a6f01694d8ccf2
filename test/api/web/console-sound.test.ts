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

  it.each(['zh', 'en'] as const)('is asked for and opens within a narrow window: %s', async (locale) => {
    const { page: narrow, context } = await desk.open('admin', '#/tickets', { locale })
    await sound('blocked', narrow)
    for (const width of [320, 390, 700, 768, 820, 1024, 1180, 1280]) {
      await narrow.setViewportSize({ width, height: 844 })
      const isWithin = async (selector: string) => {
        const { x, width: ownWidth } = (await narrow.locator(selector).boundingBox())!
        expect([x >= 0, x + ownWidth <= width], `${selector} at ${width}: ${x} and ${ownWidth}`).toEqual([true, true])
      }
      await isWithin('.sound__blocked')
      // A press would be what the sound has waited for.
      await narrow.locator('[data-tool=sound]').evaluate((button: { click: () => void }) => button.click())
      await isWithin('.sound__panel')
      await picture(narrow, `console/sound-${locale}-${width}`)
      await narrow.locator('[data-tool=sound]').evaluate((button: { click: () => void }) => button.click())
      await narrow.locator('.sound__panel').waitFor({ state: 'detached' })
    }
    await context.close()
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
