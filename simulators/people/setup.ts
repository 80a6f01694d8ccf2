import type { Role } from '../../rules/model.ts'
import type { People } from '../scenario.ts'

/** A call of the API that sets people up; where it answers a `token`, that is whose name is in the body. */
export interface SetupRequest {
  method: 'POST'
  /** Below `/api/v1/`. */
  path: 'responders' | 'rosters' | 'tokens'
  body: Readonly<Record<string, unknown>>
}

/** A roster's rotation has begun long before any scenario. */
const STARTS_ON = '2000-01-01'

/**
 * What is asked of the service, as an admin, in this order: the responders, who is on duty when, and a token for each
 * of them and for the desk, whose two are called `dispatcher` and `engineer`.
 */
export function setUp({ responders, shifts }: People, site: string): SetupRequest[] {
  const sites = [site]
  const post = (path: SetupRequest['path'], body: SetupRequest['body']): SetupRequest => ({
    method: 'POST',
    path,
    body,
  })
  const token = (name: string, role: Role) => post('tokens', { name, role, sites })
  const rotations = shifts.map(({ responders: of, from, to }, index) => ({
    id: `shift-${index + 1}`,
    name: `${from}–${to}`,
    ...{ startsOn: STARTS_ON, turnDays: 1 },
    turns: [{ crews: [], responders: of }],
    shift: { from, to },
  }))
  // A service that is up may have those of other sites.
  const roster = { id: `${site}-shifts`, name: '值班', sites, skills: [], rotations }
  return [
    ...responders.map(({ id, name, skills, roles, phone, building }) =>
      post('responders', { id, name, sites, skills, roles, phone, building, language: 'zh', enabled: true }),
    ),
    ...(rotations.length > 0 ? [post('rosters', roster)] : []),
    ...responders.map(({ id }) => token(id, 'responder')),
    ...[token('dispatcher', 'dispatcher'), token('engineer', 'engineer')],
  ]
}
