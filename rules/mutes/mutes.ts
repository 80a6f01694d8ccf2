import { type Alarm, type Mute, MUTE_KINDS } from '../model.ts'
import type { DeviceRecord } from '../world.ts'

/** What mutes an alarm of a device now: the strongest of all that are in force, `null` where none is. */
export function mutes(alarm: Alarm, record: DeviceRecord, all: Iterable<Mute>, now: number): Mute | null {
  let strongest: Mute | null = null
  for (const mute of all) {
    if (!isInForce(mute, now) || !concerns(mute, alarm, record)) continue
    if (strongest === null || rank(mute) < rank(strongest)) strongest = mute
  }
  return strongest
}

const rank = ({ kind }: Mute) => MUTE_KINDS.indexOf(kind)

export function isInForce({ from, until, endedAt }: Mute, now: number): boolean {
  return endedAt === null && from <= now && (until === null || now < until)
}

/** An alarm that suppresses others is not among them. */
export function concerns(mute: Mute, alarm: Alarm, { device, state }: DeviceRecord): boolean {
  const { building, zone, device: id, category, rules, behind, drill } = mute.over
  if (mute.site !== alarm.site || (mute.kind === 'suppressed' && mute.alarm === alarm.id)) return false
  if (drill !== undefined && drill !== alarm.drill) return false
  if (id !== undefined && id !== alarm.device) return false
  if (building !== undefined && building !== device.building) return false
  if (zone !== undefined && zone !== device.zone) return false
  if (category !== undefined && category !== alarm.category) return false
  if (rules !== undefined && !rules.some((pattern) => matches(pattern, alarm.rule))) return false
  if (behind === undefined) return true
  if (device.kind === 'gateway' || behind.gateway !== device.gateway || behind.family !== device.family) return false
  return !behind.unreachableOnly || state.health.online === false
}

/** `*` stands for any text at the beginning or the end. */
export function matches(pattern: string, rule: string): boolean {
  if (pattern.startsWith('*')) return rule.endsWith(pattern.slice(1))
  if (pattern.endsWith('*')) return rule.startsWith(pattern.slice(0, -1))
  return rule === pattern
}

/** Whether it begins, ends or is to be reminded of by now. */
export function isMuteDue({ from, until, begunAt, endedAt, remindAt }: Mute, now: number): boolean {
  if (endedAt !== null) return false
  const begins = begunAt === null && from <= now
  return begins || (until !== null && until <= now) || (remindAt !== null && remindAt <= now)
}

/** When it next begins, ends or is to be reminded of; `Infinity`: never. */
export function nextMuteDue({ from, until, begunAt, endedAt, remindAt }: Mute): number {
  if (endedAt !== null) return Infinity
  return Math.min(begunAt === null ? from : Infinity, until ?? Infinity, remindAt ?? Infinity)
}
