import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { picture } from '../../support/browser.ts'
import { startDesk, type TestDesk } from '../../support/desk.ts'
import { hasPrograms } from '../../support/programs.ts'

const MOST_KB = 350
const LIFTS = 25
const FAULTS = [
  ...['mislevelling', 'power_loss', 'out_of_service', 'fire_mode', 'safety_gear', 'emergency_power', 'other_fault'],
  ...['earthquake_mode', 'start_failure', 'runtime_limit', 'position_lost', 'drive_fault', 'controller_fault'],
  ...['overload', 'predictive_maintenance', 'overspeed', 'overtravel_top', 'overtravel_bottom', 'entrapment'],
  ...['unintended_movement', 'alarm_button'],
]

describe.skipIf(!hasPrograms('chromium'))('the console, loading and in a flood', { timeout: 120_000 }, () => {
  let desk: TestDesk

  beforeAll(async () => {
    desk = await startDesk()
  }, 120_000)
  afterAll(() => desk?.end())

  it(`asks a fresh browser for at most ${MOST_KB} KB, compressed, and for no charts`, async () => {
    const { page, context } = await desk.open('engineer', '#/alarms')
    const cookies = await context.cookies()
    const sizes = new Map<string, number>()
    const fresh = await context.browser()!.newContext()
    await fresh.addCookies(cookies)
    const first = await fresh.newPage()
    const read: Promise<void>[] = []
    first.on('response', (response) => {
      const { pathname } = new URL(response.url())
      if (pathname.startsWith('/api/')) return
      read.push(response.body().then((body) => void sizes.set(pathname, gzipSync(body, { level: 9 }).length)))
    })
    await first.goto(`${desk.service.http}/#/alarms`)
    await first.locator('h1').waitFor()
    await first.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => undefined)
    await Promise.all(read)
    const totalKb = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0) / 1_000
    expect(sizes.size).toBeGreaterThan(5)
    expect(totalKb, [...sizes].map(([path, bytes]) => `${path} ${bytes}`).join('\n')).toBeLessThanOrEqual(MOST_KB)
    expect([...sizes.keys()].filter((path) => /echarts|chart|Phone|Wall/.test(path))).toEqual([])
    await fresh.close()
    await page.close()
  })

  it('stays usable with more alarms than anyone can look at: 500 rows, the rest as a count', async () => {
    const lifts = Array.from({ length: LIFTS }, (_, index) => `flood-${index}`)
    await Promise.all(lifts.map((id) => desk.property.add({ id, kind: 'elevator', name: `${id} 梯`, location: id })))
    const { page } = await desk.open('engineer', '#/alarms')
    await page.locator('h1').waitFor()
    const say = (id: string, fault: string, active: boolean) =>
      desk.property.say(id, 'event', { event: `elevator.${fault}`, active })
    await Promise.all(
      lifts.map(async (id) => {
        for (const fault of FAULTS) await say(id, fault, true)
      }),
    )
    await expect.poll(() => page.locator('.row').count(), { timeout: 30_000 }).toBe(500)
    await page.getByText(/另有 \d+ 条排在后面/).waitFor()
    await picture(page, 'console/flood')

    await page.evaluate(`(() => {
      let last = performance.now()
      const next = () => {
        const now = performance.now()
        window.spent.push(now - last)
        last = now
        requestAnimationFrame(next)
      }
      window.spent = []
      requestAnimationFrame(next)
    })()`)
    const endMs = Date.now() + 5_000
    for (let turn = 0; Date.now() < endMs; turn += 1) {
      const startedMs = Date.now()
      await Promise.all(lifts.slice(0, 5).map((id) => say(id, 'door_open', turn % 2 === 0)))
      await Promise.all(lifts.slice(5, 10).map((id) => say(id, 'overload', turn % 2 === 1)))
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 200 - (Date.now() - startedMs))))
    }
    const spent = (await page.evaluate<number[]>('window.spent')).sort((a, b) => a - b)
    const p95Ms = spent[Math.floor(spent.length * 0.95)]!
    console.info(`frames: ${spent.length}, p95 ${p95Ms.toFixed(1)} ms, worst ${spent.at(-1)!.toFixed(1)} ms`)
    // The bench holds the figure itself; this one fails where the page stands still, on a machine with other work.
    expect(p95Ms).toBeLessThan(250)

    const pressedMs = Date.now()
    await page.keyboard.press('j')
    await page.locator('.row:focus').waitFor()
    await page.keyboard.press('a')
    await page.locator('[role=dialog] input[name=note]').waitFor()
    expect(Date.now() - pressedMs).toBeLessThan(5_000)
  })

  it('broke no policy and threw nothing on the way', () => desk.expectNoTroubles())
})
