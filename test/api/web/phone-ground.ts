import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { type OpenedPage, type OpenOptions, startBrowser, type TestBrowser } from '../../support/browser.ts'
import { furnish, type Furnished } from '../../support/furnished.ts'
import { type ServiceProcess, startService, temporaryFolder } from '../../support/process.ts'
import { attributes, doneBy, openJob, ticketOf } from './phone-visit.ts'

/** What tests of a phone without a network stand on, and what all of them do. */

export const WITHIN = { timeout: 30_000 }

/** A service, a furnished property, and zhang's phone, which has kept the app. */
export interface PhoneGround {
  readonly service: ServiceProcess
  readonly property: Furnished
  readonly browser: TestBrowser
  phone: OpenedPage
  folder: string
  act(id: string, action: string, body?: object): Promise<unknown>
  /** A job of his that the page has heard of, opened there and read whole. */
  given(location?: string, page?: Page): Promise<{ id: string; number: string }>
  /** What the service has heard that zhang did. */
  history(id: string): Promise<string[]>
  /** The service as it comes back after a crash, on its ports. */
  restart(): Promise<void>
  end(): Promise<void>
}

export async function startPhone(options: OpenOptions = {}): Promise<PhoneGround> {
  const folder = temporaryFolder()
  const dataDir = join(folder.path, 'data')
  let service = await startService(dataDir)
  const property = await furnish(service)
  const browser = await startBrowser()
  const phone = await browser.open(service.http, property.tokens.responder, '#/jobs', { size: 'phone', ...options })
  await phone.page.locator('.link').last().click()
  await phone.page.locator('[data-shell="kept"]').waitFor()
  const act = (id: string, action: string, body: object = {}) => service.api('POST', `/tickets/${id}/${action}`, body)
  const ground: PhoneGround = {
    get service() {
      return service
    },
    ...{ property, browser, phone, act, folder: folder.path },
    async given(location = '3号楼 602', page = ground.phone.page) {
      const about = { site: 'default', category: 'water_leak', title: '厨房漏水', location, priority: 'medium' }
      const ticket = await service.api<{ id: string; number: string }>('POST', '/tickets', about)
      await act(ticket.id, 'assign', { assignee: 'zhang' })
      await page.goto(`${service.http}/#/jobs`)
      await openJob(page, ticket.number)
      await page.locator('.log li').first().waitFor()
      return ticket
    },
    history: async (id) => doneBy(await ticketOf(service, id), 'zhang'),
    async restart() {
      const env = { SHIFEN_HTTP_PORT: new URL(service.http).port, SHIFEN_MQTT_PORT: String(service.mqtt.port) }
      service = await startService(dataDir, { env })
    },
    async end() {
      await browser.close()
      await property.end()
      await service.kill()
      folder.remove()
    },
  }
  return ground
}

export const entries = (page: Page) => page.locator('[data-entry]')
export const kinds = (page: Page) => attributes(entries(page), 'data-entry')
export const untilSent = (page: Page) => expect.poll(() => entries(page).count(), WITHIN).toBe(0)

export async function cut(context: BrowserContext, ...pages: readonly Page[]): Promise<void> {
  await context.setOffline(true)
  for (const page of pages) await page.locator('.cut').waitFor()
}

export async function arriveByHand(page: Page): Promise<void> {
  await page.locator('.bar [data-main][data-action="arrive"]:enabled').click()
  await page.locator('.sheet [data-main]').click()
  await page.locator('.state[data-state="on_site"]').waitFor()
}
