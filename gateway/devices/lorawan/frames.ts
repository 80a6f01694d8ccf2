import type { DeviceKind } from '../../../rules/model.ts'
import type { Memory } from '../family.ts'
import { CONTENT_WINDOW_MS, printOf } from '../repeats.ts'
import type { OpenChannels } from './channels.ts'

/** Uplinks that were heard before, or come too late: what is remembered of each device, in one row. */

export interface Uplinked {
  /** The network server's id of the reception, the same for each delivery of it. */
  messageId?: string | undefined
  /** The session's address or key: another one after each join. */
  session: string
  /** `null` where the network server does not tell it. */
  fCnt: number | null
  /** Port and content. */
  content: string
  /** When the network heard it; `null` where it does not tell. */
  sentAt: number | null
  receivedAt: number
  /** The conditions that it tells of now. */
  codes: readonly string[]
  /** Times of the stored readings in it, epoch milliseconds. */
  rows: readonly number[]
  kind: DeviceKind
  open: OpenChannels
}

interface Seen {
  id?: string
  print: string
  sentAt: number | null
  receivedAt: number
}

interface Known {
  seen: readonly Seen[]
  session: string
  fCnt: number | null
  sentAt: number | null
  /** When the network last heard of each condition. */
  told: Readonly<Record<string, number>>
  rows: readonly number[]
  kind: DeviceKind
  open: OpenChannels
}

export interface Judged {
  disposition: 'accept' | 'duplicate' | 'stale'
  reason?: string
  warnings: string[]
  /** Conditions of which a later uplink already told. */
  superseded: readonly string[]
  /** Times of stored readings that were told before. */
  repeatedRows: readonly number[]
}

const SEEN_KEPT = 8
const ROWS_KEPT = 64
/** The same frame on the radio again was seen after 48 s; confirmed uplinks are repeated for hours at the most. */
const RETRANSMISSION_MS = 6 * 3_600_000
/** A delivery without times: MQTT sends it again as soon as the connection is back. */
const REDELIVERY_MS = 2 * 60_000

const keyOf = (device: string) => `lorawan:frames:${device}`

/** Whether an uplink is news, and remembers it. */
export function judge(memory: Memory, device: string, uplinked: Uplinked): Judged {
  const known = memory.get<Known>(keyOf(device))
  const print = printOf(`${uplinked.session}|${uplinked.fCnt}|${uplinked.content}`)
  const repeated = known === undefined ? null : repetition(known, print, uplinked)
  if (repeated !== null) return { ...NEWS, disposition: 'duplicate', reason: repeated }
  const repeatedRows = known === undefined ? [] : uplinked.rows.filter((time) => known.rows.includes(time))
  if (repeatedRows.length > 0 && repeatedRows.length === uplinked.rows.length && uplinked.codes.length === 0) {
    return { ...NEWS, disposition: 'duplicate', reason: 'stored readings that were told before', repeatedRows }
  }
  const late = known !== undefined && isLate(known, uplinked)
  const superseded = late ? uplinked.codes.filter((code) => (known.told[code] ?? -Infinity) > uplinked.sentAt!) : []
  if (late && superseded.length === uplinked.codes.length && uplinked.rows.length === 0) {
    return { ...NEWS, disposition: 'stale', reason: 'a later uplink of the same session was here before', superseded }
  }
  memory.set(keyOf(device), remembered(known, print, uplinked, late))
  return { ...NEWS, warnings: late ? ['out_of_order'] : gapOf(known, uplinked), superseded, repeatedRows }
}

const NEWS: Judged = { disposition: 'accept', warnings: [], superseded: [], repeatedRows: [] }

function repetition(known: Known, print: string, { messageId, session, fCnt, sentAt, receivedAt }: Uplinked) {
  if (messageId !== undefined && known.seen.some(({ id }) => id === messageId)) return 'same deduplicationId'
  const same = known.seen.find((each) => each.print === print)
  if (same === undefined) return null
  const ageMs = Math.abs(receivedAt - same.receivedAt)
  if (fCnt === null) return ageMs <= CONTENT_WINDOW_MS ? 'same content within seconds' : null
  const reason = session === '' ? 'same devEui, fCnt and data' : 'same devEui, devAddr, fCnt and data'
  if (sentAt !== null && sentAt === same.sentAt) return reason
  if (ageMs > RETRANSMISSION_MS) return null
  // The newest frame again is the radio's repetition. An older one after others is that only if it was sent before
  // them: a device that lost power starts its counter anew and says the same again, and then it is news.
  if (known.seen.at(-1) === same) return reason
  if (sentAt !== null && known.sentAt !== null) return sentAt < known.sentAt ? reason : null
  return ageMs <= REDELIVERY_MS ? reason : null
}

/** Counter and time both say that it was sent before one that is already here; either alone may have been reset. */
function isLate(known: Known, { session, fCnt, sentAt }: Uplinked): boolean {
  if (session !== known.session || fCnt === null || known.fCnt === null || fCnt >= known.fCnt) return false
  return sentAt !== null && known.sentAt !== null && sentAt < known.sentAt
}

function gapOf(known: Known | undefined, { session, fCnt }: Uplinked): string[] {
  if (known === undefined || known.session !== session || known.fCnt === null || fCnt === null) return []
  if (fCnt < known.fCnt) return ['f_cnt_reset']
  return fCnt > known.fCnt + 1 ? [`f_cnt_gap:${fCnt - known.fCnt - 1}`] : []
}

function remembered(known: Known | undefined, print: string, uplinked: Uplinked, late: boolean): Known {
  const { messageId, session, fCnt, sentAt, receivedAt, codes, rows, kind, open } = uplinked
  const seen: Seen = { print, sentAt, receivedAt }
  if (messageId !== undefined) seen.id = messageId
  const before = known?.seen.slice(1 - SEEN_KEPT) ?? []
  const told = toldBy(codes, sentAt ?? receivedAt, known?.told)
  const newest = late ? known! : { session, fCnt, sentAt }
  const keptRows = rows.length === 0 ? (known?.rows ?? []) : [...(known?.rows ?? []), ...rows].slice(-ROWS_KEPT)
  const keptKind = kind === 'unknown' ? (known?.kind ?? kind) : kind
  // A late one is put first: the last of the list stands for the newest frame.
  return {
    seen: late ? [seen, ...before] : [...before, seen],
    session: newest.session,
    fCnt: newest.fCnt,
    sentAt: newest.sentAt,
    told,
    rows: keptRows,
    kind: keptKind,
    open,
  }
}

function toldBy(codes: readonly string[], at: number, before: Known['told'] = {}): Known['told'] {
  if (codes.length === 0) return before
  const told = { ...before }
  for (const code of codes) told[code] = Math.max(told[code] ?? -Infinity, at)
  return told
}

/** A join begins a new session: counters start anew, and what the last one sent is no measure for it. */
export function forgetSession(memory: Memory, device: string, joinedAt: number | null): void {
  const known = memory.get<Known>(keyOf(device))
  if (known === undefined || known.seen.length === 0) return
  if (joinedAt !== null && known.sentAt !== null && joinedAt < known.sentAt) return
  memory.set(keyOf(device), { ...known, seen: [], session: '', fCnt: null, sentAt: null } satisfies Known)
}

export function openChannels(memory: Memory, device: string): OpenChannels {
  return memory.get<Known>(keyOf(device))?.open ?? {}
}

export function knownKind(memory: Memory, device: string): DeviceKind {
  return memory.get<Known>(keyOf(device))?.kind ?? 'unknown'
}
