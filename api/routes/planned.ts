import type { Engine } from '../../rules/engine.ts'
import type { Sealer } from '../../rules/secrets.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import { channelPlans } from './channels.ts'
import { planRoutes } from './plans.ts'

/** What a property sets up ahead: one line a kind. */
export function plannedRoutes(api: Api, engine: Engine, reader: Db, sealer: Sealer): void {
  planRoutes(api, engine, reader, channelPlans(sealer))
}
