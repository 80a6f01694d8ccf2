import { isKnownSilent, isNewlySilent, silenceEndsAt } from './alarms/silence.ts'
import type { Surroundings } from './alarms/surroundings.ts'
import type { Ruleset } from './alarms/ruleset.ts'
import type { DeviceRecord, World } from './world.ts'
import { draftOf } from './world.ts'
import { MINUTE_MS } from './model.ts'

/**
 * When each device is next due, so that a check is one comparison a device and not a look at its alarms and rules.
 * Made from the cache and thus from its rows: a start makes it anew.
 */
export interface DueDevices {
  /** After the commit of whatever touched the device. */
  changed(record: DeviceRecord): void
  /** Ids of the devices with something that is due, those first whose alarms suppress others: these are muted then. */
  at(now: number): string[]
  /** When `at` next finds one; `Infinity`: never. */
  next(now: number): number
}

export function createDueDevices(world: Readonly<World>): DueDevices {
  const dueAt = new Map<string, number>()
  let rules: Ruleset | null = null

  function changed(record: DeviceRecord): void {
    const next = record.device.retiredAt === null ? nextDueAt(record, world) : null
    if (next === null) dueAt.delete(record.device.id)
    else dueAt.set(record.device.id, next)
  }

  function followRules(): void {
    if (rules === world.rules) return
    rules = world.rules
    for (const record of world.devices.values()) changed(record)
  }

  return {
    changed,
    at(now) {
      followRules()
      const surroundings = draftOf(world)
      const [parents, others]: [string[], string[]] = [[], []]
      for (const [id, next] of dueAt) {
        if (next <= now && isDue(world, surroundings, id, now)) (suppresses(world, id) ? parents : others).push(id)
      }
      return [...parents, ...others]
    },
    next(now) {
      followRules()
      const surroundings = draftOf(world)
      let soonest = Infinity
      dueAt.forEach((next, id) => {
        if (next >= soonest) return
        // What is held back by a window or by others is asked again with each minute that begins.
        const heldBack = next <= now && !isDue(world, surroundings, id, now)
        soonest = Math.min(soonest, heldBack ? nextMinute(now) : next)
      })
      return soonest
    },
  }
}

const nextMinute = (now: number) => (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS

/**
 * When time alone next changes something at a device: a delay, hold or silence runs out. `null`: nothing runs.
 * Silences that had come by `seenAt` are left out.
 */
export function nextDueAt(
  { device, state, alarms }: DeviceRecord,
  { rules, downtimes }: Pick<World, 'rules' | 'downtimes'>,
  seenAt = -Infinity,
): number | null {
  let next = Infinity
  for (const { dueAt } of alarms.values()) if (dueAt !== null && dueAt < next) next = dueAt
  for (const compiled of rules.silence(device)) {
    if (isKnownSilent(compiled, alarms)) continue
    const end = silenceEndsAt(compiled, device, state, downtimes)
    if (end !== null && end + 1 > seenAt && end + 1 < next) next = end + 1
  }
  return next === Infinity ? null : next
}

/** A silence whose rule has windows waits until one opens, and until others agree. */
function isDue(world: Readonly<World>, surroundings: Surroundings, id: string, now: number): boolean {
  const record = world.devices.get(id)
  if (!record) return false
  for (const { dueAt } of record.alarms.values()) if (dueAt !== null && dueAt <= now) return true
  const sight = { ...record, now, rules: world.rules, surroundings }
  return world.rules.silence(record.device).some((each) => isNewlySilent(each, sight, record.alarms))
}

function suppresses({ devices, rules }: World, id: string): boolean {
  const record = devices.get(id)
  if (!record) return false
  for (const { rule } of record.alarms.values()) if (rules.byId.get(rule)?.rule.suppresses) return true
  return rules.silence(record.device).some(({ rule }) => rule.suppresses)
}
