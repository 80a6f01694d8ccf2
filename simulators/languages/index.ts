import type { DeviceKind } from '../../rules/model.ts'
import { amsReader } from './ams-reader.ts'
import { dsmrReader } from './dsmr-reader.ts'
import { homeAssistant } from './home-assistant.ts'
import { homie } from './homie.ts'
import type { Language } from './language.ts'
import { mbmd } from './mbmd.ts'
import { native } from './native.ts'
import { openMqttGateway } from './openmqttgateway.ts'
import { p1Telegram } from './p1-telegram.ts'
import { rtl433 } from './rtl433.ts'
import { shellyGen1 } from './shelly-gen1.ts'
import { shellyGen2 } from './shelly-gen2.ts'
import { tasmotaZigbee } from './tasmota-zigbee.ts'
import { tasmota } from './tasmota.ts'
import { zigbee2mqtt } from './zigbee2mqtt.ts'

/** Every language that a simulated device can speak, Shifen's own first. */
export const LANGUAGES: readonly Language[] = [
  native,
  zigbee2mqtt,
  homeAssistant,
  tasmota,
  tasmotaZigbee,
  shellyGen1,
  shellyGen2,
  rtl433,
  openMqttGateway,
  homie,
  mbmd,
  dsmrReader,
  amsReader,
  p1Telegram,
]

const byId = new Map(LANGUAGES.map((language) => [language.id, language]))

/** A language by its id; `undefined` where there is none. */
export const languageOf = (id: string): Language | undefined => byId.get(id)

/** Ids of the languages that a device of this kind can speak. */
export const languagesOf = (kind: DeviceKind): string[] =>
  LANGUAGES.filter(({ kinds }) => kinds.includes(kind)).map(({ id }) => id)
