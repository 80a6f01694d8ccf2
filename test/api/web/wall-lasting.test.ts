import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, latinWords, picture, startBrowser, type TestBrowser } from '../../support/browser.ts'
import { type Furnished, furnish } from '../../support/furnished.ts'
import { type ServiceProcess, temporaryFolder } from '../../support/process.ts'
import { hasPrograms } from '../../support/programs.ts'
import { startShiftedService } from '../../support/shifted-service.ts'

const SIZES = { wall: [1920, 1080], '4k': [3840, 2160], laptop: [1366, 768], portrait: [1080, 1920] } as const
const HOUR_MS = 3_600_000
const NAMES = /^(B\d|MQTT|English)$/

/** Texts that are smaller than 23 px would be on a screen of 1080: what nobody reads at three metres. */
const TOO_SMALL = `[...document.querySelectorAll('.wall *')].flatMap((each) => {
  const isText = [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')
  const isAside = each.closest('.controls, .visually-hidden, .rate, .pin, .card__number')
  if (!isText || isAside || each.getClientRects().length === 0) return []
  const scale = each.ownerSVGElement ? each.getScreenCTM().a : 1
  const px = (Number.parseFloat(getComputedStyle(each).fontSize) * scale * 1080) / Math.min(innerHeight, innerWidth)
  return px < 23 ? [each.getAttribute('class') + ' ' + px.toFixed(1) + ': ' + each.textContent.slice(0, 20)] : []
})`
const CUT_OFF = `[...document.querySelectorAll('.wall .panel, .wall .card__inside, .wall .ring__face')].filter((each) => {
  const { right, bottom } = each.getBoundingClientRect()
  const isOver = each.scrollHeight > each.clientHeight + 2 || each.scrollWidth > each.clientWidth + 2
  return isOver || right > innerWidth + 1 || bottom > innerHeight + 1
}).map((each) => each.className + ' is cut off')`

describe.skipIf(!hasPrograms('chromium'))('a wallboard that hangs there', { timeout: 120_000 }, () => {
  let folder = temporaryFolder()
  let service: ServiceProcess
  let site: Furnished
  let browser: TestBrowser
  let troubles: string[] = []

  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser?.close())
  afterEach(async () => {
    await site?.end()
    await service?.kill()
    folder.remove()
    expect(troubles).toEqual([])
  })

  async function begin(offsetMs = 0): Promise<Page> {
    folder = temporaryFolder()
    service = await startShiftedService(join(folder.path, 'data'), offsetMs)
    site = await furnish(service)
    const opened = await browser.open(service.http, site.tokens.viewer, '#/wall', { size: 'wall', theme: 'dark' })
    troubles = opened.troubles
    await opened.page.locator('.wall:not([data-wall="waiting"])').waitFor()
    return opened.page
  }
  async function again(offsetMs: number): Promise<void> {
    const env = { SHIFEN_HTTP_PORT: new URL(service.http).port, SHIFEN_MQTT_PORT: String(service.mqtt.port) }
    await service.kill()
    service = await startShiftedService(join(folder.path, 'data'), offsetMs, env)
  }
  const addSite = async (id: string, name: string, places: readonly (readonly [string, string])[]) => {
    await service.api('POST', '/sites', { id, name, timezone: 'Asia/Shanghai' })
    for (const [index, [location, building]] of places.entries()) {
      await site.add({ id: `${id}-${index}`, kind: 'water_leak', location, building, site: id })
    }
  }

  /** All sizes, languages and themes of what is there now. */
  async function inspect(page: Page, name: string): Promise<void> {
    for (const lang of ['zh', 'en'] as const) {
      for (const theme of ['dark', 'grey'] as const) {
        await page.setViewportSize({ width: 1920, height: 1080 })
        await page.mouse.move(Math.random() * 900, 300)
        await page.locator(`[data-theme-option="${theme}"]`).click()
        await page.locator(`.switch__option[lang="${lang}"]`).click()
        expect.soft(await accessibilityFaults(page), `${name} ${lang} ${theme}`).toEqual([])
        if (lang === 'zh') expect.soft(await latinWords(page, NAMES)).toEqual([])
        for (const [size, [width, height]] of Object.entries(SIZES)) {
          await page.setViewportSize({ width, height })
          const look = () => page.evaluate<string[]>(`[...${TOO_SMALL}, ...${CUT_OFF}]`)
          await expect.poll(look, { message: `${name} ${lang} ${theme} ${size}`, timeout: 10_000 }).toEqual([])
          await picture(page, `wall/${name}-${lang}-${theme}-${size}`)
        }
      }
    }
    await page.setViewportSize({ width: 1920, height: 1080 })
    await page.locator('.switch__option[lang="zh"]').click()
  }

  it('can be read at three metres with two sites, nobody on duty and the link lost; so it can with many', async () => {
    const page = await begin()
    await addSite('north', '北区商务中心', [
      ...[['9层 茶水间', '1号楼'] as const, ['3层 卫生间', '2号楼'] as const, ['B1 水泵房', ''] as const],
    ])
    for (const [id, location, building] of [
      ['s1', '19层 走廊', '3号楼'],
      ['s2', '3层', '4号楼'],
      ['s3', '12层', '5号楼'],
    ]) {
      await site.add({ id: id!, kind: 'water_leak', location: location!, building: building! })
    }
    for (const device of ['north-0', 'north-2', 'leak-b2', 's1', 'leak-9f']) await site.leak(device, true)
    await page.locator('[data-cards="5"]').waitFor()
    await page.reload()
    await page.locator('[data-duty="north"] .gap').waitFor()
    // Each site's plan in its turn.
    for (const shown of ['north', 'default', 'north']) await page.locator(`[data-plan="${shown}"]`).waitFor()
    await inspect(page, 'two')
    const { http, mqtt } = service
    await service.kill()
    await page.locator('.stripe').waitFor()
    await inspect(page, 'two-stale')

    const env = { SHIFEN_HTTP_PORT: new URL(http).port, SHIFEN_MQTT_PORT: String(mqtt.port) }
    service = await startShiftedService(join(folder.path, 'data'), 0, env)
    for (let index = 0; index < 6; index += 1) {
      await service.api('POST', '/sites', { id: `x${index}`, name: `第${index}小区`, timezone: 'Asia/Shanghai' })
      await service.api('POST', '/devices', {
        id: `xx${index}`,
        kind: 'water_leak',
        location: '3层',
        site: `x${index}`,
      })
    }
    await page.reload()
    await page.locator('[data-count="sites"]', { hasText: '另有 3 个项目，其中 2 个没有人值班' }).waitFor()
    expect(await page.locator('[data-duty] .gap').count()).toBe(5)
    await inspect(page, 'many')
    await page.context().close()
  })

  it('counts down to zero and on without leaving out a second, and turns outward right there', async () => {
    const page = await begin()
    await service.api('POST', '/commitments', {
      ...{ id: 'quick', name: { zh: '快', en: 'Quick' }, sites: ['default'] },
      targets: [
        { milestone: 'arrive', withinMs: 6_000, calendar: 'around_the_clock', covers: { categories: ['now'] } },
        { milestone: 'arrive', withinMs: 183_000, calendar: 'around_the_clock', covers: { categories: ['soon'] } },
      ],
    })
    const report = async (category: string) => {
      const about = { site: 'default', category, priority: 'critical', title: '水管爆裂', location: '1号楼 3层' }
      const { number } = await service.api<{ number: string }>('POST', '/tickets', about)
      const ring = `document.querySelector('[data-emergency="${number}"] .ring')`
      await page.locator(`[data-emergency="${number}"] .ring`).waitFor()
      await page.evaluate(`(() => {
        const seen = (window.seen ??= {})['${category}'] = []
        const look = () => {
          const ring = ${ring}
          const told = [
            ring.querySelector('.ring__figures').textContent, ring.dataset.tone,
            ring.querySelector('.ring__hatch') ? 'hatched' : '', ring.querySelector('.ring__arc--outward') ? 'outward' : '',
          ].join(' ').trim().replace(/ +/g, ' ')
          if (seen.at(-1) !== told) seen.push(told)
          requestAnimationFrame(look)
        }
        look()
      })()`)
      return number
    }
    const now = await report('now')
    await report('soon')
    const seen = (category: string) => page.evaluate<string[]>(`window.seen['${category}']`)
    await page.locator(`[data-emergency="${now}"] .ring__figures`, { hasText: '00:01' }).waitFor()
    await picture(page, 'wall/ring-before-zero')
    await page.locator(`[data-emergency="${now}"][data-over] .ring`).waitFor()
    await picture(page, 'wall/ring-at-zero')
    await expect.poll(() => seen('now'), { timeout: 20_000 }).toContain('+00:02 over outward')
    await picture(page, 'wall/ring-after-zero')
    const down = (await seen('now')).slice((await seen('now')).findIndex((told) => told.startsWith('00:03')))
    expect(down.slice(0, 6)).toEqual([
      ...['00:03', '00:02', '00:01'].map((figures) => `${figures} urgent hatched`),
      ...['+00:00', '+00:01', '+00:02'].map((figures) => `${figures} over outward`),
    ])
    const soon = await seen('soon')
    expect(soon.find((told) => told.startsWith('03:01'))).toBe('03:01 ample')
    expect(soon.find((told) => told.startsWith('02:59'))).toBe('02:59 urgent hatched')
    await page.context().close()
  })

  it('begins a new day at midnight where the site is', async () => {
    const timezone = 'Asia/Shanghai'
    const [hour, minute, second] = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, timeStyle: 'medium' })
      .format(Date.now())
      .split(':')
      .map(Number)
    const sinceMidnightMs = ((hour! * 60 + minute!) * 60 + second!) * 1_000
    const page = await begin(24 * HOUR_MS - sinceMidnightMs - 45_000)
    const day = await page.locator('.clock__day').textContent()
    const about = { site: 'default', category: 'other', priority: 'low', title: '灯不亮', location: '1号楼 3层' }
    await service.api('POST', '/tickets', about)
    await page.reload()
    await page.locator('[data-day="opened"]', { hasText: '1' }).waitFor()
    await page.locator('.clock__time', { hasText: '00:00' }).waitFor({ timeout: 60_000 })
    expect(await page.locator('.clock__day').textContent()).not.toBe(day)
    await page.locator('[data-day="opened"]', { hasText: '0' }).waitFor()
    await picture(page, 'wall/midnight')
    await page.context().close()
  })

  it('stays signed in for longer than a session lasts, over restarts of the service and of its browser', async () => {
    const page = await begin()
    // Its cookie outlives its browser, as that of a screen that is switched off at night.
    const [cookie] = await page.context().cookies()
    expect(cookie!.expires).toBeGreaterThan(Date.now() / 1_000 + 86_400)
    const hourAt = (atMs: number) =>
      new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit' }).format(atMs)
    for (const hours of [7, 14, 21]) {
      await again(hours * HOUR_MS)
      await page.locator('.clock__time', { hasText: `${hourAt(Date.now() + hours * HOUR_MS)}:` }).waitFor()
    }
    expect(await page.locator('.login').count()).toBe(0)
    await page.context().close()
  })
})
