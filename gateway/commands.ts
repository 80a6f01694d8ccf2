import type { CarryCommand, Carried, Recall } from '../rules/model.ts'
import type { Memory } from './devices/family.ts'
import { families } from './devices/index.ts'
import { formatTopic } from './topics.ts'

const byId = new Map(families.map((family) => [family.id, family]))
const NATIVE_KEY = 'native:'

/**
 * The message that carries a command: our own JSON for devices that speak it, a family's own form for those that were
 * discovered. A device that was added by hand has its own login and is called in its topics as it is here; one that was
 * discovered keeps the name that its key tells.
 */
export const carryCommand: CarryCommand = (device, { id, command, args }, recall) => {
  const { identity, site, gateway } = device
  if (identity === null || identity.startsWith(NATIVE_KEY)) {
    const topic = formatTopic({ site, device: identity?.slice(NATIVE_KEY.length) ?? device.id, channel: 'command' })
    const body = { id, command, ...(Object.keys(args).length === 0 ? {} : { args }) }
    return { ok: true, sending: { gateway, message: { topic, payload: JSON.stringify(body) } } }
  }
  const family = device.family === null ? undefined : byId.get(device.family)
  const none: Carried = { ok: false, reason: `devices of the family ${device.family} take no commands through Shifen` }
  if (family?.command === undefined) return none
  try {
    const message = family.command(identity, command, args, memoryOf(recall, gateway ?? ''))
    if (message !== null) return { ok: true, sending: { gateway, message } }
    return { ok: false, reason: `the family ${family.id} has no message for ${command} to ${identity}` }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { ok: false, reason: `the family ${family.id} failed to write ${command}: ${why}` }
  }
}

/** What a family remembers, to be looked at: a command is no message of the device and teaches nothing. */
function memoryOf(recall: Recall, source: string): Memory {
  return {
    get: <T>(key: string) => recall(source, key) as T | undefined,
    set: () => undefined,
  }
}
