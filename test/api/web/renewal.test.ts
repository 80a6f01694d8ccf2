import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRenewal, entryOf } from '../../../api/web/src/renewal.ts'
import { picture } from '../../support/browser.ts'
import { type DeskRole, startDesk, type TestDesk } from '../../support/desk.ts'
import { hasPrograms } from '../../support/programs.ts'

const pageOf = (entry: string) => `<script type="module" crossorigin src="${entry}"></script>`
const OWN = './assets/index-AAAAAAAA.js'

describe('a page that misses a part of itself', () => {
  function renewal(readPage: () => Promise<string>, ageMs = 60_000) {
    const reloads: (string | null)[] = []
    const made = createRenewal({ own: OWN, readPage, reload: (path) => reloads.push(path), ageMs: () => ageMs })
    return { made, reloads }
  }
  const other = () => Promise.resolve(pageOf('./assets/index-BBBBBBBB.js'))

  it('begins again at the page that was asked for where the service has another build', async () => {
    const { made, reloads } = renewal(other)
    await made.lose('/tickets')
    expect(reloads).toEqual(['/tickets'])
  })

  it('says so, and leaves the page alone, where the build is the same or nobody answers', async () => {
    for (const answer of [() => Promise.resolve(pageOf(OWN)), () => Promise.reject(new Error('offline'))]) {
      const { made, reloads } = renewal(answer)
      await made.lose()
      expect(made.lost.value).toBe('failed')
      expect(reloads).toEqual([])
    }
  })

  it('does not go round in circles: a page that has just begun waits for a press', async () => {
    const { made, reloads } = renewal(other, 2_000)
    await made.lose('/jobs')
    expect(reloads).toEqual([])
    await made.again()
    expect(reloads).toEqual(['/jobs'])
  })

  it('never leaves a page for one that would not come', async () => {
    for (const answer of [() => Promise.reject(new Error('offline')), () => Promise.resolve('<h1>Wi-Fi login</h1>')]) {
      const { made, reloads } = renewal(answer)
      await made.again()
      expect(made.lost.value).toBe('unreachable')
      expect(reloads).toEqual([])
    }
  })

  it('knows the script of a page', () => {
    expect(entryOf(pageOf(OWN))).toBe(OWN)
    expect(entryOf('<h1>404</h1>')).toBeNull()
  })
})

describe.skipIf(!hasPrograms('chromium'))('an upgrade under an open page', { timeout: 90_000 }, () => {
  let desk: TestDesk
  beforeAll(async () => {
    desk = await startDesk()
  }, 120_000)
  afterAll(() => desk?.end())

  const GONE = /\/assets\/(DevicesPage|HelpPage|NowherePage)-.*\.js/
  /** Its files of before are gone: what has not been loaded yet is not found. */
  const withoutFiles = (page: Page) => page.route(GONE, (route) => route.fulfill({ status: 404, body: 'not found' }))
  /** As over plain http, where browsers keep no files of the app. */
  async function withoutWorker(page: Page): Promise<void> {
    const registrations = 'navigator.serviceWorker.getRegistrations()'
    await page.evaluate(`${registrations}.then((all) => Promise.all(all.map((each) => each.unregister())))`)
    await page.context().addInitScript('delete Navigator.prototype.serviceWorker')
    await page.reload()
    await page.locator('main').first().waitFor()
  }
  const withOtherBuild = async (page: Page) => {
    await page.route(/\/$/, async (route) => {
      const response = await route.fetch()
      const body = (await response.text()).replace(/assets\/index-[\w-]+\.js/, 'assets/index-ZZZZZZZZ.js')
      await route.fulfill({ response, body })
    })
  }
  async function open(role: DeskRole, path: string, size: 'console' | 'phone' | 'wall') {
    const opened = await desk.open(role, path, { size })
    await opened.page.locator('main').first().waitFor()
    return opened.page
  }

  it.each([
    ['dispatcher', '#/alarms', 'console', '#/devices', 'h1:has-text("设备")'],
    ['responder', '#/jobs', 'phone', '#/jobs/help', '.help__themes'],
    ['viewer', '#/wall', 'wall', '#/nowhere', '.notice'],
  ] as const)(
    'has its words for the %s, who goes on once the files are there',
    async (role, path, size, next, shown) => {
      const page = await open(role, path, size)
      await withoutFiles(page)
      await withoutWorker(page)
      await page.evaluate(`location.hash = '${next}'`)
      await page.getByRole('alert').filter({ hasText: '没有加载出来' }).waitFor()
      await picture(page, `renewal/${role}`)
      await page.unroute(GONE)
      await page.getByRole('button', { name: '重新加载' }).click()
      await page.waitForURL((url) => url.hash === next)
      await page.getByText('没有加载出来').waitFor({ state: 'detached' })
      await page.locator(shown).waitFor()
    },
  )

  it('says so where the service cannot be reached, and keeps the page', async () => {
    const page = await open('engineer', '#/alarms', 'console')
    await page.context().setOffline(true)
    await page.evaluate(`location.hash = '#/simulation-or-else'`)
    await page.getByRole('button', { name: '重新加载' }).click()
    await page.getByRole('alert').filter({ hasText: '还是连接不到服务' }).waitFor()
    expect(await page.locator('.signed-in').count()).toBe(1)
  })

  it('renews a wall by itself once it hears the service again', async () => {
    const page = await open('viewer', '#/wall', 'wall')
    await page.evaluate(`{ const now = performance.now.bind(performance); performance.now = () => now() + 60000 }`)
    await withOtherBuild(page)
    await page.evaluate(`window.isOld = true`)
    await desk.kill()
    await desk.restart()
    await expect
      .poll(() => page.evaluate('window.isOld === undefined').catch(() => false), { timeout: 30_000 })
      .toBe(true)
  })
})
