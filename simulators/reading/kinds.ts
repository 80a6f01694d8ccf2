import type { z } from 'zod'
import { FAULTS } from '../devices/index.ts'
import type { DeviceDescription } from '../devices/index.ts'
import { count, duration, flag, number, oneOf, share, whole } from './scalars.ts'

/** What a scenario may say of each kind of device, and how many of them a building has. */

export type Kind = DeviceDescription['kind']

interface KindWords {
  /** What ends a device's name. */
  noun: string
  /** As `building.size` counts them; `null`: not generated. */
  many: string | null
  /** Of a building's devices, as they are spread in the field. */
  share: number
  /** Its physics by name: the fields of its `spec` in snake case, lengths of time without their `Ms`. */
  spec: Readonly<Record<string, z.ZodType>>
  usual: Readonly<Record<string, unknown>>
}

const KINDS: Readonly<Record<string, KindWords>> = {
  water_leak: {
    noun: '漏水传感器',
    many: 'leak_sensors',
    share: 0.6,
    spec: {
      room_celsius: number.describe('Typical air temperature of the room, °C'),
      room_humidity: number.describe('Typical relative humidity of the room, %'),
      condensation_per_hour: number.describe('How often dew closes the contacts for some seconds, on average'),
      drying: duration.describe('How long the contacts stay wet once the floor has drained'),
      battery_years: number.describe('How long a battery lasts'),
      wet: flag.describe('Whether water stands on the floor at the start; it drains unless it leaks on'),
    },
    usual: {},
  },
  power_meter: {
    noun: '电表',
    many: 'meters',
    share: 0.25,
    spec: {
      rated_amperes: number.describe('Rated current, A'),
      load: oneOf(['homes', 'offices', 'pumps', 'lighting']).describe('Whose day its load follows'),
      sags_per_year: number.describe('Short dips of the voltage that come by chance'),
      swells_per_year: number.describe('Short rises of the voltage that come by chance'),
      register_digits: count.describe('Digits of its energy register in kWh, two of them after the point'),
      energy_kwh: number.describe('What its register shows at the start'),
      last_gasp: duration.describe('For how long it speaks without a supply'),
    },
    usual: {},
  },
  elevator: {
    noun: '电梯',
    many: 'lifts',
    share: 0.08,
    spec: {
      lowest_floor: whole.describe('As on the panel: -2 is B2; there is no floor 0 between -1 and 1'),
      highest_floor: whole.describe('As on the panel'),
      rated_mps: number.describe('Rated speed, m/s'),
      trips_per_day: number.describe('Trips on a usual day'),
      tells_moves: flag.describe('Whether it tells each floor and each move of its door'),
      emergency_power: flag.describe('Whether it drives to the next landing when the mains fail'),
      test_call_every: duration.describe('How often its telephone tests its line'),
      reports_trapped_after: duration.describe('From shut in passengers until its controller says so; 20s unless set'),
    },
    usual: { tellsMoves: false },
  },
  door: {
    noun: '门磁',
    many: 'doors',
    share: 0.03,
    spec: {
      openings_per_day: number.describe('How often it is opened, on average'),
      open_for: duration.describe('How long it stays open, on average'),
    },
    usual: {},
  },
  valve: {
    noun: '水阀',
    many: 'valves',
    share: 0.02,
    spec: { travel: duration.describe('From one end to the other') },
    usual: {},
  },
  pump: {
    noun: '水泵',
    many: 'pumps',
    share: 0.01,
    spec: {
      starts_per_hour: number.describe('How often it starts, on average'),
      duty: share.describe('The share of the time that it runs'),
    },
    usual: {},
  },
  rain_gauge: {
    noun: '雨量计',
    many: 'rain_gauges',
    share: 0.01,
    spec: { showers_per_month: number.describe('How often it begins to rain by itself, on average') },
    usual: {},
  },
  gateway: {
    noun: '网关',
    many: null,
    share: 0,
    spec: { case_celsius: number.describe('What it normally measures inside its case, °C') },
    usual: {},
  },
}

/** The kinds that can be simulated, in the order of the table. */
export const SIMULATED = Object.keys(KINDS).filter((kind): kind is Kind => Object.hasOwn(FAULTS, kind))

export const wordsOf = (kind: string): KindWords => KINDS[kind]!

/** The kinds that a building has, by the word that counts them. */
export const COUNTED: readonly { kind: Kind; many: string; share: number }[] = SIMULATED.flatMap((kind) => {
  const { many, share: part } = wordsOf(kind)
  return many === null ? [] : [{ kind, many, share: part }]
})

/** A device's `spec` from what was written of it, which the schema has let through. */
export function specOf(kind: Kind, written: Readonly<Record<string, unknown>> = {}): DeviceDescription['spec'] {
  const { spec, usual } = wordsOf(kind)
  const named = Object.entries(written).map(([name, value]) => {
    const camel = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
    return [spec[name] && isLength(spec[name]) ? `${camel}Ms` : camel, value]
  })
  return { ...usual, ...(Object.fromEntries(named) as object) }
}

/** `describe` makes another schema of the same parts. */
const isLength = (schema: z.ZodType) => (schema.def as { in?: unknown }).in === duration.def.in
