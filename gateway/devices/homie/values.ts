import { type Decoded, HEALTH_POINTS, pointDefinition } from '../../../rules/model.ts'
import { scalarNumber } from '../bodies.ts'
import { measureHealth, report } from '../decoded.ts'
import type { Binding } from '../family.ts'
import { measureText } from '../meter-names.ts'
import { truthOf } from '../numbers.ts'
import { scaleOf } from '../../units.ts'
import { type Meaning, meaningOf } from './names.ts'

/** Writes down one property's value, by what the site says of it, else by its name and its unit. */
export function readProperty(
  decoded: Decoded,
  node: string,
  property: string,
  text: string,
  unit: string | undefined,
  binding: Binding,
): void {
  const meaning = boundMeaning(binding, node, property) ?? meaningOf(property)
  if (meaning === undefined) return void decoded.warnings.push(`unmapped_property:${property.slice(0, 40)}`)
  if ('condition' in meaning) return readCondition(decoded, meaning.condition, text)
  if ('flag' in meaning) return readFlag(decoded, meaning.flag, text)
  if ('health' in meaning) {
    const name = meaning.health === 'batteryPercent' && unit === 'V' ? 'batteryVoltage' : meaning.health
    return measureHealth(decoded, name, scalarNumber(text), unit === 'mV' ? 0.001 : 1, property)
  }
  readPoint(decoded, meaning, property, text, meaning.unit ?? unit)
}

function readPoint(
  decoded: Decoded,
  { point, scale, needsUnit }: Extract<Meaning, { point: string }>,
  property: string,
  text: string,
  unit: string | undefined,
): void {
  if (unit === undefined || unit === '') {
    if (needsUnit) return void decoded.warnings.push(`unit_unknown:${property}`)
    return measureText(decoded, point, text, scale, property)
  }
  if (unit === '°F' && pointDefinition(point)?.unit === 'Cel') {
    const fahrenheit = scalarNumber(text)
    const celsius = typeof fahrenheit === 'number' ? String((fahrenheit - 32) / 1.8) : text
    return measureText(decoded, point, celsius, 1, property)
  }
  const factor = scaleOf(unit, point)
  if (factor === null && pointDefinition(point)?.unit === '1') return measureText(decoded, point, text, 1, property)
  if (factor === null) decoded.warnings.push(`unit_mismatch:${property}`)
  else measureText(decoded, point, text, factor, property)
}

function readCondition(decoded: Decoded, condition: string, text: string): void {
  const truth = truthOf(text)
  if (truth === null) decoded.warnings.push(`value_unavailable:${condition}`)
  report(decoded, condition, truth ?? 'unknown', text.slice(0, 80))
}

function readFlag(decoded: Decoded, flag: 'batteryLow' | 'tamper', text: string): void {
  const truth = truthOf(text)
  if (truth === null) return void decoded.warnings.push(`value_unavailable:${flag}`)
  decoded.health[flag] = truth
  report(decoded, flag === 'tamper' ? 'device.tamper' : 'device.battery_low', truth, text)
}

/** The site's own word: `node/property` or `property` → a point, or `condition:<code>`. */
function boundMeaning({ fields }: Binding, node: string, property: string): Meaning | undefined {
  if (fields === undefined) return undefined
  const path = [`${node}/${property}`, `${node}.${property}`, property].find((name) => Object.hasOwn(fields, name))
  if (path === undefined) return undefined
  const target = fields[path]!.trim()
  if (target.startsWith('condition:')) return { condition: target.slice('condition:'.length) }
  const [, name = target, unit] = /^([A-Za-z0-9_.]+)\s*(?:\(([^)]{1,16})\))?/.exec(target) ?? []
  if (HEALTH_POINTS.get(name) === 'boolean') return { flag: name as 'tamper' }
  return HEALTH_POINTS.has(name) ? { health: name as 'rssi' } : { point: name, scale: 1, unit }
}
