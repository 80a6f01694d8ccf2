import { afterEach, beforeEach, expect, it } from 'vitest'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { seedYear } from '../../../simulators/bench/year-of-tickets.ts'
import { temporaryFolder } from '../../support/process.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => folder.remove())

it('seeds a year of tickets that went the ways tickets go, with their history', async () => {
  const dataDir = join(folder.path, 'data')
  const seeded = await seedYear(dataDir, { tickets: 200, until: Date.UTC(2026, 10, 1), log: () => undefined })
  expect(seeded.tickets).toBe(200)
  const database = new BetterSqlite3(join(dataDir, 'shifen.db'), { readonly: true })
  const states = database.prepare('select distinct state from tickets').pluck().all()
  const lines = database.prepare('select count(*) from ticket_history').pluck().get()
  database.close()
  expect(states).toEqual(expect.arrayContaining(['closed', 'cancelled', 'on_site']))
  expect(lines).toBe(seeded.historyRows)
  expect(seeded.historyRows).toBeGreaterThan(200 * 5)
})
