import type { ConditionKnown, ConditionReport, DeviceMessage, DeviceState, Health, PointState } from '../model.ts'
import { isRemembered, remember } from './recent.ts'

export const NEW_DEVICE: DeviceState = {
  points: new Map(),
  conditions: new Map(),
  health: {},
  previousHealth: {},
  lastSeenAt: null,
  silentSince: null,
  recent: [],
  measures: new Map(),
  onsets: new Map(),
}

const OLDEST_DEVICE_TIME_MS = 400 * 86_400_000
const NEWEST_DEVICE_TIME_MS = 5 * 60_000

/** A reading's time: the device's where it can be right (400 days back, 5 minutes ahead), else when it was received. */
export function readingTime(deviceAt: number | null, receivedAt: number): number {
  if (deviceAt === null) return receivedAt
  const plausible = deviceAt >= receivedAt - OLDEST_DEVICE_TIME_MS && deviceAt <= receivedAt + NEWEST_DEVICE_TIME_MS
  return plausible ? deviceAt : receivedAt
}

/** What is known after a message; the same whether it comes live or is replayed from the journal. */
export function observeMessage(state: DeviceState, message: DeviceMessage, fingerprint: number | null): DeviceState {
  const heard = message.heard ? message.receivedAt : null
  const lastSeenAt = heard ?? state.lastSeenAt
  const silentSince = heard ?? state.silentSince
  const { seq, receivedAt } = message
  const isNumbered = seq !== null && fingerprint !== null
  const recent = isNumbered ? remember(state.recent, { seq, fingerprint, receivedAt }) : state.recent
  if (!message.live) return { ...state, lastSeenAt, silentSince, recent }
  const tellsHealth = !isEmpty(message.health)
  return {
    points: observePoints(state.points, message),
    conditions: observeConditions(state.conditions, message),
    health: tellsHealth ? { ...state.health, ...message.health } : state.health,
    previousHealth: tellsHealth ? healthBefore(state, message.health) : state.previousHealth,
    lastSeenAt,
    silentSince,
    recent,
    measures: state.measures,
    onsets: state.onsets,
  }
}

export function isEmpty(object: object): boolean {
  for (const _ in object) return false
  return true
}

function observePoints(points: DeviceState['points'], message: DeviceMessage): DeviceState['points'] {
  if (message.measurements.length === 0) return points
  const at = readingTime(message.deviceAt, message.receivedAt)
  const next = new Map<string, PointState>()
  const heardAt = message.receivedAt
  let isKnown = true
  for (const { name, value, unit } of message.measurements) {
    const known = points.get(name)
    if (known === undefined) isKnown = false
    next.set(name, known ? { value, unit, at, previous: known.value, heardAt } : { value, unit, at, heardAt })
  }
  // Most devices tell all they have each time: a whole map is dear to copy.
  if (isKnown && next.size === points.size) return next
  points.forEach((point, name) => {
    if (!next.has(name)) next.set(name, point)
  })
  return next
}

function observeConditions(conditions: DeviceState['conditions'], message: DeviceMessage): DeviceState['conditions'] {
  if (message.conditions.length === 0) return conditions
  const next = new Map<string, ConditionKnown>(conditions)
  for (const { code, state } of message.conditions) {
    const known = conditions.get(code)
    const heardAt = message.receivedAt
    const since = state === 'pulse' || known?.state !== state ? heardAt : known.since
    next.set(code, known ? { state, since, previous: known.state, heardAt } : { state, since, heardAt })
  }
  return next
}

function healthBefore({ health, previousHealth }: DeviceState, told: Health): Health {
  const before: Record<string, unknown> = { ...previousHealth }
  for (const name in told) if (Object.hasOwn(health, name)) before[name] = health[name as keyof Health]
  return before
}

/** The same number with the same content within ten minutes is a re-send. */
export function isResent({ recent }: DeviceState, { seq, receivedAt }: DeviceMessage, fingerprint: number): boolean {
  return seq !== null && isRemembered(recent, { seq, fingerprint, receivedAt })
}

/** The conditions of a message that are news: a pulse always, a level where it changed. */
export function changedConditions(before: DeviceState, message: DeviceMessage): readonly ConditionReport[] {
  if (message.conditions.length === 0) return message.conditions
  return message.conditions.filter(
    ({ code, state }) => state === 'pulse' || !message.live || before.conditions.get(code)?.state !== state,
  )
}

/**
 * What a retained message, whose age nobody knows, adds to what is recorded; `null` where it adds nothing. A level that
 * is known to be so, and a pulse, which is long over, say nothing; a point counts unless a later reading is known.
 */
export function newsOfRetained(state: DeviceState, message: DeviceMessage): DeviceMessage | null {
  const conditions = message.conditions.filter(
    (report) => report.state !== 'pulse' && state.conditions.get(report.code)?.state !== report.state,
  )
  const at = readingTime(message.deviceAt, message.receivedAt)
  const measurements = message.measurements.filter(({ name, value }) => {
    const known = state.points.get(name)
    return known === undefined || (known.value !== value && (message.deviceAt === null || at > known.at))
  })
  const known = state.health as Readonly<Record<string, unknown>>
  const health = Object.fromEntries(Object.entries(message.health).filter(([name, value]) => known[name] !== value))
  if (conditions.length + measurements.length + Object.keys(health).length === 0) return null
  return { ...message, conditions, measurements, health }
}
