import { expect, it } from 'vitest'
import { decodeExample } from '../../gateway/example.ts'

const message = (topic: string, content: unknown) => ({
  topic,
  payload: Buffer.from(JSON.stringify(content)),
  retain: false,
})

it.each([
  ['zigbee2mqtt/leak', { water_leak: false }, 'zigbee2mqtt/leak/availability', { state: 'offline' }, 'water_leak'],
  ['house/m/status/em:0', { a_voltage: 230 }, 'house/m/online', false, 'power_meter'],
  ['shellies/cellar/sensor/flood', true, 'shellies/cellar/sensor/battery', 80, 'water_leak'],
  ['zigbee2mqtt/leak', { water_leak: false }, 'zigbee2mqtt/other/availability', { state: 'offline' }, 'unknown'],
])('after %s %j, %s %j is of a %s', (topic, content, nextTopic, next, kind) => {
  const preceding = [message(topic, content)]
  const said = decodeExample({ message: message(nextTopic, next), preceding, binding: {}, receivedAt: 1e12 })
  expect(said.device?.kind).toBe(kind)
})
