import { nextDueAt } from './alarms/evaluate.ts'
import type { Ruleset } from './alarms/ruleset.ts'
import type { DeviceRecord, World } from './world.ts'

/**
 * When each device is next due, so that a check is one comparison a device and not a look at its alarms and rules.
 * Made from the cache and thus from its rows: a start makes it anew.
 */
export interface DueDevices {
  /** After the commit of whatever touched the device. */
  changed(record: DeviceRecord): void
  /** Ids of the devices with something that is due. */
  at(now: number): string[]
}

export function createDueDevices(world: Readonly<World>): DueDevices {
  const dueAt = new Map<string, number>()
  let rules: Ruleset | null = null

  function changed({ device, state, alarms }: DeviceRecord): void {
    const next = device.retiredAt === null ? nextDueAt(device, state, alarms, world.rules) : null
    if (next === null) dueAt.delete(device.id)
    else dueAt.set(device.id, next)
  }

  return {
    changed,
    at(now) {
      if (rules !== world.rules) {
        rules = world.rules
        for (const record of world.devices.values()) changed(record)
      }
      const due: string[] = []
      for (const [id, next] of dueAt) if (next <= now) due.push(id)
      return due
    },
  }
}
