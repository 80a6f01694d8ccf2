import type { Notice } from '../model.ts'
import type { Limit } from './channel.ts'
import { slotsOf } from './limits.ts'

/** What goes in one message: a notice, or many. */
export interface Parcel {
  /** The notice's, or of many one that stays over retries. */
  id: string
  notices: readonly Notice[]
  emergency: boolean
}

/** What is known of a target when its due notices are looked at. */
export interface Target {
  limits: readonly Limit[]
  reserved: number
  gathers: boolean
  /** So many go at once; one emergency more goes beside them. */
  parallel: number
  /** When earlier messages were answered, oldest first. */
  sentAt: readonly number[]
  /** In the air. */
  pending: { emergencies: number; others: number }
  /** Nothing goes before, and why. */
  closed: { until: number; why: string } | null
  /** The channel failed, and one may try whether it works again. */
  onlyOne: boolean
}

export interface Waiting {
  notice: Notice
  until: number
  why: string
}

/** What goes now, the first first, and what does not go before a moment; the rest follows what is in the air. */
export interface Plan {
  go: readonly Parcel[]
  wait: readonly Waiting[]
}

/** Of the due notices of one target. Emergencies never wait behind others, and have slots that others never take. */
export function planOf(due: readonly Notice[], target: Target, now: number): Plan {
  const { closed, limits, reserved, sentAt, pending } = target
  if (closed !== null) return { go: [], wait: due.map((notice) => ({ notice, ...closed })) }
  const inAir = pending.emergencies + pending.others
  const urgent = fit(
    parcelsOf(due.filter(({ emergency }) => emergency)),
    slotsOf(sentAt, inAir, limits, 0, now),
    target.gathers,
  )
  const taken = inAir + urgent.go.length
  const others = fit(
    parcelsOf(due.filter(({ emergency }) => !emergency)),
    slotsOf(sentAt, taken, limits, reserved, now),
    target.gathers,
  )
  return { go: atOnce(urgent.go, others.go, target), wait: [...urgent.wait, ...others.wait] }
}

/** Those that were sent together stay together, and go alone where they went alone. */
function parcelsOf(notices: readonly Notice[]): Parcel[] {
  const groups = new Map<string, Notice[]>()
  for (const notice of notices) {
    const id = notice.gatheredIn ?? notice.id
    groups.set(id, [...(groups.get(id) ?? []), notice])
  }
  return [...groups].map(([id, group]) => ({ id, notices: group, emergency: group[0]!.emergency }))
}

/** Where there are more than slots, half the slots are used as they are and one message tells of all the others. */
function fit(parcels: readonly Parcel[], { free, freeAt }: { free: number; freeAt: number }, gathers: boolean): Plan {
  if (parcels.length <= free) return { go: parcels, wait: [] }
  const fresh = gathers ? parcels.filter(isFresh) : []
  const tried = gathers ? parcels.filter((parcel) => !isFresh(parcel)) : parcels
  const alone = Math.floor(free / 2)
  const rest = fresh.slice(alone)
  const ordered = [...(rest.length > 0 ? [gathered(rest)] : []), ...fresh.slice(0, alone), ...tried]
  const late = free === 0 ? parcels : ordered.slice(free)
  const wait = late.flatMap(({ notices }) => notices.map((notice) => ({ notice, until: freeAt, why: LIMIT })))
  return { go: ordered.slice(0, free), wait }
}

const LIMIT = 'as many as the provider allows were sent already'

const isFresh = ({ id, notices: [first] }: Parcel) => first!.attempts === 0 && first!.id === id

function gathered(parcels: readonly Parcel[]): Parcel {
  if (parcels.length === 1) return parcels[0]!
  const notices = parcels.flatMap((parcel) => parcel.notices)
  return { id: `${notices[0]!.id}-all`, notices, emergency: parcels[0]!.emergency }
}

function atOnce(urgent: readonly Parcel[], others: readonly Parcel[], target: Target): Parcel[] {
  const { parallel, pending, onlyOne } = target
  const inAir = pending.emergencies + pending.others
  if (onlyOne) return [...urgent, ...others].slice(0, 1)
  const beside = pending.emergencies === 0 ? 1 : 0
  const first = urgent.slice(0, Math.max(beside, parallel - inAir))
  return [...first, ...others.slice(0, Math.max(0, parallel - inAir - first.length))]
}
