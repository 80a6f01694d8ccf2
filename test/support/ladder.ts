import type { EscalationPolicy, EscalationStep, LadderStep, StepState } from '../../rules/model.ts'
import { stepsOf } from '../../rules/storage/ladder-steps.ts'
import { noticesOf } from '../../rules/storage/outbox.ts'
import { type EngineBench, MINUTE } from './engine.ts'
import { onDutyAlways, responder, savePlan, SMS } from './people.ts'

/** `first` and `second` are on duty, for leaks and lifts; every role of the shipped ladders has somebody. */
export async function setUpPeople(bench: EngineBench): Promise<void> {
  await savePlan(bench, 'channel', SMS)
  const skills = ['water', 'lift']
  await onDutyAlways(bench, responder('first', { skills }), responder('second', { skills }))
  for (const role of ['supervisor', 'engineering_manager', 'general_manager', 'maintenance_firm', 'fire_service']) {
    await savePlan(bench, 'responder', responder(role, { skills: [], roles: [role] }))
  }
}

export const step = (afterMs: number, rest: Partial<EscalationStep> = {}): EscalationStep => ({
  ...{ name: { zh: '步骤', en: 'Step' }, afterMs, unless: 'arrive', whom: [{ role: 'supervisor' }] },
  ...rest,
})

/** Before the shipped ones at every site. */
export const policy = (steps: readonly EscalationStep[], rest: Partial<EscalationPolicy> = {}): EscalationPolicy => ({
  ...{ id: 'own', name: { zh: '自定', en: 'Own' }, sites: null, covers: {}, rank: 1, steps, fallback: [] },
  ...rest,
})

/** Every minute the service looks; answers when it has. */
export async function minutes(bench: EngineBench, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute++) await bench.pass(MINUTE)
}

/** The rows of the ladder of a ticket (absent: of the only one), by place and repetition. */
export async function rows(bench: EngineBench, ticket?: string): Promise<LadderStep[]> {
  return stepsOf(bench.store.reader, (await bench.ticket(ticket)).id)
}

/** `0 fired: first`: place, state and who was called, a row a line. */
export async function ladder(bench: EngineBench, ticket?: string): Promise<string[]> {
  return (await rows(bench, ticket)).map(({ position, state, called }) =>
    [`${position} ${state}`, ...(called.length > 0 ? [called.join(' ')] : [])].join(': '),
  )
}

export async function states(bench: EngineBench, ticket?: string): Promise<StepState[]> {
  return (await rows(bench, ticket)).map(({ state }) => state)
}

/** `3 second`: in which minute who was called, in order, by whatever called. */
export async function calls(bench: EngineBench, ticket?: string): Promise<string[]> {
  const { id, openedAt } = await bench.ticket(ticket)
  const notices = await noticesOf(bench.store.reader, { ticket: id })
  return notices
    .filter(({ kind }) => kind === 'ticket.call')
    .map(({ recipient, createdAt }) => `${(createdAt - openedAt) / MINUTE} ${recipient}`)
}
