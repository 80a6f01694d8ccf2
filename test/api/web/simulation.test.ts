import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { accessibilityFaults, latinWords, type OpenedPage, picture, startBrowser } from '../../support/browser.ts'
import type { TestBrowser } from '../../support/browser.ts'
import { keyboardOf } from '../../support/keyboard.ts'
import { type RunningNode, startNode, temporaryFolder } from '../../support/process.ts'
import { hasPrograms } from '../../support/programs.ts'

const program = join(import.meta.dirname, '../../../dist/api/main.js')

describe.skipIf(!hasPrograms('chromium'))('the panel of the simulation, in the demo', { timeout: 90_000 }, () => {
  const folder = temporaryFolder()
  const seen: OpenedPage[] = []
  let running: RunningNode
  let browser: TestBrowser
  let http: string
  let token: string

  beforeAll(async () => {
    const env = { SHIFEN_HTTP_PORT: '0', SHIFEN_MQTT_PORT: '0', TMPDIR: folder.path }
    running = startNode([program, 'demo', '--speed', '1'], { cwd: folder.path, env })
    const told = await vi.waitFor(() => /open {3}(http:\S+)\/#token=(\S+)/.exec(running.stdout)!.slice(1), 20_000)
    ;[http, token] = told as [string, string]
    browser = await startBrowser()
    await vi.waitFor(
      async () => {
        const response = await fetch(`${http}/api/v1/devices?limit=100`, {
          headers: { authorization: `Bearer ${token}` },
        })
        const { items } = (await response.json()) as { items: { lastSeenAt: string | null }[] }
        expect(items.filter(({ lastSeenAt }) => lastSeenAt !== null)).toHaveLength(41)
      },
      { timeout: 60_000, interval: 200 },
    )
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    running?.signal('SIGINT')
    await running?.ended
    folder.remove()
  })

  async function open(path: string, locale: 'zh' | 'en', theme: 'grey' | 'dark') {
    const opened = await browser.open(http, token, path, { locale, theme })
    seen.push(opened)
    return opened.page
  }

  it('makes somebody be trapped at a press, and leads to the ticket', async () => {
    const page = await open('#/simulation', 'zh', 'grey')
    await page.locator('[data-offer="entrapment"]').click()
    const link = page.getByRole('link', { name: /^打开工单/ })
    await link.waitFor()
    await page.locator('.desk-line').first().waitFor()
    await picture(page, 'simulation-zh')
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await latinWords(page, /^(English|Asia|Shanghai|admin|B[12]|lift)/)).toEqual([])
    await link.click()
    await page.locator('.head__words').getByText('电梯').first().waitFor()
    await page.locator('[data-stop="opened"]').waitFor({ state: 'attached' })
  })

  it.each([
    ['leak', 'zh', 'dark'],
    ['blackout', 'en', 'grey'],
    ['entrapment', 'en', 'dark'],
  ] as const)('makes a %s happen once, however often it is pressed without an answer', async (offer, locale, theme) => {
    const page = await open('#/simulation', locale, theme)
    const keys: (string | undefined)[] = []
    await page.route(`**/simulation/${offer}`, async (route) => {
      keys.push(route.request().headers()['idempotency-key'])
      if (keys.length === 1) await route.abort()
      else await route.continue()
    })
    await page.locator(`[data-offer="${offer}"]`).click()
    await page.locator('.offer__failed').waitFor()
    await page.locator(`[data-offer="${offer}"]`).click()
    await page.locator('.offer__done').waitFor()
    expect(keys).toHaveLength(2)
    expect(keys[0]).toBeDefined()
    expect(keys[1]).toBe(keys[0])
    expect(await accessibilityFaults(page)).toEqual([])
    await picture(page, `simulation-${offer}-${locale}`)
  })

  it('is played by keyboard alone, which stays at what was pressed', async () => {
    const page = await open('#/alarms', 'zh', 'grey')
    const { press, tabTo, settles } = keyboardOf(() => page)
    await page.locator('[data-nav=simulation]').waitFor()
    await tabTo('[data-nav=simulation]')
    await press('Enter')
    await page.locator('[data-offer]').nth(2).waitFor()
    let letGo = () => {}
    await page.route('**/simulation/leak', async (route) => {
      await new Promise<void>((resolve) => (letGo = resolve))
      await route.continue()
    })
    await tabTo('[data-offer=leak]')
    await press('Enter')
    await page.getByText('正在触发').waitFor()
    // Pressed once more meanwhile, it does nothing.
    await press('Enter', 'Space')
    await settles('[data-offer=leak]')
    letGo()
    await page.locator('.offer__done, .offer__failed').waitFor()
    await settles('[data-offer=leak]')
    await tabTo('[data-offer=entrapment]')
    await press('Shift+Tab')
    await tabTo('.offer__done a, [data-offer=blackout]')
  })

  it('broke no policy and threw nothing on the way', () => {
    expect(seen).toHaveLength(5)
    expect(seen.flatMap(({ troubles }) => troubles)).toEqual([])
  })
})
