import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenedPage, startBrowser, type TestBrowser } from '../../support/browser.ts'
import { furnish, type Furnished } from '../../support/furnished.ts'
import { type ServiceProcess, startService, temporaryFolder } from '../../support/process.ts'
import { hasPrograms } from '../../support/programs.ts'
import { attributes, doneBy, openJob, photograph, step, ticketOf } from './phone-visit.ts'

const WITHIN = { timeout: 30_000 }
/** A device without any room: what is new is refused, and what is there cannot be written over. */
const FULL = `for (const name of ['add', 'put']) {
  const kept = IDBObjectStore.prototype[name]
  IDBObjectStore.prototype[name] = function (...given) {
    if (window.isFull) throw new DOMException('no room', 'QuotaExceededError')
    return kept.apply(this, given)
  }
}`

describe.skipIf(!hasPrograms('chromium'))('the phone under harder faults', { timeout: 120_000 }, () => {
  const folder = temporaryFolder()
  const dataDir = join(folder.path, 'data')
  let service: ServiceProcess
  let property: Furnished
  let browser: TestBrowser
  let phone: OpenedPage

  beforeAll(async () => {
    service = await startService(dataDir)
    property = await furnish(service)
    browser = await startBrowser()
    phone = await browser.open(service.http, property.tokens.responder, '#/jobs', { size: 'phone' })
    await phone.page.locator('.link').last().click()
    await phone.page.locator('[data-shell="kept"]').waitFor()
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await property?.end()
    await service?.kill()
    folder.remove()
  })

  async function given(page: Page = phone.page) {
    const about = {
      site: 'default',
      category: 'water_leak',
      title: '厨房漏水',
      location: '3号楼 602',
      priority: 'medium',
    }
    const ticket = await service.api<{ id: string; number: string }>('POST', '/tickets', about)
    await service.api('POST', `/tickets/${ticket.id}/assign`, { assignee: 'zhang' })
    await page.goto(`${service.http}/#/jobs`)
    await openJob(page, ticket.number)
    return ticket
  }
  const entries = (page: Page) => page.locator('[data-entry]')
  const deeds = async (id: string) => doneBy(await ticketOf(service, id), 'zhang')

  it('says that a full device keeps nothing more, and still sends what it has', async () => {
    const { page, context } = phone
    const { id } = await given()
    await page.evaluate(FULL)
    await context.setOffline(true)
    await page.locator('.cut').waitFor()
    await step(page, 'accept', 'accepted')
    await page.evaluate('window.isFull = true')
    await page.locator('.bar [data-main][data-action="depart"]:enabled').click()
    await page.getByRole('alert').filter({ hasText: /空间/ }).waitFor()
    expect(await attributes(entries(page), 'data-entry')).toEqual(['accept'])
    // It is tried in vain at least once, which cannot be counted on the device.
    await page.evaluate(`navigator.serviceWorker && window.dispatchEvent(new Event('online'))`)
    await context.setOffline(false)
    await expect.poll(() => deeds(id), WITHIN).toEqual(['accept'])
    await page.evaluate('window.isFull = false')
    await expect.poll(() => entries(page).count(), WITHIN).toBe(0)
  })

  it('keeps one photo and sends it once where the service dies in the middle of it', async () => {
    const { page } = phone
    const { id } = await given()
    await step(page, 'accept', 'accepted')
    await expect.poll(() => entries(page).count(), WITHIN).toBe(0)
    let tries = 0
    await page.route('**/photos*', async (route) => {
      if (route.request().method() !== 'POST' || (tries += 1) > 1) return route.continue()
      // It arrived, and the answer did not.
      await route.fetch()
      await route.abort()
    })
    await photograph(page, '处理前', 1)
    await expect.poll(() => tries, WITHIN).toBeGreaterThan(1)
    await service.kill()
    const env = { SHIFEN_HTTP_PORT: new URL(service.http).port, SHIFEN_MQTT_PORT: String(service.mqtt.port) }
    service = await startService(dataDir, { env })
    await expect.poll(() => entries(page).count(), WITHIN).toBe(0)
    const { items } = await service.api<{ items: object[] }>('GET', `/tickets/${id}/photos`)
    expect(items).toHaveLength(1)
    await page.unroute('**/photos*')
  })

  it('shows in two pages of one phone the same, and does it once', async () => {
    const { page, context } = phone
    const { id, number } = await given()
    const other = await context.newPage()
    await other.goto(`${service.http}/#/jobs`)
    await openJob(other, number)
    await context.setOffline(true)
    await page.locator('.cut').waitFor()
    await other.locator('.cut').waitFor()
    await step(page, 'accept', 'accepted')
    await context.setOffline(false)
    await expect.poll(() => deeds(id), WITHIN).toEqual(['accept'])
    await other.locator('.state[data-state="accepted"]').waitFor()
    await expect.poll(async () => (await entries(page).count()) + (await entries(other).count()), WITHIN).toBe(0)
    await other.close()
  })

  it('threw nothing on the way', () => {
    expect(phone.troubles).toEqual([])
  })
})
