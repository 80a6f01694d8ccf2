import type { Clock } from '../../rules/clock.ts'
import type { Engine } from '../../rules/engine.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import { auditRoutes } from './audit.ts'
import { evidenceRoutes } from './evidence.ts'
import { ticketExportRoutes } from './ticket-export.ts'

/** What shows afterwards what happened. Before the routes of one ticket: `export` is not a ticket's id. */
export function proofRoutes(
  api: Api,
  engine: Engine,
  reader: Db,
  clock: Clock,
  dataDir: string,
): { stop(): Promise<void> } {
  ticketExportRoutes(api, engine, reader, clock)
  evidenceRoutes(api, engine, reader, clock, dataDir)
  return auditRoutes(api, reader)
}
