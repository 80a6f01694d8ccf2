/** What is done and agreed at the door, and written down of it (服务工作单). Money in fen (分), 100 to a yuan. */

/** By a position, by the code on the label at the device, or on somebody's word. */
export const ARRIVAL_WAYS = ['place', 'code', 'hand'] as const

export interface Arrival {
  at: number
  by: string
  way: (typeof ARRIVAL_WAYS)[number]
  /** Of a place, in degrees and metres. */
  place: { latitude: number; longitude: number; accuracyM: number | null } | null
  /** Whose label it was. */
  device: string | null
}

export const COST_KINDS = ['material', 'labour', 'other'] as const

/** One line of what a job costs (材料、人工). */
export interface CostLine {
  kind: (typeof COST_KINDS)[number]
  name: string
  /** Up to three decimals. */
  quantity: number
  unit: string
  unitPriceFen: number
}

/** Whether the customer pays, and what he was told and agreed to before it. */
export interface Charge {
  paid: boolean
  /** `null`: not told yet. */
  quotedFen: number | null
  agreed: { name: string; at: number; by: string } | null
}

/** Somebody above says yes or no: to the work order before work, or to work beyond the rules. */
export interface Decision {
  state: 'asked' | 'given' | 'refused'
  askedBy: string
  askedAt: number
  by: string | null
  at: number | null
  note: string
}

/** Work beyond the rules, with the department head's consent (部门主管同意). */
export interface Consent extends Decision {
  id: string
  what: string
}

export const SIGNERS = ['customer', 'responder', 'superior'] as const
export type Signer = (typeof SIGNERS)[number]

/** Strokes of a pen, each `[x, y, x, y, …]`, in a frame of so many units. */
export interface Drawing {
  width: number
  height: number
  strokes: readonly (readonly number[])[]
}

/** Who signed; the drawing is kept beside it and read when asked for. */
export interface Signature {
  id: string
  signer: Signer
  name: string
  at: number
  /** Whose login it was. */
  by: string
  drawn: boolean
  /** SHA-256 of what it was for (`signedText`), hexadecimal; absent or `null`: signed before that was kept. */
  signedFor?: string | null
}

/** The resident was told why it is late and what the plan is. */
export interface Explanation {
  at: number
  by: string
  reason: string
  plan: string
  /** How he was told: `sms`, `task` where somebody is to telephone, or what somebody says he did. */
  way: string
}

/** What a complaint (投诉) is about and what came of it. */
export interface Complaint {
  /** The ticket that it is about. */
  about: string | null
  /** The follow-up that found it. */
  followUp: string | null
  channel: string
  answer: string
  cause: string
  /** What keeps it from happening again. */
  prevention: string
}

/** Everything of a ticket that its states do not say. */
export interface Job {
  /** Counts the edits of its texts. */
  version: number
  charge: Charge
  approval: Decision | null
  consents: readonly Consent[]
  arrival: Arrival | null
  costs: readonly CostLine[]
  cause: string
  measure: string
  signatures: readonly Signature[]
  explanations: readonly Explanation[]
  /** An emergency is cancelled by two: who asked first. */
  cancelAsked: { by: string; byId: string; at: number; note: string } | null
  /** When the work was last completed; rework is free until `warrantyUntil`. */
  completedAt: number | null
  warrantyUntil: number | null
  complaint: Complaint | null
}

export const NEW_JOB: Job = {
  version: 1,
  charge: { paid: false, quotedFen: null, agreed: null },
  approval: null,
  consents: [],
  arrival: null,
  costs: [],
  cause: '',
  measure: '',
  signatures: [],
  explanations: [],
  cancelAsked: null,
  completedAt: null,
  warrantyUntil: null,
  complaint: null,
}

export const TASK_KINDS = [
  ...['apology', 'tell_resident', 'explain_delay', 'hand_over', 'agree_rework', 'agree_appointment'],
] as const
/**
 * What a person still has to do beside the work itself: to apologise at the door (登门道歉), to telephone a resident, to
 * say why it is late and what the plan is, to hand an open emergency over by name, to agree when it is repaired again,
 * or when somebody comes at all.
 */
export type TaskKind = (typeof TASK_KINDS)[number]

export interface Task {
  id: string
  site: string
  ticket: string
  kind: TaskKind
  /** A responder's id; `null`: whoever is at the desk. */
  assignee: string | null
  dueAt: number | null
  state: 'open' | 'done' | 'dropped'
  /** What is to be said or known. */
  about: Record<string, unknown>
  createdAt: number
  settledAt: number | null
  settledBy: string | null
  note: string
}
