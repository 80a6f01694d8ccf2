import type { z } from '@hono/zod-openapi'
import type { AlarmEvent } from '../rules/alarms/machine.ts'
import type { Change } from '../rules/changes.ts'
import type { Engine } from '../rules/engine.ts'
import { isoOrNull } from './iso.ts'
import type { alarmSchema, controlSchema, drillSchema, ticketSchema } from './routes/schemas.ts'
import { alarmView, controlView, drillView, ticketView } from './routes/views.ts'

/** What changed, as those who follow are told it after its commit: everything in it is as the API shows it. */
export type Told =
  | { event: 'ticket'; what: (Change & { type: 'ticket' })['what']; ticket: z.infer<typeof ticketSchema> }
  | { event: 'alarm'; events: readonly AlarmEvent[]; alarm: z.infer<typeof alarmSchema> }
  | { event: 'command'; command: z.infer<typeof controlSchema> }
  | { event: 'device'; what: (Change & { type: 'device' })['what']; device: ToldDevice }
  /** It began or ended. */
  | { event: 'drill'; drill: z.infer<typeof drillSchema> }
  /** A notice was queued; which one the list of notices says. */
  | { event: 'notice' }

export interface ToldDevice {
  id: string
  site: string
  kind: string
  family: string | null
  /** As its family calls it, `family:id`. */
  key: string | null
  retiredAt: string | null
}

/** `null` for what only the service itself follows. */
export function toldOf(engine: Engine, change: Change): Told | null {
  switch (change.type) {
    case 'ticket':
      return { event: 'ticket', what: change.what, ticket: ticketView(engine, change.ticket) }
    case 'alarm':
      return { event: 'alarm', events: change.events, alarm: alarmView(engine, change.alarm) }
    case 'control':
      return { event: 'command', command: controlView(change.command) }
    case 'device': {
      const { id, site, kind, family, identity: key, retiredAt } = change.device
      return {
        event: 'device',
        what: change.what,
        device: { id, site, kind, family, key, retiredAt: isoOrNull(retiredAt) },
      }
    }
    case 'drill':
      return { event: 'drill', drill: drillView(change.drill) }
    case 'notice':
      return { event: 'notice' }
    case 'breach':
    case 'credential':
    case 'site':
    case 'mapping':
    case 'rule':
    case 'plan':
      return null
  }
}
