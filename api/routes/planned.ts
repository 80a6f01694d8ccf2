import type { Engine } from '../../rules/engine.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import { commitmentRoutes } from './commitments.ts'

/** What a property sets up ahead: one line a kind. */
export function plannedRoutes(api: Api, engine: Engine, reader: Db): void {
  commitmentRoutes(api, engine, reader)
}
