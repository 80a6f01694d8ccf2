import { type Conversion, unitsOf } from '../units.ts'
import { misfit, type Parsed, parsed } from './fault.ts'

/** From a device's unit (none: the vocabulary's own) to the vocabulary's `coherent` one. */
export function conversionOf(unit: string | undefined, coherent: string): Parsed<Conversion> {
  if (unit === undefined || unit === coherent) return parsed({ factor: 1, offset: 0 })
  const allowed = unitsOf(coherent)
  const found = allowed?.get(unit)
  if (found) return parsed(found)
  return misfit(`${unit} is no unit of this; allowed: ${[...(allowed?.keys() ?? [coherent])].join(', ')}`)
}

/** Twelve digits: what a factor of ten adds in binary is not the device's. */
export function converted(value: number, { factor, offset }: Conversion, scale = 1, shift = 0): number {
  if (factor === 1 && offset === 0 && scale === 1 && shift === 0) return value
  return Number(((value * scale + shift) * factor + offset).toPrecision(12))
}
