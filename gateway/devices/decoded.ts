import type { ConditionState, Decoded, DecodedDevice, DeviceKind, Health, RejectionReason } from '../../rules/model.ts'
import { HEALTH_POINTS, pointDefinition } from '../../rules/model.ts'
import { finiteNumber, isWrapped } from './numbers.ts'
import { digestOf } from './repeats.ts'

/** How families write down what a message says. */

export function accepted(key: string, kind: DeviceKind, about: Partial<DecodedDevice> = {}): Decoded {
  return said('accept', { key, kind, ...about })
}

/** Metadata, acknowledgements, removals: nothing is measured. `reason` says what it is. */
export function ignored(reason: string, device: DecodedDevice | null = null): Decoded {
  return { ...said('ignore', device), reason }
}

/** Nothing of the message can be used; `detail` says why in words that an engineer understands. */
export function rejected(reason: RejectionReason, detail: string, device: DecodedDevice | null = null): Decoded {
  return { ...said('reject', device), reason, detail }
}

function said(disposition: Decoded['disposition'], device: DecodedDevice | null): Decoded {
  return {
    disposition,
    device,
    time: { device: null, basis: 'none' },
    seq: null,
    historical: false,
    measurements: [],
    conditions: [],
    health: {},
    simulated: false,
    readings: [],
    warnings: [],
  }
}

type Values = Pick<Decoded, 'measurements' | 'warnings'>

/** A power factor far beyond one is in percent; one that is beyond it by a little is a fault of the meter. */
const PERCENT_FROM = 2

/**
 * Writes down a point of the vocabulary from what the device sent, in the device's own unit times `scale`. Unreadable,
 * null, impossible and placeholder values are left out with a warning. Answers the value, or `null`.
 */
export function measure(into: Values, name: string, raw: unknown, scale = 1, label = name): number | null {
  const number = finiteNumber(raw, label, into.warnings)
  if (number === null) return null
  const definition = pointDefinition(name)
  if (number === NO_REGISTER && scale >= 1 && (definition?.unit === 'V' || definition?.unit === 'A')) {
    into.warnings.push(`sentinel:${label}`)
    return null
  }
  let value = scaled(number, scale)
  const isFactor = definition?.unit === '1' && name.startsWith('power_factor')
  if (isFactor && Math.abs(value) >= PERCENT_FROM) value = scaled(number, scale / 100)
  if (definition && (value < definition.min || value > definition.max || (definition.min < 0 && isWrapped(number)))) {
    into.warnings.push(`implausible:${label}`)
    return null
  }
  into.measurements.push({ name, value, unit: definition?.unit ?? null })
  return value
}

/** What a register without a value says in whole units: no meter has 65 535 V or A before its transformers. */
const NO_REGISTER = 0xffff

/** Writes down a text point (`lift.floor_label`). */
export function label(into: Values, name: string, raw: unknown): void {
  if (raw === null) return void into.warnings.push(`null_value:${name}`)
  if (typeof raw !== 'string' && typeof raw !== 'number') return
  const text = String(raw).trim()
  const max = pointDefinition(name)?.max ?? 64
  if (text === '') return
  if (text.length > max) into.warnings.push(`implausible:${name}`)
  else into.measurements.push({ name, value: text, unit: 'text' })
}

type NumericHealth = { [K in keyof Health]-?: Health[K] extends number | undefined ? K : never }[keyof Health]

/** Writes down a health figure, `raw` in the device's own unit times `scale`. */
export function measureHealth(
  into: Pick<Decoded, 'health' | 'warnings'>,
  name: NumericHealth,
  raw: unknown,
  scale = 1,
  label: string = name,
): void {
  const number = finiteNumber(raw, label, into.warnings)
  if (number === null) return
  const value = scaled(number, scale)
  const range = HEALTH_POINTS.get(name)
  if (range === undefined || range === 'boolean') return
  if (value < range.min || value > range.max) into.warnings.push(`implausible:${label}`)
  else into.health[name] = value
}

export const NATIVE_LENGTH = 80

/** A device's own word as it is kept: a long text is cut, and lists and objects, however deep, are only named. */
export function nativeCode(raw: unknown): unknown {
  if (typeof raw === 'string') return raw.slice(0, NATIVE_LENGTH)
  if (typeof raw !== 'object' || raw === null) return raw
  return Array.isArray(raw) ? 'a list' : 'an object'
}

/** Writes down a condition. A boolean is a level; the device's own word for it is `native`. */
export function report(
  into: Pick<Decoded, 'conditions'>,
  code: string,
  state: boolean | ConditionState,
  native?: unknown,
  detail?: Record<string, unknown>,
): void {
  const word = typeof state === 'boolean' ? (state ? 'active' : 'cleared') : state
  into.conditions.push({
    code,
    state: word,
    ...(native === undefined ? {} : { native: nativeCode(native) }),
    ...(detail === undefined ? {} : { detail }),
  })
}

/** What nobody knows keeps its own name; one that a code cannot be written in keeps its print. */
export function genericCode(word: string): string {
  const safe = word
    .trim()
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .slice(0, 64)
  return `generic.${/[A-Za-z0-9]/.test(safe) ? safe : `alarm_${digestOf(word)}`}`
}

/**
 * What a factor of ten adds in binary is not the device's: a division by ten is exact to the last digit, and products
 * keep at least nine digits. Through text, which is slow, goes only what is left.
 */
function scaled(number: number, scale: number): number {
  if (scale === 1) return number === 0 ? 0 : number
  const divisor = 1 / scale
  if (Number.isInteger(divisor)) return number === 0 ? 0 : number / divisor
  const product = number * scale
  const size = Math.abs(product)
  if (size >= 1 && size < 4e6) return Math.round(product * 1e9) / 1e9
  if (Number.isSafeInteger(product)) return product === 0 ? 0 : product
  return Number(product.toPrecision(12))
}
