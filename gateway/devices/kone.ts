import type { Decoded, DecodedDevice } from '../../rules/model.ts'
import { objectBody } from './bodies.ts'
import { accepted, label, measure, report } from './decoded.ts'
import { entry, type Family, field, isObject, type JsonObject, type Memory, type Publish } from './family.ts'

import { finiteNumber, truthOf } from './numbers.ts'
import { contentOnce, RESENT_WINDOW_MS } from './once.ts'
import { anyTime } from './times.ts'

/**
 * KONE Equipment Status (a REST and webhook service) as a bridge publishes it: `kone/equipment/ID/{availability,status,
 * movement,…}`, each the full state of what it tells. Alert codes are opaque.
 */

export const kone: Family = {
  id: 'kone',
  matches: ({ levels }) =>
    (levels[0] === 'kone' && levels[1] === 'equipment') || (levels[1] === 'kone' && levels[2] === 'equipment'),
  decode,
  // Webhooks come when something changes.
  silence: { batteryMs: 25 * 3_600_000, mainsMs: 25 * 3_600_000 },
}

function decode(publish: Publish, memory: Memory): Decoded {
  const id = publish.levels[publish.levels.indexOf('equipment') + 1] ?? ''
  const device: DecodedDevice = { key: `kone:${id}`, kind: 'elevator', vendor: 'KONE' }
  const body = objectBody(publish, device)
  if (body.refusal) return body.refusal
  const decoded = accepted(device.key, isStairs(body.value) ? 'unknown' : 'elevator', { vendor: 'KONE' })
  const { timezone } = publish.binding
  decoded.time = anyTime(field(body.value, 'lastUpdate') ?? field(body.value, 'timestamp'), timezone)
  reportAvailability(decoded, body.value)
  reportStatus(decoded, body.value)
  reportFloor(decoded, body.value)
  const windowMs = decoded.time.basis === 'none' ? undefined : RESENT_WINDOW_MS
  return contentOnce(decoded, publish, memory, `kone:last:${id}`, windowMs)
}

function isStairs(body: JsonObject): boolean {
  const info = field(body, 'equipmentInfo')
  const type = field(body, 'equipmentType') ?? (isObject(info) ? field(info, 'type') : undefined)
  return typeof type === 'string' && /escalator|autowalk|door/i.test(type)
}

function reportAvailability(decoded: Decoded, body: JsonObject): void {
  const state = field(body, 'state')
  if (state !== undefined) {
    const known = typeof state === 'string' ? entry(AVAILABLE, state.toLowerCase()) : undefined
    if (known === undefined) decoded.warnings.push(state === null ? 'null_value:state' : 'unknown_value:state')
    if (known !== undefined || state === null) {
      report(decoded, 'elevator.out_of_service', known ?? 'unknown', state)
    }
  }
  reportAlerts(decoded, body)
  const mode = field(body, 'serviceMode')
  if (typeof mode === 'string') reportMode(decoded, mode)
  reportConnection(decoded, field(body, 'devices'))
}

const AVAILABLE: Readonly<Record<string, boolean>> = { available: false, unavailable: true }

function reportAlerts(decoded: Decoded, body: JsonObject): void {
  const alerts = field(body, 'activeAlerts')
  const first: unknown = Array.isArray(alerts) ? alerts[0] : undefined
  const told = Array.isArray(alerts) ? alerts.length : field(body, 'activeAlertCount')
  const count = finiteNumber(told, 'activeAlertCount', decoded.warnings)
  if (count === null) return
  const code = isObject(first) ? field(first, 'serviceNeedCode') : undefined
  report(decoded, 'elevator.other_fault', count > 0, code === undefined ? count : code)
}

const MODES: readonly [pattern: RegExp, condition: string][] = [
  [/^(inspection|maintenance)/i, 'elevator.maintenance_mode'],
  [/^fire/i, 'elevator.fire_mode'],
  [/^(earthquake|seismic)/i, 'elevator.earthquake_mode'],
  [/^emergency.?power/i, 'elevator.emergency_power'],
  [/^out.?of.?(service|order|use)/i, 'elevator.out_of_service'],
]

/** Only what the mode's own word says; `normal` ends the others. Out of service is told by `state` as well. */
function reportMode(decoded: Decoded, mode: string): void {
  const active = MODES.find(([pattern]) => pattern.test(mode))?.[1]
  if (active === undefined && mode.toLowerCase() !== 'normal')
    return void decoded.warnings.push('unknown_value:serviceMode')
  for (const [, condition] of MODES) {
    if (decoded.conditions.some(({ code }) => code === condition)) continue
    if (condition === active || condition !== 'elevator.out_of_service') {
      report(decoded, condition, condition === active, mode)
    }
  }
}

/** The lift's own link to the service: what it is connected by, and why no longer. */
function reportConnection(decoded: Decoded, devices: unknown): void {
  if (!Array.isArray(devices)) return
  const links = devices.slice(0, 100).filter(isObject)
  const lost = links.find((link) => field(link, 'status') === 'disconnected')
  if (lost) report(decoded, 'device.offline', true, field(lost, 'disconnectReason') ?? 'disconnected')
  else if (links.length > 0 && links.every((link) => field(link, 'status') === 'connected')) {
    report(decoded, 'device.offline', false, 'connected')
  }
}

function reportStatus(decoded: Decoded, body: JsonObject): void {
  for (const [name, condition] of [
    ['entrapment', 'elevator.entrapment'],
    ['outOfOrder', 'elevator.out_of_service'],
  ] as const) {
    const raw = field(body, name)
    if (raw === undefined || decoded.conditions.some(({ code }) => code === condition)) continue
    if (raw === null) decoded.warnings.push(`null_value:${name}`)
    const told = isObject(raw) ? (field(raw, 'status') ?? field(raw, name)) : raw
    report(decoded, condition, truthOf(told) ?? truthOfWord(told) ?? 'unknown', told)
  }
  const maintenance = field(body, 'maintenance')
  const status = isObject(maintenance) ? field(maintenance, 'status') : undefined
  const truth = truthOfWord(status)
  if (truth !== null) report(decoded, 'elevator.maintenance_mode', truth, status)
}

/** What goes on and what is over, in words; `null` for others, which may be plans. */
function truthOfWord(raw: unknown): boolean | null {
  if (typeof raw !== 'string') return null
  if (/^(in.?progress|ongoing|active|on.?site|started)$/i.test(raw)) return true
  return /^(none|completed?|finished|resolved|closed|no)$/i.test(raw) ? false : null
}

function reportFloor(decoded: Decoded, body: JsonObject): void {
  const decks = field(body, 'decks')
  const deck: unknown = Array.isArray(decks) ? decks[0] : undefined
  const stop = isObject(deck) ? field(deck, 'stopFloor') : undefined
  if (isObject(stop)) {
    measure(decoded, 'lift.floor', field(stop, 'floorIndex'), 1, 'floorIndex')
    label(decoded, 'lift.floor_label', field(stop, 'marking'))
  }
  measure(decoded, 'lift.floor', field(body, 'floor'), 1, 'floor')
  label(decoded, 'lift.floor_label', field(body, 'floorMarking'))
}
