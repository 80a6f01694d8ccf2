import type { TicketAction } from '../../../../../rules/model.ts'
import type { JobView, TicketActionBody, TicketView } from '../../api/types.ts'
import { stepsOf } from '../../live/urgency.ts'

/** What somebody can do with a ticket: an action, or one that means something of its own. */
export type Step = TicketAction | 'firm-arrive'

/** The job is told where the ticket stands alone, not in lists. */
export type SteppedTicket = TicketView & { job?: JobView }

/** A field of a step's form. */
export interface StepField {
  name: keyof TicketActionBody & ('assignee' | 'signature' | 'note' | 'cause' | 'measure')
  label: 'assignee' | 'signature' | 'reason' | 'note' | 'signNote' | 'cause' | 'measure'
  required: boolean
  hint?: 'signatureHint' | 'signNoteHint'
}

export interface StepForm {
  fields: readonly StepField[]
  hint?: 'closeHint' | 'cancelHint' | 'declineHint' | 'reworkHint' | 'holdHint' | 'completeHint' | 'arriveHint'
  /** What cannot be taken back. */
  hurts?: true
}

const reason = { name: 'note', label: 'reason' } as const

/** What is asked before a step is done; without a form it is done at a press. */
const FORMS: Partial<Record<Step, StepForm>> = {
  assign: { fields: [{ name: 'assignee', label: 'assignee', required: true }] },
  complete: {
    hint: 'completeHint',
    fields: [
      { name: 'cause', label: 'cause', required: false },
      { name: 'measure', label: 'measure', required: false },
    ],
  },
  contact: { fields: [{ name: 'note', label: 'note', required: false }] },
  arrive: { hint: 'arriveHint', fields: [{ name: 'note', label: 'note', required: false }] },
  hold: { hint: 'holdHint', fields: [{ ...reason, required: true }] },
  decline: { hint: 'declineHint', fields: [{ ...reason, required: false }] },
  rework: { hint: 'reworkHint', fields: [{ ...reason, required: false }], hurts: true },
  close: { hint: 'closeHint', fields: [], hurts: true },
  cancel: { hint: 'cancelHint', fields: [{ ...reason, required: true }], hurts: true },
  'firm-arrive': { fields: [{ name: 'note', label: 'note', required: false }] },
}

/** Whoever accepts the work signs; who has signed by hand already need not be named again. */
export function formOf(step: Step, ticket: SteppedTicket): StepForm | null {
  if (step !== 'sign-off') return FORMS[step] ?? null
  const isSigned = (ticket.job?.signatures.length ?? 0) > 0
  return {
    fields: [
      { name: 'signature', label: 'signature', required: !isSigned, hint: 'signatureHint' },
      { name: 'note', label: 'signNote', required: false, hint: 'signNoteHint' },
    ],
  }
}

/** The one that moves the ticket on, and all others that are possible now. */
export function possibleSteps(ticket: TicketView): { next: TicketAction | null; others: Step[] } {
  const { next, others } = stepsOf(ticket)
  const awaitsFirm = ticket.clocks.some(
    ({ milestone, party, state }) =>
      milestone === 'arrive' && party === 'maintenance_firm' && (state === 'running' || state === 'breached'),
  )
  return { next, others: awaitsFirm ? [...others, 'firm-arrive'] : others }
}

/** What is sent for a step, of what was typed; empty fields are left out. */
export function requestOf(
  step: Step,
  typed: Readonly<Record<string, string>>,
): { action: TicketAction; body: TicketActionBody } {
  const said = Object.fromEntries(
    Object.entries(typed).flatMap(([name, text]) => (text.trim() === '' ? [] : [[name, text.trim()]])),
  ) as TicketActionBody
  if (step === 'firm-arrive') return { action: 'arrive', body: { ...said, party: 'maintenance_firm' } }
  return { action: step, body: said }
}
