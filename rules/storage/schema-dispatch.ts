import type { Generated } from 'kysely'
import type { VersionColumns } from './versions.ts'

/** The tables of who is called, when, and what became of it. */
export interface DispatchTables {
  plans: {
    kind: string
    id: string
    version: number
    /** Of which shipped version it is; 0: a person's. */
    shipped: number
    body: string
    updated_at: number
    updated_by: string
    /** It stays, so that a shipped one does not come back and versions count on. */
    deleted_at: number | null
  }
  plan_versions: { kind: string; id: string } & VersionColumns
  ticket_calls: {
    ticket: string
    responder: string
    at: number
    reason: string
    answer: string | null
    answered_at: number | null
  }
  ladder_steps: {
    id: string
    ticket: string
    policy: string
    position: number
    rungs: number
    repetition: number
    due_at: number
    state: string
    settled_at: number | null
    /** JSON, as are the next two. */
    step: string
    fallback: string
    called: string
  }
  call_ins: {
    id: string
    ticket: string
    site: string
    people: number
    due_at: number
    met_at: number | null
    state: string
    created_at: number
    by: string
  }
  call_in_answers: { call_in: string; responder: string; answer: string; at: number }
  outbox: OutboxTable
  deliveries: {
    id: Generated<number>
    notice: string
    message: string
    at: number
    channel: string
    address: string
    result: string
    answer: string
    took_ms: number
    gathered: number
  }
  used_links: { hash: string; at: number }
}

export interface OutboxTable {
  id: string
  channel: string
  address: string
  recipient: string | null
  kind: string
  emergency: number
  site: string | null
  alarm: string | null
  ticket: string | null
  step: string | null
  until: string | null
  body: string
  state: string
  due_at: number
  attempts: number
  reason: string | null
  created_at: number
  settled_at: number | null
  /** JSON: routes. */
  otherwise: string
  otherwise_at: number | null
  instead_of: string | null
  gathered_in: string | null
}
