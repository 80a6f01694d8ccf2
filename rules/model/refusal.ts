/** A command that is not allowed, with a stable code that the API maps to its answer once. */
export const REFUSAL_CODES = ['not_found', 'forbidden', 'conflict', 'stale', 'invalid', 'unavailable'] as const
export type RefusalCode = (typeof REFUSAL_CODES)[number]

/** Why exactly, where people come upon it: stable, like the codes, for programs that say it in words of their own. */
export const REFUSAL_REASONS = [
  ...(['role', 'not_yours', 'in_state', 'field_needed', 'version', 'key_reused', 'unwritable'] as const),
  ...(['approval_awaited', 'approval_refused', 'price_untold', 'price_unagreed', 'price_exceeded'] as const),
  ...(['consent_awaited', 'complaint_settled', 'complaint_rework', 'unsigned', 'needs'] as const),
  ...(['taken', 'own_request', 'firm_not_awaited', 'assignee_disabled', 'assignee_drill', 'assignee_site'] as const),
  ...(['code_wrong', 'signed_for', 'costs_max', 'signatures_max', 'sign_as_self', 'not_superior', 'own_work'] as const),
  ...(['photos_max', 'photo_size', 'photo_type', 'photo_broken', 'photos_busy', 'photos_full'] as const),
  ...(['archives_busy', 'alarm_acknowledged', 'alarm_normal', 'alarm_not_latched', 'alarm_active'] as const),
  ...(['alarm_returned', 'alarm_over', 'alarm_ruleless', 'shelve_past', 'shelve_max', 'mutes_max'] as const),
  ...(['not_shelved', 'simulation_none', 'simulation_enough', 'simulation_absent'] as const),
] as const
export type RefusalReason = (typeof REFUSAL_REASONS)[number]

/** What a reason is about: names, codes, amounts in fen, times as ISO 8601. */
export type RefusalFacts = Readonly<Record<string, string | number | readonly string[]>>

export class Refusal extends Error {
  readonly code: RefusalCode
  /** `null`: only the sentence says why. */
  readonly reason: RefusalReason | null
  readonly facts: RefusalFacts
  constructor(code: RefusalCode, message: string, reason: RefusalReason | null = null, facts: RefusalFacts = {}) {
    super(message)
    this.name = 'Refusal'
    this.code = code
    this.reason = reason
    this.facts = facts
  }
}

/** A number in [0, 1): `Math.random`, or a seeded one. */
export type Random = () => number
