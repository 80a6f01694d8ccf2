import type { DeviceKind, Health } from '../../../rules/model.ts'
import { entry } from '../family.ts'
import { isMeterWord, METER_NAMES } from '../meter-names.ts'

/** What a Homie property's own name says. Names are free; these are the ones that leave no doubt. */
export type Meaning =
  /** `unit` is the site's word for what the device does not tell, or tells wrongly. */
  | { point: string; scale: number; needsUnit?: true; unit?: string | undefined }
  | { condition: string }
  | { health: 'batteryPercent' | 'batteryVoltage' | 'rssi' | 'linkQuality' }
  | { flag: keyof Health & ('batteryLow' | 'tamper') }

const SENSORS: Readonly<Record<string, Meaning>> = {
  temperature: { point: 'temperature.ambient', scale: 1 },
  humidity: { point: 'humidity.relative', scale: 1 },
  waterlevel: { point: 'water.depth', scale: 1, needsUnit: true },
  // Without its unit an energy may be Wh or kWh.
  energy: { point: 'energy.active.import', scale: 1, needsUnit: true },
  totalenergy: { point: 'energy.active.import', scale: 1, needsUnit: true },
  leak: { condition: 'water.leak' },
  waterleak: { condition: 'water.leak' },
  leakage: { condition: 'water.leak' },
  flood: { condition: 'water.leak' },
  water: { condition: 'water.leak' },
  wet: { condition: 'water.leak' },
  battery: { health: 'batteryPercent' },
  batterylevel: { health: 'batteryPercent' },
  batteryvoltage: { health: 'batteryVoltage' },
  rssi: { health: 'rssi' },
  linkquality: { health: 'linkQuality' },
  batterylow: { flag: 'batteryLow' },
  lowbattery: { flag: 'batteryLow' },
  tamper: { flag: 'tamper' },
}

/** `voltage-l1`, `Voltage_L1` and `voltagel1` are one name. */
export const plainName = (property: string) => property.toLowerCase().replace(/[-_. ]/g, '')

export function meaningOf(property: string): Meaning | undefined {
  const name = plainName(property)
  return METER_NAMES.get(name) ?? entry(SENSORS, name)
}

export function kindOfName(property: string): DeviceKind | undefined {
  const meaning = meaningOf(property)
  if (meaning && 'condition' in meaning) return 'water_leak'
  const name = plainName(property)
  return isMeterWord(name) || name.endsWith('energy') ? 'power_meter' : undefined
}
