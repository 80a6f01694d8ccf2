import type { CallIn } from '../model.ts'

/** How many people have come. */
export function arrivals({ answers }: CallIn): number {
  return answers.filter(({ answer }) => answer === 'arrived').length
}

/** Breached from the first millisecond after its due time on. */
export function ranOut(callIn: CallIn, now: number): CallIn {
  return callIn.state === 'running' && now > callIn.dueAt ? { ...callIn, state: 'breached' } : callIn
}

/** An answer takes the place of the same person's earlier one. Once as many as needed have come it stays met. */
export function answered(callIn: CallIn, given: CallIn['answers'][number]): CallIn {
  const current = ranOut(callIn, given.at)
  const others = current.answers.filter(({ responder }) => responder !== given.responder)
  const after = { ...current, answers: [...others, given] }
  if (after.metAt !== null || after.state === 'cancelled' || arrivals(after) < after.people) return after
  return { ...after, metAt: given.at, state: after.state === 'running' ? 'met' : 'met_late' }
}
