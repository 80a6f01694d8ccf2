import type { Decoded, DecodedTime, DeviceKind, RejectionReason, Row } from '../../../rules/model.ts'
import type { Binding } from '../family.ts'
import { epochTime } from '../times.ts'

/** What a maker's codec is given of an uplink. */
export interface Frame {
  bytes: Buffer
  fPort: number
  /** The profile, model or device name that told the maker, in upper case; empty where the EUI told it. */
  name: string
  binding: Binding
}

/** What the bytes, or a codec's output of them, say. */
export interface Said extends Pick<Decoded, 'measurements' | 'conditions' | 'health' | 'readings' | 'warnings'> {
  /** The device's own time, where it sends one. */
  time: DecodedTime | null
  /** Stored readings alone: nothing here is current. */
  historical: boolean
  kind: DeviceKind | null
  /** Why the rest could not be read. */
  fault: { reason: RejectionReason; detail: string } | null
}

/** One maker's byte layouts and names. */
export interface Codec {
  maker: string
  /** What a profile, model or device name of this maker looks like, in upper case. */
  names: RegExp
  /** The model within such a name. */
  models: RegExp
  /** By model or name; the first that fits. */
  kinds: readonly (readonly [RegExp, DeviceKind])[]
  /** The start of the maker's EUIs, where bytes alone tell the layout. */
  euiPrefix?: string
  /** Whether a frame that only its EUI tells is of a layout that cannot be mistaken for another of the maker. */
  unmistakable?(frame: Frame): boolean
  decode(frame: Frame, into: Said): void
  /** Fields of the output of a network server's codec, beside those that mean the same for all. */
  output?: OutputFields
  /** Fields that mean something else, or are in another unit, on these models; before the others. */
  modelOutput?: readonly (readonly [RegExp, OutputFields])[]
}

export type OutputFields = Readonly<Record<string, OutputField>>

/** A field of a codec's output: a point with the scale to its unit, a health figure, or a condition. */
export type OutputField =
  { point: string; scale?: number } | { health: NumericHealth; scale?: number } | { code: string }

export type NumericHealth = 'batteryPercent' | 'batteryVoltage' | 'supplyVoltage'

export function nothingSaid(): Said {
  return {
    measurements: [],
    conditions: [],
    health: {},
    readings: [],
    warnings: [],
    time: null,
    historical: false,
    kind: null,
    fault: null,
  }
}

/** Whether the frame ends before `byteLength` bytes; says so as the fault. */
export function endsBefore(byteLength: number, { bytes, fPort }: Frame, into: Said): boolean {
  if (bytes.length >= byteLength) return false
  const detail = `${bytes.length} bytes on port ${fPort}; at least ${byteLength} were expected`
  into.fault = { reason: 'truncated', detail }
  return true
}

export function hasNothing({ measurements, conditions, readings, health }: Said): boolean {
  return measurements.length + conditions.length + readings.length === 0 && Object.keys(health).length === 0
}

/** A clock that was never set counts from 1970 or 2000: no LoRaWAN device of these makers is older than 2015. */
const EARLIEST_S = Date.UTC(2015, 0) / 1_000

/** Epoch seconds of a device; `null` with a warning where its clock was not set. */
export function deviceTime(seconds: number, into: Pick<Said, 'warnings'>): DecodedTime | null {
  if (seconds >= EARLIEST_S && seconds !== 0xffff_ffff) return epochTime(seconds)
  into.warnings.push('device_clock_not_set')
  return null
}

/** A stored reading with its own time; one whose time is not known cannot be placed and is left out. */
export function storedRow(seconds: number, into: Said): Row | null {
  const time = deviceTime(seconds, into)
  if (time === null) return null
  const row: Row = { time: time.device, historical: true, measurements: [], conditions: [] }
  into.readings.push(row)
  return row
}

/** Stored readings alone make the message historical; its time is that of the last one. */
export function onlyStored(into: Said): void {
  const last = into.readings.at(-1)
  if (last === undefined || last.time === null) return
  into.historical = true
  into.time = epochTime(last.time / 1_000)
}

/** Adds what `said` has and `into` lacks. What is unknown there and known here is known. */
export function fill(into: Said, said: Said): void {
  for (const measurement of said.measurements) {
    if (!into.measurements.some(({ name }) => name === measurement.name)) into.measurements.push(measurement)
  }
  for (const condition of said.conditions) {
    const at = into.conditions.findIndex(({ code }) => code === condition.code)
    const known = into.conditions[at]
    if (known === undefined) into.conditions.push(condition)
    else if (known.state === 'unknown') into.conditions[at] = condition
    else if (known.state !== condition.state) into.warnings.push(`object_and_data_disagree:${condition.code}`)
  }
  into.health = { ...said.health, ...into.health }
  if (into.readings.length === 0) into.readings = said.readings
  into.warnings.push(...said.warnings)
  into.time ??= said.time
  into.historical ||= said.historical
  into.kind ??= said.kind
  into.fault ??= said.fault
}
