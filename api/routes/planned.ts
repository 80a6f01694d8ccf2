import { crewSchema } from '../../rules/dispatch/crew-schema.ts'
import { responderSchema } from '../../rules/dispatch/responder-schema.ts'
import { rosterSchema, withoutOldOverrides } from '../../rules/dispatch/roster-schema.ts'
import type { Engine } from '../../rules/engine.ts'
import { escalationSchema } from '../../rules/escalation/schema.ts'
import type { Sealer } from '../../rules/secrets.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import { channelPlans } from './channels.ts'
import { commitmentRoutes } from './commitments.ts'
import { planRoutes } from './plans.ts'
import { overrideView } from './views.ts'

/** What a property sets up ahead: one line a kind. */
export function plannedRoutes(api: Api, engine: Engine, reader: Db, sealer: Sealer): void {
  commitmentRoutes(api, engine, reader)
  planRoutes(api, engine, reader, {
    kind: 'responder',
    path: 'responders',
    name: 'Responder',
    says: 'A responder (维修人员), with his contacts',
    schema: responderSchema,
    // His telephone number is nothing for a wallboard: `/on-duty` tells its names.
    readers: ['engineer', 'dispatcher', 'responder'],
    writers: ['dispatcher'],
  })
  planRoutes(api, engine, reader, {
    kind: 'crew',
    path: 'crews',
    name: 'Crew',
    says: 'A crew (班组)',
    schema: crewSchema,
    writers: ['dispatcher'],
  })
  planRoutes(api, engine, reader, {
    kind: 'roster',
    path: 'rosters',
    name: 'Roster',
    says: 'A roster (值班表)',
    schema: rosterSchema,
    writers: ['dispatcher'],
    show: (roster) => ({ ...roster, overrides: roster.overrides.map(overrideView) }),
    take: (sent, earlier, by) => {
      const was = new Map(earlier?.overrides.map((each) => [each.id, each]))
      const overrides = sent.overrides.map((each) => ({ ...each, by: was.get(each.id)?.by ?? by.name }))
      return withoutOldOverrides({ ...sent, overrides }, engine.now())
    },
  })
  planRoutes(api, engine, reader, {
    kind: 'escalation',
    path: 'escalations',
    name: 'Escalation',
    says: 'An escalation policy (升级策略)',
    schema: escalationSchema,
    writers: ['dispatcher'],
  })
  planRoutes(api, engine, reader, channelPlans(sealer))
}
