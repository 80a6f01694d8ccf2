import type { Generated, Insertable, Selectable } from 'kysely'
import type { DispatchTables } from './schema-dispatch.ts'
import type { JobTables } from './schema-jobs.ts'
import type { VersionColumns } from './versions.ts'

/**
 * Every table. Columns are portable: text, integer (UTC epoch milliseconds, or 0 and 1), JSON as text.
 */
export interface Database extends DispatchTables, JobTables {
  settings: { key: string; value: string }
  sites: { id: string; name: string; timezone: string; phone: string; public_reports: number; created_at: number }
  buildings: { id: string; site: string; name: string }
  devices: DeviceTable
  device_states: {
    device_key: number
    points: string
    conditions: string
    health: string
    previous_health: string
    last_seen_at: number | null
    silent_since: number | null
    recent: string
    measures: string
    onsets: string
    /** The journal's last row that this state includes. */
    reading_id: number
  }
  credentials: {
    id: string
    /** Empty for a gateway's. */
    device: string
    gateway: string | null
    username: string
    secret_hash: string
    created_at: number
    revoked_at: number | null
  }
  gateways: { id: string; site: string; topics: string; created_at: number; revoked_at: number | null }
  device_identities: { gateway: string; key: string; device_key: number }
  remembered: { source: string; key: string; value: string; updated_at: number }
  mappings: {
    id: string
    /** `null`: all sites. */
    site: string | null
    filter: string
    version: number
    body: string
    updated_at: number
    updated_by: string
  }
  readings: ReadingTable
  events: {
    id: Generated<number>
    device_key: number
    code: string
    state: string
    at: number
    received_at: number
    detail: string | null
  }
  rejections: {
    id: Generated<number>
    received_at: number
    site: string | null
    device: string | null
    topic: string
    reason: string
    detail: string
    payload: Uint8Array
    size_bytes: number
  }
  rules: {
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
  rule_versions: { rule: string } & VersionColumns
  alarms: AlarmTable
  alarm_history: {
    id: Generated<number>
    alarm: string
    at: number
    by: string
    action: string
    note: string
    site: string
    device: string
    rule: string
    priority: string
    muted: string | null
    drill: string | null
  }
  mutes: {
    id: string
    kind: string
    site: string
    /** JSON: which alarms. */
    over: string
    reason: string
    by: string
    from_at: number
    until_at: number | null
    one_shot: number
    alarm: string | null
    created_at: number
    begun_at: number | null
    ended_at: number | null
    ended_by: string | null
    remind_at: number | null
  }
  drills: {
    id: string
    site: string
    title: string
    by: string
    started_at: number
    ends_at: number
    /** JSON, as is the next: which devices, and who hears of it. */
    over: string
    notify: string
    commands: number
    ended_at: number | null
    ended_by: string | null
  }
  tickets: TicketTable
  ticket_alarms: { ticket: string; alarm: string }
  ticket_numbers: { day: string; last: number }
  clocks: {
    ticket: string
    id: string
    milestone: string
    party: string
    due_at: number
    not_before: number | null
    met_at: number | null
    breached_at: number | null
    state: string
    early: number
  }
  ticket_history: {
    id: Generated<number>
    ticket: string
    at: number
    by: string
    action: string
    from_state: string | null
    to_state: string | null
    note: string
  }
  commands: CommandTable
  users: {
    id: string
    name: string
    role: string
    sites: string | null
    password_hash: string | null
    created_at: number
  }
  tokens: TokenTable
  sessions: { secret_hash: string; token: string; created_at: number; expires_at: number }
  idempotency_keys: {
    principal: string
    key: string
    request: string
    result: string
    created_at: number
    kept_until: number
  }
}

export interface DeviceTable {
  key: Generated<number>
  id: string
  site: string
  kind: string
  name: string
  location: string
  building: string | null
  created_at: number
  retired_at: number | null
  identity: string | null
  gateway: string | null
  family: string | null
  vendor: string | null
  model: string | null
  zone: string | null
  placed_at: number | null
  silence_ms: number | null
  merged_into: number | null
  /** JSON: texts. */
  tags: string
}

/** The journal: one row a message in arrival order, without a secondary index, so that appending stays cheap. */
export interface ReadingTable {
  id: Generated<number>
  device_key: number
  received_at: number
  device_at: number | null
  /** 1 live, 0 history or a will; 2 added where the device itself was heard. */
  flags: number
  seq: number | null
  /** JSON `{v?: {point: value}, d?: how many of these are derived, c?: {code: state}, h?: {health}}`. */
  body: string
}

export interface AlarmTable {
  id: string
  rule: string
  device: string
  site: string
  priority: string
  category: string
  state: string
  active: number
  value: string | null
  /** JSON: one object for each priority. */
  levels: string
  raised_at: number | null
  acknowledged_at: number | null
  acknowledged_by: string | null
  returned_at: number | null
  ended_at: number | null
  re_alarm_at: number | null
  acknowledgement_expires_at: number | null
  count: number
  messages: number
  transitions: number
  /** JSON: times. */
  changed_at: string
  chattering: number
  muted: string | null
  mute: string | null
  ticket: string | null
  age_unknown: number
  due_at: number | null
  drill: string | null
}

export interface TicketTable {
  id: string
  number: string
  state: string
  priority: string
  category: string
  origin: string
  site: string
  location: string
  device: string | null
  title: string
  description: string
  reporter: string | null
  assignee: string | null
  rework_of: string | null
  follows: string | null
  age_unknown: number
  signature: string | null
  /** The commitments as they were when the ticket opened: a hash in `promises`. */
  promise: string
  kind: string
  size: string | null
  /** JSON: texts. */
  problems: string
  occurred_at: number
  appointment_at: number | null
  /** JSON: times by milestone. */
  reached: string
  /** JSON: the work order. */
  job: string
  /** Of a complaint: the ticket that it is about. */
  about: string | null
  opened_at: number
  updated_at: number
  closed_at: number | null
  drill: string | null
}

export interface CommandTable {
  id: string
  device: string
  site: string
  command: string
  args: string
  state: string
  attempts: number
  sent_at: number | null
  next_at: number | null
  expires_at: number
  created_at: number
  settled_at: number | null
  reply: string | null
  requested_by: string | null
  rule: string | null
  alarm: string | null
  ticket: string | null
}

export interface TokenTable {
  id: string
  name: string
  role: string
  sites: string | null
  secret_hash: string
  created_at: number
  revoked_at: number | null
}

export type Row<T extends keyof Database> = Selectable<Database[T]>
export type NewRow<T extends keyof Database> = Insertable<Database[T]>
