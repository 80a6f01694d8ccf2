import {
  CONDITION_CODES,
  HEALTH_POINTS,
  isConditionCode,
  POINT_NAMES,
  type PointDefinition,
  pointDefinition,
} from '../../rules/model.ts'
import { misfit, type Parsed, parsed } from './fault.ts'
import { nearest } from './near.ts'

/** Names of the vocabulary in a mapping; what is not in it is refused with what is near. */

export function knownPoint(name: string): Parsed<PointDefinition> {
  const definition = pointDefinition(name)
  if (definition) return parsed(definition)
  if (isConditionCode(name)) return misfit(`${name} is a condition; put it under \`events\``)
  if (HEALTH_POINTS.has(name)) return misfit(`${name} is of the device itself; put it under \`health\``)
  return misfit(`${name} is not a point${near(name, POINT_NAMES)}`)
}

export function knownCode(code: string): Parsed<string> {
  if (isConditionCode(code)) return parsed(code)
  if (pointDefinition(code)) return misfit(`${code} is a point; put it under \`points\``)
  return misfit(`${code} is not a condition${near(code, [...CONDITION_CODES])}; your own begin with \`generic.\``)
}

function near(name: string, known: readonly string[]): string {
  const names = nearest(name, known)
  return names.length === 0 ? '' : `; near it: ${names.join(', ')}`
}
