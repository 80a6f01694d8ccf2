import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Browser, CDPSession, Page } from 'playwright-core'

/** The system's Chromium, for what only a browser can measure. */

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run', '--disable-sync']

/** `null` where there is no Chromium, or no `playwright-core` to drive it: that one is for development only. */
export async function launchChromium(): Promise<Browser | null> {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const executablePath = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(existsSync)
  if (executablePath === undefined) return null
  const playwright = await import('playwright-core').catch(() => null)
  return playwright === null ? null : playwright.chromium.launch({ executablePath, args: ARGS })
}

/** A page of a browser that knows nothing yet, signed in with `token`, at `path` (`#/wall`). */
export async function openSignedIn(browser: Browser, http: string, token: string, path: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'zh-CN' })
  const page = await context.newPage()
  await page.goto(`${http}/#token=${token}`)
  await page.locator('.signed-in').waitFor({ state: 'attached' })
  await page.goto(`${http}/${path}`)
  return page
}

/** What the first visit of a page takes through the network as it is sent, without what the API answers, in bytes. */
export async function firstLoadBytes(browser: Browser, http: string, token: string, path: string): Promise<number> {
  const page = await openSignedIn(browser, http, token, path)
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.setCacheDisabled', { cacheDisabled: true })
  await session.send('Network.setBypassServiceWorker', { bypass: true })
  const files = new Set<string>()
  let bytes = 0
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (!new URL(request.url).pathname.startsWith('/api/')) files.add(requestId)
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (files.has(requestId)) bytes += encodedDataLength
  })
  await page.reload({ waitUntil: 'load' })
  await page.waitForTimeout(2_000)
  await page.context().close()
  return bytes
}

/** What scripts hold after everything that nobody needs was collected, in bytes. */
export async function heapBytes(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  return usedSize
}

/** The times between one picture of the screen and the next over so many seconds, in ms. */
export function frameTimesMs(page: Page, seconds: number): Promise<number[]> {
  return page.evaluate(`new Promise((resolve) => {
    const times = []
    let last = performance.now()
    const endsAt = last + ${seconds * 1_000}
    const next = (now) => {
      times.push(now - last)
      last = now
      if (now < endsAt) requestAnimationFrame(next)
      else resolve(times)
    }
    requestAnimationFrame(next)
  })`)
}
