import type { Crew, PlanKind, Plans, Responder, Roster, Rotation, StoredPlan } from '../../rules/model.ts'
import { type PlanBook, planBookOf } from '../../rules/plans/book.ts'

/** People and rosters, briefly. */

export const SHANGHAI = 'Asia/Shanghai'
export const DEFAULT_SITE = 'default'

/** A moment as the clock in Shanghai shows it: `2026-10-01 08:00`. */
export const shanghai = (text: string) => Date.parse(`${text.replace(' ', 'T')}:00+08:00`)

export const person = (id: string, rest: Partial<Responder> = {}): Responder => ({
  id,
  name: id,
  sites: [DEFAULT_SITE],
  skills: ['water'],
  roles: [],
  phone: '138 0000 0000',
  language: 'zh',
  enabled: true,
  ...rest,
})

export const crew = (id: string, members: readonly string[], rest: Partial<Crew> = {}): Crew => ({
  id,
  name: id,
  sites: [DEFAULT_SITE],
  members,
  ...rest,
})

/** Turns of one responder each, unless they name crews. */
export const rotation = (id: string, turns: readonly string[], rest: Partial<Rotation> = {}): Rotation => ({
  id,
  name: id,
  startsOn: '2026-01-01',
  turnDays: 1,
  turns: turns.map((responder) => ({ crews: [], responders: [responder] })),
  shift: { from: '08:00', to: '20:00' },
  ...rest,
})

export const roster = (rotations: readonly Rotation[], rest: Partial<Roster> = {}): Roster => ({
  id: 'r1',
  name: 'r1',
  sites: [DEFAULT_SITE],
  skills: ['water'],
  rotations,
  handoverMs: 0,
  overrides: [],
  ...rest,
})

export interface Setup {
  responder?: readonly Responder[]
  crew?: readonly Crew[]
  roster?: readonly Roster[]
}

export function bookOf(setup: Setup): PlanBook {
  const stored = <K extends PlanKind>(kind: K, plan: Plans[K]): StoredPlan<K> => ({
    kind,
    id: plan.id,
    plan,
    version: 1,
    updatedAt: 0,
    updatedBy: 'admin',
  })
  const { responder = [], crew = [], roster = [] } = setup
  return planBookOf([
    ...responder.map((plan) => stored('responder', plan)),
    ...crew.map((plan) => stored('crew', plan)),
    ...roster.map((plan) => stored('roster', plan)),
  ])
}
