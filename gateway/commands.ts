import type { CarryCommand, Carried, Device, Recall } from '../rules/model.ts'
import type { Family, Memory } from './devices/family.ts'
import { families } from './devices/index.ts'
import { formatTopic } from './topics.ts'

const NATIVE_KEY = 'native:'

type Told = Parameters<CarryCommand>[1]

/** Our own JSON for devices that speak it, their family's own form for all others. Never throws. */
export function carryThrough(known: readonly Family[]): CarryCommand {
  const byId = new Map(known.map((family) => [family.id, family]))
  return (device, told, recall) => {
    if (device.identity === null || device.identity.startsWith(NATIVE_KEY)) return native(device, told)
    const family = device.family === null ? undefined : byId.get(device.family)
    return foreign(device, device.identity, told, family, recall)
  }
}

export const carryCommand = carryThrough(families)

/**
 * A device that was added by hand has its own login and is called in its topics as it is here; one that was discovered
 * keeps the name that its key tells.
 */
function native({ id, identity, site, gateway }: Device, { id: commandId, command, args }: Told): Carried {
  // The key of a device whose name two sites use begins with its site.
  const device = identity?.slice(NATIVE_KEY.length).replace(/^.*\//, '') ?? id
  const topic = formatTopic({ site, device, channel: 'command' })
  const body = { id: commandId, command, ...(Object.keys(args).length === 0 ? {} : { args }) }
  return { ok: true, sending: { gateway, message: { topic, payload: JSON.stringify(body) } } }
}

function foreign(
  { family: familyId, gateway }: Device,
  key: string,
  { command, args }: Told,
  family: Family | undefined,
  recall: Recall,
): Carried {
  if (family?.command === undefined) {
    return { ok: false, reason: `devices of the family ${familyId} take no commands through Shifen` }
  }
  try {
    const message = family.command(key, command, args, lookOnly(recall, gateway ?? ''))
    if (message !== null) return { ok: true, sending: { gateway, message } }
    return { ok: false, reason: `the family ${family.id} has no message for ${command} to ${key}` }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { ok: false, reason: `the family ${family.id} failed to write ${command}: ${why}` }
  }
}

/** What a family remembers, to be looked at: a command is no message of the device and teaches nothing. */
function lookOnly(recall: Recall, source: string): Memory {
  return {
    get: <T>(key: string) => recall(source, key) as T | undefined,
    set: () => undefined,
  }
}
