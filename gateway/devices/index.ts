import type { Decoded } from '../../rules/model.ts'
import { acrel } from './acrel.ts'
import { alink } from './alink.ts'
import { amsReader } from './ams-reader.ts'
import { bacnetLift } from './bacnet-lift.ts'
import { cet } from './cet.ts'
import { chirpstack } from './chirpstack.ts'
import { rejected } from './decoded.ts'
import { dlt645 } from './dlt645.ts'
import { draginoNb } from './dragino-nb.ts'
import { dsmrReader } from './dsmr-reader.ts'
import { edgelogger } from './edgelogger.ts'
import { elevatorCloud } from './elevator-cloud.ts'
import { elevatorCo } from './elevator-co.ts'
import { eleon } from './eleon.ts'
import { es1000 } from './es1000.ts'
import type { Family, Memory, Publish } from './family.ts'
import { flexypage } from './flexypage.ts'
import { gbt24476 } from './gbt24476.ts'
import { homeAssistantBound } from './home-assistant-bound.ts'
import { homeAssistant } from './home-assistant.ts'
import { homie } from './homie.ts'
import { jtc340 } from './jtc340.ts'
import { kone } from './kone.ts'
import { lorawanNetworks } from './lorawan-networks.ts'
import { mbmd } from './mbmd.ts'
import { openMqttGateway } from './openmqttgateway.ts'
import { p1Telegram } from './p1-telegram.ts'
import { rtl433 } from './rtl433.ts'
import { shelly1 } from './shelly1.ts'
import { shelly2 } from './shelly2.ts'
import { sparkplug } from './sparkplug.ts'
import { tasmotaZigbee } from './tasmota-zigbee.ts'
import { tasmota } from './tasmota.ts'
import { theThingsStack } from './the-things-stack.ts'
import { decodeUnbound } from './unbound.ts'
import { zigbee2mqtt } from './zigbee2mqtt.ts'

/** Every family, asked in this order: those that know a message by its topic before those that look at its payload. */
export const families: readonly Family[] = [
  sparkplug,
  chirpstack,
  theThingsStack,
  acrel,
  jtc340,
  es1000,
  elevatorCloud,
  gbt24476,
  bacnetLift,
  kone,
  elevatorCo,
  flexypage,
  eleon,
  mbmd,
  homie,
  dsmrReader,
  homeAssistant,
  shelly2,
  shelly1,
  openMqttGateway,
  tasmotaZigbee,
  tasmota,
  rtl433,
  zigbee2mqtt,
  // What may be on any topic is known by its payload:
  dlt645,
  draginoNb,
  alink,
  cet,
  edgelogger,
  lorawanNetworks,
  amsReader,
  p1Telegram,
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
    return { family, decoded: family === null ? decodeUnbound(publish) : named(family.decode(publish, memory)) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { family, decoded: rejected('internal_error', `the decoder ${family?.id ?? ''} failed: ${why}`) }
  }
}

function familyOf(publish: Publish, memory: Memory): Family | null {
  for (const family of families) if (family.matches(publish, memory)) return family
  return null
}

/** A family's word and a topic of the longest that pass, or a name in a payload. */
const KEY_LENGTH = 320

/** A topic with an empty level, or a payload without its id, is about no device that could be found again. */
function named(decoded: Decoded): Decoded {
  const key = decoded.device?.key
  const last = key?.at(-1)
  if (last === ':' || last === '/') {
    return rejected('invalid_shape', 'neither the topic nor the payload names a device')
  }
  const isTooLong = (each: Decoded) => each.device !== null && each.device.key.length > KEY_LENGTH
  if (!isTooLong(decoded) && decoded.others?.some(isTooLong) !== true) return decoded
  return rejected('invalid_shape', `a device's name is longer than ${KEY_LENGTH} characters`)
}
