import type { Engine } from '../../rules/engine.ts'
import { escalationSchema } from '../../rules/escalation/schema.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import { planRoutes } from './plans.ts'

/** What a property sets up ahead: one line a kind. */
export function plannedRoutes(api: Api, engine: Engine, reader: Db): void {
  planRoutes(api, engine, reader, {
    kind: 'escalation',
    path: 'escalations',
    name: 'Escalation',
    says: 'An escalation policy (升级策略)',
    schema: escalationSchema,
    writers: ['dispatcher'],
  })
}
