import axe from 'axe-core'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { findProgram } from './programs.ts'

/** The dashboard in a real browser. */

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run', '--disable-sync']
const WITHIN_MS = 20_000
const root = join(import.meta.dirname, '../..')

export const SIZES = {
  wall: { width: 1920, height: 1080 },
  console: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const

export interface OpenOptions {
  size?: keyof typeof SIZES
  locale?: 'zh' | 'en'
  theme?: 'grey' | 'dark'
  /** Of the device; the site's own is another matter. */
  timezoneId?: string
}

export interface OpenedPage {
  page: Page
  context: BrowserContext
  /** What must not happen: errors of the page, refusals of its policy, requests to another host. */
  troubles: string[]
}

export interface TestBrowser {
  /** A browser of its own, as another person has it, signed in with `token`, at `path` (`#/alarms`). */
  open(http: string, token: string | null, path: string, options?: OpenOptions): Promise<OpenedPage>
  close(): Promise<void>
}

/** Needs `chromium`; builds the dashboard where it is not built. */
export async function startBrowser(): Promise<TestBrowser> {
  if (!existsSync(join(root, 'dist/web/index.html'))) {
    execFileSync('npm', ['run', '--silent', 'build:web'], { cwd: root, stdio: 'inherit' })
  }
  const browser: Browser = await chromium.launch({ executablePath: findProgram('chromium')!, args: ARGS })
  return {
    async open(http, token, path, { size = 'console', locale = 'zh', theme = 'grey', timezoneId } = {}) {
      const touch = size === 'phone'
      const context = await browser.newContext({
        ...{ viewport: SIZES[size], locale: locale === 'zh' ? 'zh-CN' : 'en-GB' },
        ...{ hasTouch: touch, isMobile: touch, deviceScaleFactor: 1, acceptDownloads: true },
        ...(timezoneId !== undefined && { timezoneId }),
      })
      const remembered = `localStorage.setItem('shifen.locale', '${locale}'); localStorage.setItem('shifen.theme', '${theme}')`
      await context.addInitScript(`if (!localStorage.getItem('shifen.locale')) { ${remembered} }`)
      const page = await context.newPage()
      const troubles = watch(page, http)
      page.setDefaultTimeout(WITHIN_MS)
      if (token !== null) {
        await page.goto(`${http}/#token=${token}`)
        // At home, where the page goes by itself: it would overtake what is asked for next.
        await page.waitForURL(/#\/\w/)
        await page.locator('.signed-in').waitFor({ state: 'attached' })
      }
      await page.goto(`${http}/${path}`)
      return { page, context, troubles }
    },
    close: () => browser.close(),
  }
}

/** A browser of one phone that keeps what it has in `folder`, over its end too, as an installed app does. */
export async function openKept(folder: string): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(folder, {
    ...{ executablePath: findProgram('chromium')!, args: ARGS, viewport: SIZES.phone, locale: 'zh-CN' },
    ...{ hasTouch: true, isMobile: true, deviceScaleFactor: 1 },
  })
  context.setDefaultTimeout(WITHIN_MS)
  return context
}

function watch(page: Page, http: string): string[] {
  const troubles: string[] = []
  page.on('console', (message) => {
    const text = message.text()
    if (/content security policy|refused to|violates|\[vue warn\]|\[intlify\]/i.test(text)) troubles.push(text)
  })
  page.on('pageerror', (error) => troubles.push(error.stack || error.message || `threw ${String(error)}`))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(http) && !url.startsWith('data:') && !url.startsWith('blob:')) troubles.push(`asked for ${url}`)
  })
  return troubles
}

/** What opens is seen whole, not on its way; what blinks goes on. */
async function settled(page: Page): Promise<void> {
  const ending = 'each.effect.getComputedTiming().endTime !== Infinity'
  const all = `document.getAnimations().filter((each) => ${ending}).map((each) => each.finished.catch(() => {}))`
  await page.evaluate(`Promise.all(${all}).then(() => undefined)`)
}

/** What axe finds serious or worse by WCAG 2.2 A and AA: rule, what is wrong and where, one line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await settled(page)
  // Before the page's own policy can have a say: what is evaluated by the debugger is not the page's script.
  await page.evaluate(axe.source)
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
  const found = (await page.evaluate<unknown>(
    `axe.run(document, { runOnly: ${JSON.stringify(tags)}, resultTypes: ['violations'] })`,
  )) as axe.AxeResults
  const serious = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  return serious.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  )
}

/** What is read out, what hangs at a mouse and what a tab is called: nobody sees it on a picture. */
const SAID = `[document.title, document.body.innerText, ...[...document.querySelectorAll('*')].flatMap((each) =>
  ['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'title', 'alt', 'placeholder']
    .map((name) => each.getAttribute(name) ?? ''))].join('\\n')`

/** Latin words on a page that is to be Chinese, but for what devices, people and units are called. */
export async function latinWords(page: Page, allowed: RegExp): Promise<string[]> {
  const text = await page.evaluate(SAID)
  const words = String(text).match(/[A-Za-z][A-Za-z.'-]+/g) ?? []
  return [...new Set(words)].filter((word) => !allowed.test(word))
}

/** A picture for people to look at, below the folder that `SHIFEN_SCREENSHOTS` names; none without it. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SHIFEN_SCREENSHOTS
  if (folder === undefined) return
  const path = join(folder, `${name}.png`)
  mkdirSync(dirname(path), { recursive: true })
  await settled(page)
  await page.screenshot({ path })
}
