import type { DeviceKind } from '../../../../../rules/model.ts'
import type { AlarmView, DeviceView } from '../../api/types.ts'

/** Of a battery; `percent` is not told by every one. */
export interface Battery {
  percent: number | null
  low: boolean
}

const LOW_PERCENT = 20

/** `null`: it tells of none. */
export function batteryOf({ health, points, conditions }: DeviceView): Battery | null {
  const told = health.batteryPercent ?? points.batteryPercent?.value
  const percent = typeof told === 'number' ? told : null
  const lowTold = health.batteryLow === true || conditions['device.battery_low']?.state === 'active'
  const isKnown = percent !== null || health.batteryLow !== undefined || 'device.battery_low' in conditions
  return isKnown ? { percent, low: lowTold || (percent !== null && percent < LOW_PERCENT) } : null
}

/** How well it is heard, in the figure that it tells; `null`: it tells none. */
export function signalOf({ health }: DeviceView): { name: string; value: number; unit: string | null } | null {
  for (const [name, unit] of SIGNALS) {
    const value = health[name]
    if (typeof value === 'number') return { name, value, unit }
  }
  return null
}

const SIGNALS = [
  ['signalPercent', '%'],
  ['rssi', 'dBm'],
  ['linkQuality', '/ 255'],
] as const

const OFFLINE = ['device.offline', 'gateway.offline']
const SILENCE_RULE = /\.(silent|offline)$/

/** Whether it says nothing any more: by its own word, by an alarm that says so, or by what is set for it. */
export function isSilent(device: DeviceView, alarms: readonly AlarmView[], nowMs: number): boolean {
  if (OFFLINE.some((code) => device.conditions[code]?.state === 'active')) return true
  if (alarms.some(({ rule, active }) => active && SILENCE_RULE.test(rule))) return true
  if (device.silenceMs === null || device.lastSeenAt === null) return false
  return nowMs - Date.parse(device.lastSeenAt) > device.silenceMs
}

/** What is wrong with it now, by its own word, but for what is told elsewhere. */
export const activeConditions = ({ conditions }: DeviceView): string[] =>
  Object.keys(conditions).filter((code) => conditions[code]!.state === 'active')

/** As the address of the page says it. */
export interface DeviceFilter {
  text: string
  kind: DeviceKind | null
  silent: boolean
  low: boolean
  unplaced: boolean
}

export interface Listed {
  device: DeviceView
  alarms: readonly AlarmView[]
  silent: boolean
  battery: Battery | null
}

export function listed(
  devices: readonly DeviceView[],
  alarms: ReadonlyMap<string, readonly AlarmView[]>,
  nowMs: number,
): Listed[] {
  return devices.map((device) => {
    const its = alarms.get(device.id) ?? []
    return { device, alarms: its, silent: isSilent(device, its, nowMs), battery: batteryOf(device) }
  })
}

export function filtered(all: readonly Listed[], filter: DeviceFilter): Listed[] {
  const words = filter.text.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return all.filter(({ device, silent, battery }) => {
    if (filter.kind !== null && device.kind !== filter.kind) return false
    if (filter.silent && !silent) return false
    if (filter.low && !battery?.low) return false
    if (filter.unplaced && device.placed) return false
    if (words.length === 0) return true
    const { id, name, location, building, key } = device
    const text = [id, name, location, building, key].join('\n').toLocaleLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** What is wrong first, then what is silent, then by name. */
export function byNeed(all: readonly Listed[]): Listed[] {
  const rank = ({ alarms, silent }: Listed) => (alarms.some(({ active }) => active) ? 0 : silent ? 1 : 2)
  return [...all].sort((a, b) => rank(a) - rank(b) || a.device.name.localeCompare(b.device.name))
}

export function alarmsByDevice(alarms: readonly AlarmView[]): Map<string, AlarmView[]> {
  const found = new Map<string, AlarmView[]>()
  for (const alarm of alarms) {
    const its = found.get(alarm.device)
    if (its) its.push(alarm)
    else found.set(alarm.device, [alarm])
  }
  return found
}

export type Age = { unit: 'now' } | { unit: 'minutes' | 'hours' | 'days'; count: number }

/** In the one unit that people would say. */
export function ageOf(ms: number): Age {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return { unit: 'now' }
  if (minutes < 60) return { unit: 'minutes', count: minutes }
  if (minutes < 48 * 60) return { unit: 'hours', count: Math.floor(minutes / 60) }
  return { unit: 'days', count: Math.floor(minutes / (24 * 60)) }
}
