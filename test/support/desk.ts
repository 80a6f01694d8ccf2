import { join } from 'node:path'
import { expect } from 'vitest'
import { type OpenedPage, type OpenOptions, startBrowser } from './browser.ts'
import { furnish, type Furnished } from './furnished.ts'
import { type ProcessOptions, type ServiceProcess, startService, temporaryFolder } from './process.ts'

export type DeskRole = keyof Furnished['tokens']

/** A furnished property's real service and a browser, for tests of the console. */
export interface TestDesk {
  service: ServiceProcess
  property: Furnished
  /** As another person with another browser, `null` as nobody; `path` such as `#/alarms`. */
  open(role: DeskRole | null, path: string, options?: OpenOptions): Promise<OpenedPage>
  /** Once for all pages that were opened. */
  expectNoTroubles(): void
  /** Ids of alarms that are not over, by device. */
  alarmOf(device: string, rule?: string): Promise<{ id: string; state: string; acknowledgedBy: string | null }>
  /** `kill -9` and another one on the same ports and data. */
  kill(): Promise<void>
  restart(): Promise<void>
  end(): Promise<void>
}

export async function startDesk(options: ProcessOptions = {}): Promise<TestDesk> {
  const folder = temporaryFolder()
  const data = join(folder.path, 'data')
  const service = await startService(data, options)
  const property = await furnish(service)
  const browser = await startBrowser()
  const pages: OpenedPage[] = []
  const desk: TestDesk = {
    service,
    property,
    async open(role, path, opened) {
      const page = await browser.open(service.http, role && property.tokens[role], path, opened)
      pages.push(page)
      return page
    },
    expectNoTroubles: () => expect(pages.flatMap(({ troubles }) => troubles)).toEqual([]),
    async alarmOf(device, rule) {
      type Found = { items: { id: string; rule: string; state: string; acknowledgedBy: string | null }[] }
      const { items } = await desk.service.api<Found>('GET', `/alarms?device=${device}`)
      const found = items.find((alarm) => rule === undefined || alarm.rule === rule)
      if (!found) throw new Error(`${device} has raised no alarm`)
      return found
    },
    kill: async () => void (await desk.service.kill()),
    async restart() {
      const { http, mqtt } = desk.service
      const ports = { SHIFEN_HTTP_PORT: new URL(http).port, SHIFEN_MQTT_PORT: String(mqtt.port) }
      desk.service = await startService(data, { ...options, env: { ...options.env, ...ports } })
    },
    async end() {
      await browser.close()
      await property.end()
      await desk.service.kill()
      folder.remove()
    },
  }
  return desk
}
