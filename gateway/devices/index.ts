import type { Decoded } from '../../rules/model.ts'
import { rejected } from './decoded.ts'
import type { Family, Memory, Publish } from './family.ts'
import { homeAssistantBound } from './home-assistant-bound.ts'
import { homeAssistant } from './home-assistant.ts'
import { openMqttGateway } from './openmqttgateway.ts'
import { rtl433 } from './rtl433.ts'
import { shelly1 } from './shelly1.ts'
import { shelly2 } from './shelly2.ts'
import { tasmotaZigbee } from './tasmota-zigbee.ts'
import { tasmota } from './tasmota.ts'
import { decodeUnbound } from './unbound.ts'
import { zigbee2mqtt } from './zigbee2mqtt.ts'

/** Every family, asked in this order: those that know a message by its topic before those that look at its payload. */
export const families: readonly Family[] = [
  homeAssistant,
  shelly2,
  shelly1,
  openMqttGateway,
  tasmotaZigbee,
  tasmota,
  rtl433,
  zigbee2mqtt,
  homeAssistantBound,
]

const byId = new Map(families.map((family) => [family.id, family]))

export interface FamilyDecoded {
  /** `null` where no family knows the message. */
  family: Family | null
  decoded: Decoded
}

/** What a message of another family than our own says. Never throws. */
export function decodeFamily(publish: Publish, memory: Memory): FamilyDecoded {
  let family: Family | null = null
  try {
    const bound = publish.binding.family
    family = (bound === undefined ? undefined : byId.get(bound)) ?? familyOf(publish, memory)
    return { family, decoded: family === null ? decodeUnbound(publish) : family.decode(publish, memory) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { family, decoded: rejected('internal_error', `the decoder ${family?.id ?? ''} failed: ${why}`) }
  }
}

function familyOf(publish: Publish, memory: Memory): Family | null {
  for (const family of families) if (family.matches(publish, memory)) return family
  return null
}
