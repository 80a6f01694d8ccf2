/** What stands for "no value" in fields that are numbers. */
const NO_VALUE_TEXTS = new Set(['', 'unavailable', 'unknown', 'none', 'null', 'nan', 'n/a', '--', '-'])
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/**
 * Placeholders of registers that could not be read: extremes of 24 and 32 bits, 48 bits of ones. They measure nothing,
 * in any unit. 16-bit ones (0xFFFF, 0xFFFD) are ordinary numbers elsewhere and are the families' own business.
 */
const SENTINELS = new Set([-8_388_608, 2_147_483_647, -2_147_483_648, 4_294_967_295, 281_474_976_710_655])

/** A word that says that there is no value, or none at all. */
export function isNoValue(raw: unknown): boolean {
  return typeof raw === 'string' && NO_VALUE_TEXTS.has(raw.trim().toLowerCase())
}

/** A finite number, from a number or a text that is one; else `null` with a warning that names the field. */
export function finiteNumber(raw: unknown, label: string, warnings: string[]): number | null {
  if (raw === undefined) return null
  if (raw === null) return warned(warnings, `null_value:${label}`)
  if (typeof raw === 'number') return checked(raw, label, warnings)
  if (typeof raw !== 'string') return warned(warnings, `not_a_number:${label}`)
  const text = raw.trim()
  if (NO_VALUE_TEXTS.has(text.toLowerCase())) return warned(warnings, `value_unavailable:${label}`)
  if (!NUMBER.test(text)) return warned(warnings, `not_a_number:${label}`)
  warnings.push(`string_number:${label}`)
  return checked(Number(text), label, warnings)
}

function checked(number: number, label: string, warnings: string[]): number | null {
  if (!Number.isFinite(number)) return warned(warnings, `not_finite:${label}`)
  // All placeholders are large, and nearly all numbers small.
  const isSentinel = (number > 8_388_607 || number < -8_388_607) && SENTINELS.has(number)
  return isSentinel ? warned(warnings, `sentinel:${label}`) : number
}

function warned(warnings: string[], warning: string): null {
  warnings.push(warning)
  return null
}

/** A word or number for yes and no, as devices write it; `null` where it says neither: unknown is never "no". */
export function truthOf(raw: unknown): boolean | null {
  if (typeof raw === 'boolean') return raw
  if (typeof raw === 'number') return raw === 1 ? true : raw === 0 ? false : null
  if (typeof raw !== 'string') return null
  const word = raw.trim().toLowerCase()
  if (['true', 'on', 'yes', '1'].includes(word)) return true
  return ['false', 'off', 'no', '0'].includes(word) ? false : null
}

const WRAP = 2 ** 32
const nearWrap = (number: number) => Math.abs(number - WRAP) < 1e6

/** A small negative number that was read as one of 32 bits without a sign, whole or in tenths. */
export function isWrapped(number: number): boolean {
  return number > 4e8 && (nearWrap(number) || nearWrap(number * 10))
}

const DIVISORS = [1, 10, 100, 1_000]

/** The same, or what stands for "no value", in a unit that leaves up to three decimals. */
export function isPlaceholder(raw: unknown): boolean {
  if (typeof raw !== 'number' || (raw > -80_000 && raw < 2_000_000)) return false
  return DIVISORS.some((divisor) => nearWrap(raw * divisor) || SENTINELS.has(Math.round(raw * divisor)))
}

/** Power beyond what voltage and current can make, with a fifth and 50 W to spare, is no power. */
export function isImplausiblePower(watts: number, volts: number | null, amperes: number | null): boolean {
  if (isPlaceholder(watts)) return true
  if (volts === null || amperes === null) return false
  return Math.abs(watts) > 1.2 * Math.abs(volts * amperes) + 50
}
