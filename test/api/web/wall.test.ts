import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, latinWords, type OpenOptions, picture, startBrowser } from '../../support/browser.ts'
import type { TestBrowser } from '../../support/browser.ts'
import { type Furnished, furnish } from '../../support/furnished.ts'
import { type ServiceProcess, startService, temporaryFolder } from '../../support/process.ts'
import { hasPrograms } from '../../support/programs.ts'

const WITHIN_MS = 20_000
const SIZES = { wall: [1920, 1080], '4k': [3840, 2160], laptop: [1366, 768], portrait: [1080, 1920] } as const
/** Codes, units and what is called so: nothing that a Chinese wall has to translate. */
const NAMES = /^(B\d|MQTT|demo|img|onerror|src|window\.hacked|x|IMG|English)$/

describe.skipIf(!hasPrograms('chromium'))('the wallboard', { timeout: 90_000 }, () => {
  const folder = temporaryFolder()
  let service: ServiceProcess
  let site: Furnished
  let browser: TestBrowser
  let wall: Page
  const troubles: string[][] = []

  beforeAll(async () => {
    service = await startService(join(folder.path, 'data'))
    site = await furnish(service)
    const every = (category: string, withinMs: number) => ({
      ...{ milestone: 'arrive', withinMs, calendar: 'around_the_clock', covers: { categories: [category] } },
    })
    // So that no test waits for minutes: what bursts is owed within three of them, what is late already is at once.
    await service.api('POST', '/commitments', {
      ...{ id: 'quick', name: { zh: '快', en: 'Quick' }, sites: ['default'] },
      targets: [every('water_leak', 600_000), every('other', 900_000), every('burst', 170_000), every('late', 1_000)],
    })
    browser = await startBrowser()
    wall = await open()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await site?.end()
    await service?.kill()
    folder.remove()
  })

  async function open(options: OpenOptions = {}, path = '#/wall'): Promise<Page> {
    const opened = await browser.open(service.http, site.tokens.viewer, path, {
      ...{ size: 'wall', theme: 'dark' },
      ...options,
    })
    troubles.push(opened.troubles)
    await opened.page.locator('.wall:not([data-wall="waiting"])').waitFor()
    return opened.page
  }
  const report = (category: string, location: string, rest: object = {}) =>
    service.api<{ id: string; number: string }>('POST', '/tickets', {
      ...{ site: 'default', category, priority: 'critical', title: '水管爆裂', location },
      ...rest,
    })
  /** The whole way to a repair; a step that has been done already is refused. */
  async function work(id: string): Promise<void> {
    const steps = { assign: { assignee: 'zhang' }, accept: {}, depart: {}, arrive: {}, complete: { measure: '已修好' } }
    for (const [step, body] of Object.entries(steps)) {
      await service.api('POST', `/tickets/${id}/${step}`, body).catch(() => undefined)
    }
  }
  const cardOf = (page: Page, number: string) => page.locator(`[data-emergency="${number}"]`)
  const secondsOf = (figures: string | null) =>
    figures!
      .replace('+', '')
      .split(':')
      .reduce((sum, part) => sum * 60 + Number(part), 0)
  /** Nothing scrolls, nothing reaches over the edge of the screen or of its card. */
  const overflowing = (page: Page) =>
    page.evaluate<string[]>(`[
      ...(document.documentElement.scrollHeight > innerHeight ? ['the page is too high'] : []),
      ...(document.documentElement.scrollWidth > innerWidth ? ['the page is too wide'] : []),
      ...[...document.querySelectorAll('.wall .panel, .wall .card, .wall .clear, .wall .ring')].filter((each) => {
        const { left, top, right, bottom } = each.getBoundingClientRect()
        return left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1
      }).map((each) => each.className),
      ...[...document.querySelectorAll('.wall .card__inside, .wall .ring__face, .wall .duty')]
        .filter((each) => each.scrollHeight > each.clientHeight + 2 || each.scrollWidth > each.clientWidth + 2)
        .map((each) => each.className + ' is cut off: ' + each.textContent.slice(0, 60)),
    ]`)

  /** Axe, words and edges in both languages and themes; pictures of all, and of the other sizes. */
  async function inspect(name: string): Promise<void> {
    for (const locale of ['zh', 'en'] as const) {
      for (const theme of ['dark', 'grey'] as const) {
        const page = await open({ locale, theme })
        await page.locator('[data-duty]').first().waitFor()
        await page.locator('.plan').waitFor()
        await page.locator('.rate').waitFor()
        expect.soft(await accessibilityFaults(page), `${name} ${locale} ${theme}`).toEqual([])
        if (locale === 'zh') expect(await latinWords(page, NAMES)).toEqual([])
        for (const [size, [width, height]] of Object.entries(SIZES)) {
          await page.setViewportSize({ width, height })
          await picture(page, `wall/${name}-${locale}-${theme}-${size}`)
          expect.soft(await overflowing(page), `${name} ${locale} ${theme} ${size}`).toEqual([])
          if (theme === 'grey') break
        }
        await page.context().close()
      }
    }
  }

  it('is a quiet picture while there is no emergency', async () => {
    await wall.locator('[data-clear]').waitFor()
    expect(await wall.locator('.clear').textContent()).toContain('还没有发生过紧急事件')
    await wall.locator('[data-day="opened"]').waitFor()
    expect(await wall.locator('[data-day="opened"]').textContent()).toBe('0')
    expect(await wall.locator('h1').textContent()).toBe('滨江花园')
    expect(await wall.locator('.clear .plan').getAttribute('aria-label')).toContain('没有报警')
    await inspect('clear')
  })

  it('shows a leak with the seconds that are left, its place, and a pin on the drawing', async () => {
    await site.leak('leak-b2', true)
    await wall.locator('[data-emergency]').waitFor()
    const { items } = await service.api<{
      items: { number: string; clocks: { milestone: string; dueAt: string }[] }[]
    }>(...(['GET', '/tickets?device=leak-b2'] as const))
    const card = cardOf(wall, items[0]!.number)
    expect(await card.locator('.card__place').textContent()).toBe('B2 水泵房')
    expect(await card.locator('.card__what').textContent()).toBe('漏水')
    const due = Date.parse(items[0]!.clocks.find(({ milestone }) => milestone === 'arrive')!.dueAt)
    const shown = secondsOf(await card.locator('.ring__figures').textContent())
    expect(Math.abs(shown - (due - Date.now()) / 1_000)).toBeLessThan(2)
    expect(await card.locator('.ring').getAttribute('data-tone')).toBe('ample')
    await wall.locator('.where [data-pin="critical"]').waitFor()
    expect(await wall.locator('.where .plan').getAttribute('aria-label')).toContain('B2 水泵房')
    await wall.locator('[data-count="rate"]').waitFor()
    await inspect('one')
  })

  it('hatches the ring below three minutes, and turns it outward once it is overdue', async () => {
    const burst = await report('burst', '1号楼 12层 走廊')
    const late = await report('late', '2号楼 地下车库')
    const hurried = cardOf(wall, burst.number).locator('.ring')
    await hurried.locator('.ring__hatch').waitFor()
    expect(await hurried.getAttribute('data-hurried')).not.toBeNull()
    expect(await hurried.locator('.ring__arc--outward').count()).toBe(0)
    const over = cardOf(wall, late.number).locator('.ring')
    await over.locator('.ring__arc--outward').waitFor()
    expect(await over.locator('.ring__hatch').count()).toBe(0)
    const first = await over.locator('.ring__figures').textContent()
    expect(first).toMatch(/^\+\d\d:\d\d$/)
    await expect
      .poll(async () => secondsOf(await over.locator('.ring__figures').textContent()), { timeout: WITHIN_MS })
      .toBeGreaterThan(secondsOf(first))
    const order = await wall.evaluate<string[]>(`[...document.querySelectorAll('[data-emergency]')].map(
      (each) => each.dataset.emergency,
    )`)
    expect(order.slice(0, 2)).toEqual([late.number, burst.number])
    await inspect('three')
  })

  it('shows six of nine, the most urgent, and counts the others', async () => {
    const more = []
    for (const room of ['901', '902', '903', '1001', '1002', '1003']) more.push(await report('other', `3 栋 ${room}`))
    await wall.locator('[data-cards="6"]').waitFor()
    await wall.locator('[data-count="emergencies"]', { hasText: '9' }).waitFor()
    expect(await wall.locator('[data-emergency]').count()).toBe(6)
    expect(await wall.locator('.more').textContent()).toContain('另有 3 起')
    expect(await wall.locator('.card').first().getAttribute('data-over')).not.toBeNull()
    await inspect('six')
    for (const { id } of more.slice(0, 4)) await work(id)
    await wall.locator('[data-cards="5"]').waitFor()
    expect(await wall.locator('.more').count()).toBe(0)
    await inspect('five')
  })

  it('says who is on the way', async () => {
    const { items } = await service.api<{ items: { id: string; number: string }[] }>('GET', '/tickets?device=leak-b2')
    const { id, number } = items[0]!
    await service.api('POST', `/tickets/${id}/assign`, { assignee: 'zhang' })
    await service.api('POST', `/tickets/${id}/accept`, {})
    await service.api('POST', `/tickets/${id}/depart`, {})
    await cardOf(wall, number).locator('.card__who', { hasText: '在途' }).waitFor()
    expect(await cardOf(wall, number).locator('.card__who').textContent()).toContain('张伟')
  })

  it('has nothing on it that acts', async () => {
    await wall.mouse.move(400, 400)
    const actors = wall.locator('button, a, input, select')
    expect(await actors.allInnerTexts()).toEqual(['中文', 'English', '浅灰', '深色'])
    await wall.locator('.controls[data-shown]').waitFor()
    await wall.locator('[data-theme-option="grey"]').click()
    expect(await wall.locator('html').getAttribute('data-theme')).toBe('grey')
    await wall.locator('[data-theme-option="dark"]').click()
  })

  it('says which emergencies are of a drill', async () => {
    const endsAt = new Date(Date.now() + 600_000).toISOString()
    const about = { title: { zh: '停电演练', en: 'Blackout drill' }, endsAt, devices: ['lift-1'], notify: {} }
    const { id } = await service.api<{ id: string }>('POST', '/drills', { site: 'default', ...about })
    await site.say('lift-1', 'event', { event: 'elevator.entrapment', active: true })
    await wall.locator('.card[data-drill]').waitFor()
    expect(await wall.locator('.card[data-drill] .card__what').textContent()).toContain('【演练】')
    expect(await wall.locator('.drills').textContent()).toContain('停电演练')
    await inspect('drill')
    await service.api('POST', `/drills/${id}/end`, {})
    await site.say('lift-1', 'event', { event: 'elevator.entrapment', active: false })
    await wall.locator('.drills').waitFor({ state: 'detached' })
  })

  it('shows hostile and endless texts as text, in their places', async () => {
    const hostile = '<img src=x onerror="window.hacked=1">\u202eلا تنظر\u2067 '
    const endless = `${hostile}${'楼'.repeat(160)}`
    await report('late', endless.slice(0, 200), { title: endless.slice(0, 200), description: '长'.repeat(4_000) })
    await site.add({ id: 'odd', kind: 'water_leak', name: endless.slice(0, 200), location: '9F', building: hostile })
    await site.leak('odd', true)
    await service.api('PATCH', '/sites/default', { name: endless.slice(0, 100) })
    const page = await open()
    await page.locator('.card__place', { hasText: 'onerror' }).first().waitFor()
    await page.locator('.plan').waitFor()
    expect(await page.locator('.wall img').count()).toBe(0)
    expect(await page.evaluate(`'hacked' in window`)).toBe(false)
    expect(await overflowing(page)).toEqual([])
    expect(await accessibilityFaults(page)).toEqual([])
    await picture(page, 'wall/hostile')
    await page.setViewportSize({ width: 1080, height: 1920 })
    expect(await overflowing(page)).toEqual([])
    await picture(page, 'wall/hostile-portrait')
    await page.context().close()
    await service.api('PATCH', '/sites/default', { name: '滨江花园' })
  })

  it('asks again who is on duty when that changes, and is loud where nobody is', async () => {
    const from = new Date(Date.now() + 8_000).toISOString()
    const until = new Date(Date.now() + 3_600_000).toISOString()
    for (const out of ['zhang', 'li']) {
      await service.api('POST', '/rosters/duty/overrides', { from, until, out, in: null, reason: '试' })
    }
    const page = await open()
    await page.locator('[data-person="zhang"]').waitFor()
    expect(await page.locator('[data-person="zhang"]').textContent()).toMatch(/张伟\s*给排水/)
    expect(await page.locator('.duty .panel__heading').textContent()).toMatch(/至 \d\d:\d\d/)
    await page.locator('.gap').waitFor()
    expect(await page.locator('.gap').textContent()).toContain('现在没有人值班')
    await page.context().close()
    await inspect('gap')
  })

  it('says loudly that its data is old when the service is gone, counts on, and recovers by itself', async () => {
    const page = await open()
    const figures = page.locator('.ring__figures').first()
    const ports = { SHIFEN_HTTP_PORT: new URL(service.http).port, SHIFEN_MQTT_PORT: String(service.mqtt.port) }
    await service.kill()
    await page.locator('.stripe').waitFor()
    expect(await page.locator('.stale').textContent()).toMatch(/画面停在 \d\d:\d\d:\d\d/)
    const then = await figures.textContent()
    await expect.poll(() => figures.textContent(), { timeout: WITHIN_MS }).not.toBe(then)
    expect.soft(await overflowing(page)).toEqual([])
    expect.soft(await accessibilityFaults(page)).toEqual([])
    await picture(page, 'wall/stale-zh-dark')
    await page.setViewportSize({ width: 1080, height: 1920 })
    await picture(page, 'wall/stale-zh-dark-portrait')
    expect.soft(await overflowing(page)).toEqual([])
    await page.setViewportSize({ width: 1920, height: 1080 })
    await page.mouse.move(300, 300)
    await page.locator('[data-theme-option="grey"]').click()
    await page.locator('.switch__option[lang="en"]').click()
    await picture(page, 'wall/stale-en-grey')
    expect.soft(await accessibilityFaults(page)).toEqual([])
    service = await startService(join(folder.path, 'data'), { env: ports })
    await page.locator('.stale').waitFor({ state: 'detached' })
    expect(await page.locator('.stripe').count()).toBe(0)
    await page.context().close()
  })

  it('shows the login over the board once its session is over', async () => {
    const page = await open()
    await page.context().clearCookies()
    const ports = { SHIFEN_HTTP_PORT: new URL(service.http).port, SHIFEN_MQTT_PORT: String(service.mqtt.port) }
    await service.kill()
    service = await startService(join(folder.path, 'data'), { env: ports })
    await page.locator('.login--over').waitFor()
    expect(await page.locator('[data-emergency]').count()).toBeGreaterThan(0)
    await picture(page, 'wall/login')
    await page.context().close()
  })

  it('is quiet again once all has been repaired, and says since when', async () => {
    const states = 'pending_dispatch,assigned,accepted,en_route,on_site,on_hold'
    const { items } = await service.api<{ items: { id: string }[] }>('GET', `/tickets?state=${states}`)
    for (const { id } of items) await work(id)
    const page = await open()
    await page.locator('[data-clear] .since').waitFor()
    expect(await page.locator('.clear__since').textContent()).toMatch(/自 .*\d\d:\d\d 起/)
    await page.locator('[data-day="onTime"]').waitFor()
    await picture(page, 'wall/clear-again')
    await page.context().close()
    await inspect('quiet')
  })

  it('is dark unless somebody has chosen otherwise', async () => {
    const page = await open({ theme: 'grey' })
    expect(await page.locator('html').getAttribute('data-theme')).toBe('grey')
    await page.evaluate(`localStorage.removeItem('shifen.theme')`)
    await page.reload()
    await page.locator('html[data-theme="dark"] .wall').waitFor()
    await page.context().close()
  })

  it('shows all sites, or the one that its address names', async () => {
    await service.api('POST', '/sites', { id: 'north', name: '北区', timezone: 'Asia/Tokyo' })
    await site.add({ id: 'north-1', kind: 'water_leak', location: '9层', building: '1号楼', site: 'north' })
    await site.leak('north-1', true)
    const one = await open({}, '#/wall?site=north')
    await one.locator('[data-cards="1"]').waitFor()
    expect(await one.locator('h1').textContent()).toBe('北区')
    expect(await one.locator('.card__site').count()).toBe(0)
    await one.locator('.card__place', { hasText: '1号楼 9层' }).waitFor()
    const tokyo = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Tokyo', hour: '2-digit', hourCycle: 'h23' })
    expect(await one.locator('.clock__time').textContent()).toContain(tokyo.format(Date.now()).slice(0, 2))
    await one.context().close()
    const other = await open({}, '#/wall?site=default')
    await other.locator('[data-clear]').waitFor()
    await other.context().close()
    const all = await open()
    await all.locator('h1', { hasText: '全部项目（2 个）' }).waitFor()
    expect(await all.locator('.card__site').textContent()).toBe('北区')
    await all.locator('[data-duty="north"] .gap').waitFor()
    await all.locator('[data-plan="north"]').waitFor()
    expect(await overflowing(all)).toEqual([])
    await picture(all, 'wall/two-sites')
    await all.context().close()
  })

  it('names no site that it may not see', async () => {
    const opened = await browser.open(service.http, site.tokens.viewer, '#/wall?site=nowhere', { size: 'wall' })
    troubles.push(opened.troubles)
    await opened.page.getByText('没有这个项目').waitFor()
    expect(await accessibilityFaults(opened.page)).toEqual([])
    await opened.context.close()
  })

  it('broke no content security policy and threw nothing on the way', () => {
    expect(troubles.flat()).toEqual([])
  })
})
