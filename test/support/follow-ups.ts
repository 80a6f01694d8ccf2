import { adopted } from '../../rules/commitments/adopt.ts'
import { presets } from '../../rules/commitments/presets/index.ts'
import type { FollowUp, Ticket } from '../../rules/model.ts'
import { followUpsOf } from '../../rules/storage/follow-ups.ts'
import type { ReportedTicket } from '../../rules/tickets/reported.ts'
import type { EngineBench } from './engine.ts'

/** Local times of Shanghai; of a time alone Monday, 2026-11-23. */
export const local = (text: string) => Date.parse(`${text.includes('T') ? text : `2026-11-23T${text}`}+08:00`)
export const shown = (at: number | null) =>
  at === null ? null : new Date(at + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')

/** What one of the documents promises is promised at the default site. */
export async function adopt(bench: EngineBench, preset: string): Promise<void> {
  const plan = adopted(presets.get(preset)!, { id: `our-${preset}`, sites: ['default'] }, '2026-11-23')
  await bench.command({ type: 'save_plan', kind: 'commitment', plan, isNew: true })
}

export async function report(bench: EngineBench, rest: Partial<ReportedTicket> = {}): Promise<Ticket> {
  const words = { title: '报修', description: '', location: '1-101', device: null }
  const reporter = { name: 'Chen', phone: '13900000000' }
  const reported = { site: 'default', category: 'other', priority: 'medium' as const, reporter, ...words, ...rest }
  return (await bench.command({ type: 'report_ticket', ...reported })).ticket!
}

/** Somebody reports it and it is completed, all at once. */
export async function completed(bench: EngineBench, rest: Partial<ReportedTicket> = {}): Promise<Ticket> {
  return bench.walk((await report(bench, rest)).id, 'complete')
}

export const asked = (bench: EngineBench, { id }: { id: string }) => followUpsOf(bench.store.reader, id)

export async function onlyOne(bench: EngineBench, ticket: { id: string }): Promise<FollowUp> {
  const all = await asked(bench, ticket)
  if (all.length !== 1) throw new Error(`there are ${all.length} follow-ups`)
  return all[0]!
}

/** By telephone, satisfied, unless it says otherwise. */
export async function answer(bench: EngineBench, { id }: FollowUp, rest: Record<string, unknown> = {}) {
  const said = { way: 'telephone', grade: 5, reason: '', faults: [], ...rest } as const
  return (await bench.command({ type: 'answer_follow_up', followUp: id, ...said })).followUp!
}
