import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, latinWords, type OpenedPage, picture, startBrowser } from '../../support/browser.ts'
import type { TestBrowser } from '../../support/browser.ts'
import { discover } from '../../support/discovered.ts'
import { type Furnished, furnish } from '../../support/furnished.ts'
import { type ServiceProcess, startService, temporaryFolder } from '../../support/process.ts'
import { hasPrograms } from '../../support/programs.ts'

const HOSTILE = `<img src=x onerror="window.hacked=1">‮gnol‬${'长'.repeat(200)}`.slice(0, 200)
const HOUR_MS = 3_600_000
/** What devices, rules and places are called in any language. */
const NAMES =
  /^(English|Asia|Shanghai|admin|B[12]|leak-|lift-|meter-|zigbee|default|many|hostile|kitchen|m-kitchen|dBm|kW|Hz)/

describe.skipIf(!hasPrograms('chromium'))('the pages of devices, in a browser', { timeout: 90_000 }, () => {
  const folder = temporaryFolder()
  const seen: OpenedPage[] = []
  let service: ServiceProcess
  let place: Furnished
  let browser: TestBrowser

  beforeAll(async () => {
    service = await startService(join(folder.path, 'data'))
    place = await furnish(service)
    browser = await startBrowser()
    await place.say('leak-b1', 'telemetry', { values: { batteryPercent: 12, rssi: -71 } })
    await place.say('leak-b2', 'telemetry', { values: { batteryPercent: 88 } })
    await discover(service, 'kitchen-sink')
    const now = Date.now()
    const hours = Array.from({ length: 48 }, (_, index) => ({
      ...{ ts: now - (48 - index) * (HOUR_MS / 2), values: { 'voltage.l1': 228 + (index % 7), 'voltage.l2': 230 } },
    }))
    const peak = { ts: now - 20 * 60_000, values: { 'voltage.l1': 251.5 } }
    await place.say('meter-1', 'telemetry', [...hours, peak, { ts: now, values: { 'voltage.l1': 229 } }])
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await place?.end()
    await service?.kill()
    folder.remove()
  })

  async function open(
    path: string,
    role: keyof Furnished['tokens'] = 'admin',
    options: Parameters<TestBrowser['open']>[3] = {},
  ): Promise<{ page: Page; close: () => Promise<void> }> {
    const opened = await browser.open(service.http, place.tokens[role], path, options)
    seen.push(opened)
    return { page: opened.page, close: () => opened.context.close() }
  }
  const row = (page: Page, id: string) => page.locator(`[data-device="${id}"]`)
  const shape = (page: Page) =>
    page.evaluate<boolean>(`document.documentElement.scrollWidth <= document.documentElement.clientWidth`)

  it('lists devices with how they are, what is wrong first', async () => {
    await place.leak('leak-9f', true)
    const { page, close } = await open('#/devices')
    await row(page, 'leak-b1').getByText('12%').waitFor()
    await row(page, 'leak-b1').locator('.battery[data-low="true"]').waitFor()
    await row(page, 'leak-b1').getByText('-71 dBm').waitFor()
    await row(page, 'leak-9f').getByText('漏水', { exact: true }).waitFor()
    expect(await page.locator('[data-device]').first().getAttribute('data-device')).toBe('leak-9f')
    const heat = row(page, 'leak-9f').locator('.heat')
    await expect.poll(() => heat.getAttribute('aria-label')).toBe('过去 24 小时：1 小时有紧急报警')
    expect(await row(page, 'lift-2').locator('.heat').getAttribute('aria-label')).toBe('过去 24 小时：一直正常')
    await close()
  })

  it('is filtered by the address, and by what is pressed and typed', async () => {
    const { page, close } = await open('#/devices?only=low')
    await row(page, 'leak-b1').waitFor()
    expect(await page.locator('[data-device]').count()).toBe(1)
    await page.locator('[data-filter="low"]').click()
    await row(page, 'lift-1').waitFor()
    await page.getByRole('textbox').fill('客梯 2号')
    await row(page, 'lift-1').waitFor({ state: 'detached' })
    expect(await page.locator('[data-device]').count()).toBe(1)
    await page.waitForURL(/q=/)
    await page.reload()
    await row(page, 'lift-2').waitFor()
    expect(await page.getByRole('textbox').inputValue()).toBe('客梯 2号')
    await page.getByRole('textbox').fill('没有这个')
    await page.getByText('没有符合条件的设备').waitFor()
    await page.getByRole('button', { name: '清除筛选' }).click()
    await row(page, 'lift-1').waitFor()
    await close()
  })

  it('shows on top what is not placed yet, which an administrator places', async () => {
    const engineer = await open('#/devices', 'engineer')
    const found = (page: Page) => page.locator('[data-unplaced]')
    await found(engineer.page).getByText('kitchen-sink').first().waitFor()
    await engineer.page.getByText('由管理员登记位置').waitFor()
    expect(await found(engineer.page).locator('button').count()).toBe(0)
    await engineer.close()
    const { page, close } = await open('#/devices')
    await found(page).waitFor()
    await picture(page, 'devices-unplaced-zh')
    await found(page).locator('button').click()
    const [name, location] = [page.getByLabel('名称', { exact: true }), page.getByLabel('位置', { exact: true })]
    await name.fill('茶水间水浸')
    await location.fill('1号楼 3层 茶水间')
    await page.route('**/devices/*', (route) =>
      route.request().method() === 'PATCH' ? route.abort() : route.continue(),
    )
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('没有得到答复').waitFor()
    expect(await name.inputValue()).toBe('茶水间水浸')
    await page.unroute('**/devices/*')
    await page.getByRole('button', { name: '保存' }).click()
    await found(page).waitFor({ state: 'detached' })
    await page.getByText('1号楼 3层 茶水间').first().waitFor()
    await close()
  })

  it('draws the history of a point, which is read again in detail where one looks nearer', async () => {
    const { page, close } = await open('#/devices/meter-1')
    const chart = page.locator('.chart')
    await chart.locator('canvas').waitFor()
    await expect.poll(() => chart.getAttribute('aria-label')).toMatch(/电压 L1.*最高 251\.5 V/)
    const asked: URL[] = []
    page.on('request', (request) => request.url().includes('/readings') && asked.push(new URL(request.url())))
    const lengthOf = (url: URL) => Date.parse(url.searchParams.get('to')!) - Date.parse(url.searchParams.get('from')!)
    await page.getByRole('button', { name: '放大' }).press('Enter')
    await expect.poll(() => asked.map(lengthOf).some((ms) => Math.abs(ms - 12 * HOUR_MS) < 60_000)).toBe(true)
    await expect.poll(() => chart.getAttribute('aria-label')).not.toContain('251.5')
    await page.locator('[data-range="h1"]').click()
    await expect.poll(() => asked.map(lengthOf).some((ms) => Math.abs(ms - HOUR_MS) < 1_000)).toBe(true)
    await page.locator('[data-tool="table"]').click()
    await page.getByRole('cell', { name: '251.5 V' }).first().waitFor()
    await page.locator('[data-range="h24"]').click()
    await page.locator('[data-tool="table"]').click()
    await chart.locator('canvas').waitFor()
    await picture(page, 'device-history-zh')
    await close()
  })

  it('says that a device is not there', async () => {
    const { page, close } = await open('#/devices/none')
    await page.getByRole('heading', { name: '没有这台设备' }).waitFor()
    await close()
  })

  it('says where nothing is simulated', async () => {
    const { page, close } = await open('#/simulation')
    await page.getByText('这里没有模拟').waitFor()
    await picture(page, 'simulation-none-zh')
    await close()
  })

  it('shows whatever a device is called and says as text', async () => {
    await place.add({ id: 'hostile', kind: 'water_leak', name: HOSTILE, location: HOSTILE })
    await place.say('hostile', 'telemetry', { values: { note: HOSTILE.repeat(40), depth: 1 } })
    for (const size of ['console', 'phone'] as const) {
      const { page, close } = await open('#/devices', 'admin', { size })
      await row(page, 'hostile').waitFor()
      expect(await shape(page)).toBe(true)
      await row(page, 'hostile').getByRole('link').click()
      await page.getByRole('heading', { level: 1 }).getByText('<img src=x').waitFor()
      expect(await page.locator('main img').count()).toBe(0)
      expect(await page.evaluate(`'hacked' in window`)).toBe(false)
      expect(await shape(page)).toBe(true)
      await picture(page, `device-hostile-${size}`)
      await close()
    }
    await service.api('DELETE', '/devices/hostile')
  })

  it.each([
    ['zh', 'grey'],
    ['zh', 'dark'],
    ['en', 'grey'],
    ['en', 'dark'],
  ] as const)('has no serious fault for those who cannot see it so (%s, %s)', async (locale, theme) => {
    const { page, close } = await open('#/devices', 'admin', { locale, theme })
    await row(page, 'leak-b1').waitFor()
    const check = async (name: string) => {
      expect(await accessibilityFaults(page)).toEqual([])
      expect(await shape(page)).toBe(true)
      await picture(page, `${name}-${locale}-${theme}`)
      if (locale === 'zh') expect(await latinWords(page, NAMES)).toEqual([])
    }
    await check('devices')
    await page.goto(`${service.http}/#/devices/meter-1`)
    await page.locator('.chart canvas').waitFor()
    await check('device')
    await page.locator('[data-tool="table"]').click()
    await page.locator('.frame table').waitFor()
    await check('device-table')
    await close()
  })

  it('turns the pages of many', async () => {
    for (let each = 0; each < 105; each++) {
      await service.api('POST', '/devices', { id: `many-${each}`, site: 'default', kind: 'door', name: `many-${each}` })
    }
    const { page, close } = await open('#/devices?kind=door')
    await page.getByText('第 1–100 台，共 105 台').waitFor()
    expect(await page.locator('[data-device]').count()).toBe(100)
    await page.getByRole('button', { name: '下一页' }).click()
    await page.getByText('第 101–105 台，共 105 台').waitFor()
    await page.goBack()
    await page.getByText('第 1–100 台，共 105 台').waitFor()
    await close()
  })

  it('broke no policy and threw nothing on the way', () => {
    expect(seen.length).toBeGreaterThan(10)
    expect(seen.flatMap(({ troubles }) => troubles)).toEqual([])
  })
})
