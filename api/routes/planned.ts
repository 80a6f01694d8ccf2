import type { Engine } from '../../rules/engine.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'

/** What a property sets up ahead: one line a kind. */
export function plannedRoutes(_api: Api, _engine: Engine, _reader: Db): void {}
