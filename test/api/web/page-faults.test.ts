import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, latinWords, picture } from '../../support/browser.ts'
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
    ['viewer', '**/api/v1/session', '.opening', 'wall'],
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

  it('says in the reader’s words why a token was not taken, whatever was pasted', async () => {
    const { page } = await desk.open('viewer', '#/wall')
    await page.context().clearCookies()
    await page.reload()
    for (const pasted of ['x'.repeat(20_000), 'token\u202e\u0000', '十分']) {
      await page.locator('.login input').fill(pasted)
      await page.locator('.login button[type=submit]').click()
      await page.locator('.login [role=alert]', { hasText: '令牌不正确' }).waitFor()
      await page.locator('.login input').fill('')
    }
    await page.route('**/api/v1/session', (route) => route.fulfill({ status: 403, body: '{"detail":"forbidden"}' }))
    await page.locator('.login input').fill('a token')
    await page.locator('.login button[type=submit]').click()
    await page.locator('.login [role=alert]', { hasText: '错误 403' }).waitFor()
    expect(await latinWords(page, /^English$/)).toEqual([])
    expect(await page.locator('.login input').inputValue()).toBe('a token')
  })

  it('lets no name turn the sentence round in which it stands', async () => {
    await desk.service.api('PATCH', '/sites/default', { name: '\u202e滨江花园' })
    const { page } = await desk.open('responder', '#/jobs', { size: 'phone' })
    await page.getByText('\u2068\u202e滨江花园\u2069：您在值班').waitFor()
    await desk.service.api('PATCH', '/sites/default', { name: '滨江花园' })
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
