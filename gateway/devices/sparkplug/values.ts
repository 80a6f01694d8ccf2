import type { RawValue } from './payload.ts'

/** Data types by number (Sparkplug 3.0, section 6.4.16): how many bits count, and whether one of them is a sign. */
const WHOLE: Readonly<Record<number, { bits: 8 | 16 | 32 | 64; signed: boolean }>> = {
  1: { bits: 8, signed: true },
  2: { bits: 16, signed: true },
  3: { bits: 32, signed: true },
  4: { bits: 64, signed: true },
  5: { bits: 8, signed: false },
  6: { bits: 16, signed: false },
  7: { bits: 32, signed: false },
  8: { bits: 64, signed: false },
  13: { bits: 64, signed: false },
}
const BOOLEAN = 11

/**
 * What a metric says; `null` for nothing, `undefined` for what cannot be told (data sets, templates, bytes). Signed
 * numbers travel as two's complement in fields without a sign, so that the data type decides. A 64-bit number beyond
 * 2^53 loses its last digits.
 */
export function valueOf(raw: RawValue, datatype: number | null): number | string | boolean | null | undefined {
  switch (raw.type) {
    case 'none':
      return null
    case 'other':
      return undefined
    case 'float':
      return raw.number
    case 'boolean':
      return raw.boolean
    case 'text':
      return raw.text
    case 'whole':
      return datatype === BOOLEAN ? raw.low !== 0 : wholeOf(raw.low, raw.high, datatype)
  }
}

function wholeOf(low: number, high: number, datatype: number | null): number | undefined {
  const type = datatype === null ? undefined : WHOLE[datatype]
  // Without a type the top bit may be a sign or not.
  if (type === undefined) return high === 0 && low < 2 ** 31 ? low : undefined
  if (type.bits === 64) return (type.signed ? high | 0 : high) * 2 ** 32 + low
  if (type.bits === 32) return type.signed ? low | 0 : low
  const above = 32 - type.bits
  return type.signed ? (low << above) >> above : (low << above) >>> above
}
