import type { Decoded } from '../../rules/model.ts'
import { objectBody, scalarBody, scalarNumber } from './bodies.ts'
import { topicOnce } from './once.ts'
import { boundKind } from './bound.ts'
import { accepted, ignored, report } from './decoded.ts'
import { type Family, type Memory, type Publish, USUAL_SILENCE } from './family.ts'
import { decodeBridge, notOnline, onlineWord } from './zigbee2mqtt/bridge.ts'
import { about, knownDevice } from './zigbee2mqtt/models.ts'
import { isElectrical } from './zigbee2mqtt/power.ts'
import { decodeState, isStateProperty } from './zigbee2mqtt/state.ts'
import { guessedPlace, keyOf, type Place, placeOf, topicOfKey } from './zigbee2mqtt/topics.ts'

/**
 * Zigbee2MQTT: `<base>/NAME` with a device's whole cached state, `<base>/NAME/availability`, `<base>/bridge/…`; with
 * attribute output one bare value a topic. Its states carry no sequence and no time unless `last_seen` is turned on.
 */
export const zigbee2mqtt: Family = {
  id: 'zigbee2mqtt',
  matches: (publish, memory) => placeOf(publish, memory) !== null,
  decode(publish, memory) {
    const place = placeOf(publish, memory) ?? guessedPlace(publish.levels)
    if (place.rest[0] === 'bridge' && place.rest.length > 1) return decodeBridge(publish, memory, place)
    return topicOnce(decodeDevice(publish, memory, place), publish, memory, 'z2m')
  },
  silence: USUAL_SILENCE,
  command(key, command, _args, memory) {
    const kind = knownDevice(memory, key)?.kind ?? 'unknown'
    if ((kind !== 'valve' && kind !== 'unknown') || (command !== 'open' && command !== 'close')) return null
    return {
      topic: `${topicOfKey(memory, key)}/set`,
      payload: JSON.stringify({ state: command === 'open' ? 'ON' : 'OFF' }),
    }
  },
}

/** Commands to a device, seen passing. */
const COMMANDS = new Set(['set', 'get'])

function decodeDevice(publish: Publish, memory: Memory, { base, rest }: Place): Decoded {
  const last = rest.at(-1)!
  if (rest.length > 1 && last === 'availability') return decodeAvailability(publish, memory, base, rest)
  const command = rest.findIndex((level, index) => index > 0 && COMMANDS.has(level))
  if (command > 0 && command >= rest.length - 2) {
    const name = rest.slice(0, command).join('/')
    return ignored('a command to the device', { key: keyOf(memory, base, name), kind: 'unknown' })
  }
  if (rest.length > 1 && isBareValue(publish, last)) return decodeAttribute(publish, memory, base, rest)
  const key = keyOf(memory, base, rest.join('/'))
  const known = knownDevice(memory, key)
  const body = objectBody(publish, { key, kind: known?.kind ?? 'unknown' })
  return body.refusal ?? decodeState(key, body.value, known, publish.binding)
}

function decodeAvailability(publish: Publish, memory: Memory, base: string, rest: readonly string[]): Decoded {
  const key = keyOf(memory, base, rest.slice(0, -1).join('/'))
  const known = knownDevice(memory, key)
  const kind = boundKind(publish.binding, key.slice('z2m:'.length)) ?? known?.kind ?? 'unknown'
  if (publish.payload.length === 0)
    return ignored('the availability was removed: the device was renamed', { key, kind })
  const word = onlineWord(publish)
  if (word === null) return notOnline(publish)
  const decoded = accepted(key, kind, about(known))
  report(decoded, 'device.offline', word === 'offline', word)
  decoded.health.online = word === 'online'
  return decoded
}

/** Attribute output: one bare value, where otherwise a JSON object would be; nothing is known by the property. */
function isBareValue(publish: Publish, property: string): boolean {
  const text = publish.text()?.trimStart() ?? ''
  if (text === '') return isStateProperty(property) || isElectrical(property)
  return text[0] !== '{' && text[0] !== '['
}

const LITERALS = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['', null],
])

function decodeAttribute(publish: Publish, memory: Memory, base: string, rest: readonly string[]): Decoded {
  const property = rest.at(-1)!
  const key = keyOf(memory, base, rest.slice(0, -1).join('/'))
  const known = knownDevice(memory, key)
  const device = { key, kind: known?.kind ?? ('unknown' as const) }
  // A device whose name has a slash, and whose state was encoded twice.
  if (/^\s*"\s*[{[]/.test(publish.text() ?? '')) return objectBody(publish, device).refusal!
  if (!isStateProperty(property) && !isElectrical(property)) {
    return ignored(`the property ${property.slice(0, 40)} is none of ours`, device)
  }
  const body = scalarBody(publish, device)
  if (body.refusal) return body.refusal
  const text = body.value.replace(/^"(.*)"$/, '$1')
  const value = LITERALS.has(text) ? LITERALS.get(text) : scalarNumber(text)
  return decodeState(key, { [property]: value }, known, publish.binding)
}
