/** What a data identifier stands for: one value or, in a block, several after one another. */
export interface Register {
  /** `null` for a value that is read over. */
  point: string | null
  bytes: number
  /** From the decimal digits as they stand to the point's unit. */
  scale: number
  /** The top bit of the highest byte is a sign. */
  signed: boolean
  /** The sum of import and export as the meter is set to build it. */
  combined?: true
}

const ENERGY_BYTES = 4
/** XXXXXX.XX kWh or kvarh. */
const ENERGY_SCALE = 10

/** Second-highest byte of the identifier → what is counted (DL/T 645-2007, table A.1). */
const ENERGIES: Readonly<Record<number, string>> = {
  0x00: 'energy.active.import',
  0x01: 'energy.active.import',
  0x02: 'energy.active.export',
  0x03: 'energy.reactive.import',
  0x04: 'energy.reactive.export',
  0x15: 'energy.active.import.l1',
  0x16: 'energy.active.export.l1',
  0x29: 'energy.active.import.l2',
  0x2a: 'energy.active.export.l2',
  0x3d: 'energy.active.import.l3',
  0x3e: 'energy.active.export.l3',
}
/** Sums of both directions, which may be negative. */
const COMBINED = new Set([0x00, 0x03, 0x04])

const PHASES = ['l1', 'l2', 'l3']
const TOTAL_AND_PHASES = ['', '.l1', '.l2', '.l3']

interface Variable {
  /** Points of the identifiers `first`, `first + 1`, …; the block has them all in this order. */
  points: readonly string[]
  first: number
  bytes: number
  scale: number
  signed: boolean
}

/** Present values, by the second-highest byte (table A.3). */
const VARIABLES: Readonly<Record<number, Variable>> = {
  0x01: { points: PHASES.map((phase) => `voltage.${phase}`), first: 1, bytes: 2, scale: 0.1, signed: false },
  0x02: { points: PHASES.map((phase) => `current.${phase}`), first: 1, bytes: 3, scale: 1e-3, signed: true },
  0x03: { points: TOTAL_AND_PHASES.map((end) => `power.active${end}`), first: 0, bytes: 3, scale: 0.1, signed: true },
  0x04: { points: TOTAL_AND_PHASES.map((end) => `power.reactive${end}`), first: 0, bytes: 3, scale: 0.1, signed: true },
  0x05: { points: TOTAL_AND_PHASES.map((end) => `power.apparent${end}`), first: 0, bytes: 3, scale: 0.1, signed: true },
  0x06: { points: TOTAL_AND_PHASES.map((end) => `power_factor${end}`), first: 0, bytes: 2, scale: 1e-3, signed: true },
}

/** Health, not a point. */
export const BATTERY_VOLTAGE = 'batteryVoltage'

/** Single values of group 02 80 00. */
const SINGLE: Readonly<Record<number, Register>> = {
  0x01: { point: 'current.neutral', bytes: 3, scale: 1e-3, signed: true },
  0x02: { point: 'frequency', bytes: 2, scale: 0.01, signed: false },
  0x07: { point: 'temperature.device', bytes: 2, scale: 0.1, signed: true },
  0x08: { point: BATTERY_VOLTAGE, bytes: 2, scale: 0.01, signed: false },
}

const BLOCK = 0xff

/** The registers of an identifier, highest byte first, in the order of their values; `null` where it is not known. */
export function registersOf(di: readonly [number, number, number, number]): readonly Register[] | null {
  const [group, kind, item, last] = di
  if (group === 0x00) return energiesOf(kind, item, last)
  if (group !== 0x02) return null
  if (kind === 0x80) return item === 0 && Object.hasOwn(SINGLE, last) ? [SINGLE[last]!] : null
  const variable = Object.hasOwn(VARIABLES, kind) ? VARIABLES[kind]! : null
  if (variable === null || last !== 0) return null
  const { points, first, bytes, scale, signed } = variable
  const registers = points.map((point): Register => ({ point, bytes, scale, signed }))
  if (item === BLOCK) return registers
  const one = registers[item - first]
  return one === undefined ? null : [one]
}

const TARIFFS_MAX = 63

/** Present energies only: those of past settlement days are no present readings. */
function energiesOf(kind: number, tariff: number, settlementDay: number): readonly Register[] | null {
  const name = Object.hasOwn(ENERGIES, kind) ? ENERGIES[kind]! : null
  if (name === null || settlementDay !== 0) return null
  const ofPhase = /\.l\d$/.test(name)
  const energy = (tariffNumber: number): Register => {
    // Tariffs of one phase have no name here.
    const point = tariffNumber === 0 ? name : ofPhase ? null : `${name}.tariff${tariffNumber}`
    const register = { point, bytes: ENERGY_BYTES, scale: ENERGY_SCALE, signed: COMBINED.has(kind) }
    return kind === 0x00 ? { ...register, combined: true } : register
  }
  if (tariff === BLOCK) return Array.from({ length: TARIFFS_MAX + 1 }, (_, index) => energy(index))
  return tariff <= TARIFFS_MAX ? [energy(tariff)] : null
}

/** DL/T 645-1997: two bytes. High byte and low byte's high digit → the block; the low digit is the item. */
const OLD_ENERGIES: Readonly<Record<number, string>> = {
  0x901: 'energy.active.import',
  0x902: 'energy.active.export',
  0x911: 'energy.reactive.import',
  0x912: 'energy.reactive.export',
}
const OLD_VARIABLES: Readonly<Record<number, Variable>> = {
  0xb61: { points: PHASES.map((phase) => `voltage.${phase}`), first: 1, bytes: 2, scale: 1, signed: false },
  0xb62: { points: PHASES.map((phase) => `current.${phase}`), first: 1, bytes: 2, scale: 0.01, signed: false },
  0xb63: { points: TOTAL_AND_PHASES.map((end) => `power.active${end}`), first: 0, bytes: 3, scale: 0.1, signed: true },
  0xb64: { points: TOTAL_AND_PHASES.map((end) => `power.reactive${end}`), first: 0, bytes: 2, scale: 10, signed: true },
  0xb65: {
    points: TOTAL_AND_PHASES.map((end) => `power_factor${end}`),
    first: 0,
    bytes: 2,
    scale: 1e-3,
    signed: false,
  },
}

export function oldRegistersOf(high: number, low: number): readonly Register[] | null {
  const block = (high << 4) | (low >> 4)
  const item = low & 15
  if (Object.hasOwn(OLD_ENERGIES, block)) {
    const energy = (tariff: number): Register => {
      const point = tariff === 0 ? OLD_ENERGIES[block]! : `${OLD_ENERGIES[block]!}.tariff${tariff}`
      return { point, bytes: ENERGY_BYTES, scale: ENERGY_SCALE, signed: false }
    }
    return item === 15 ? Array.from({ length: 15 }, (_, index) => energy(index)) : [energy(item)]
  }
  const variable = Object.hasOwn(OLD_VARIABLES, block) ? OLD_VARIABLES[block]! : null
  if (variable === null) return null
  const { points, first, bytes, scale, signed } = variable
  const registers = points.map((point): Register => ({ point, bytes, scale, signed }))
  if (item === 15) return registers
  const one = registers[item - first]
  return one === undefined ? null : [one]
}
