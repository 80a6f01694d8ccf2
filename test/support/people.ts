import type { ChannelSettings, PlanKind, Plans, Responder } from '../../rules/model.ts'
import type { EngineBench } from './engine.ts'

/** Somebody of the default site who can be sent to a leak. */
export function responder(id: string, rest: Partial<Responder> = {}): Responder {
  const skills = ['water', 'general']
  const can = { sites: ['default'], skills, roles: [], phone: '+8613800000000', language: 'zh' as const, enabled: true }
  return { id, name: `name of ${id}`, ...can, ...rest }
}

/** Whoever has a telephone is reached through it. */
export const SMS: ChannelSettings = {
  ...{ id: 'sms', name: 'SMS', kind: 'http_sms', sites: null, enabled: true, language: 'zh', broadcasts: [] },
  options: { url: 'http://127.0.0.1:9/sms' },
  secrets: {},
}

export async function savePlan<K extends PlanKind>(
  bench: EngineBench,
  kind: K,
  plan: Plans[K],
  isNew = true,
): Promise<void> {
  await bench.command({ type: 'save_plan', kind, plan, isNew })
}

/** All of them are on duty all the time, in this order. */
export async function onDutyAlways(bench: EngineBench, ...people: Responder[]): Promise<void> {
  for (const person of people) await savePlan(bench, 'responder', person)
  const turns = [{ crews: [], responders: people.map(({ id }) => id) }]
  const shift = { from: '00:00', to: '00:00' }
  const rotations = [{ id: 'r', name: 'R', startsOn: '2026-01-01', turnDays: 1, turns, shift }]
  const roster = { id: 'all', name: 'All', sites: ['default'], skills: [], rotations, handoverMs: 0, overrides: [] }
  await savePlan(bench, 'roster', roster)
}
