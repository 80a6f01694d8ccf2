import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, picture } from '../../support/browser.ts'
import { startDesk, type TestDesk } from '../../support/desk.ts'
import { hasPrograms } from '../../support/programs.ts'

const SLOW = '网络很慢'

describe.skipIf(!hasPrograms('chromium'))('a page in trouble', { timeout: 90_000 }, () => {
  let desk: TestDesk
  beforeAll(async () => {
    desk = await startDesk()
  }, 120_000)
  afterAll(() => desk?.end())

  it.each([
    ['viewer', '**/api/v1/session', '.waiting', 'wall'],
    ['viewer', '**/assets/WallFace-*.js', '.opening', 'wall'],
    ['viewer', '**/api/v1/live', '.board .waiting', 'wall'],
    ['responder', '**/api/v1/tickets*', '.page .faint', 'phone'],
  ] as const)('says to the %s that the network is slow where %s does not come', async (role, address, where, size) => {
    const { page } = await desk.open(role, '#/', { size })
    await page.locator('main').first().waitFor()
    await page.evaluate(`indexedDB.deleteDatabase('shifen.phone')`)
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    await page.route(address, async (route) => {
      await held
      await route.continue().catch(() => undefined)
    })
    await page.reload({ waitUntil: 'commit' })
    await page.locator(where).filter({ hasText: SLOW }).waitFor()
    await picture(page, `slow/${role}-${where.replace(/\W+/g, '')}`)
    expect(await accessibilityFaults(page)).toEqual([])
    release()
    await page.getByText(SLOW).waitFor({ state: 'detached' })
  })

  it('asks anew once the machine has slept', async () => {
    const { page } = await desk.open('viewer', '#/wall', { size: 'wall' })
    await page.locator('[data-wall="clear"]').waitFor()
    const asked = page.waitForRequest('**/api/v1/live')
    await page.evaluate(`{ const now = Date.now; Date.now = () => now() + 7200000 }`)
    await asked
    const hour = () => new Date().toLocaleTimeString('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit' })
    await expect.poll(async () => (await page.locator('.clock__time').innerText()).slice(0, 2)).toBe(hour())
  })
})
