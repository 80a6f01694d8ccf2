import { expect, it } from 'vitest'
import { listener } from '../../../support/listener.ts'

it.each([
  ['/zigbee2mqtt/leak', 'z2m:leak'],
  ['zigbee2mqtt/basement/pump room/leak 1', 'z2m:basement/pump room/leak 1'],
  ['home/zigbee2mqtt/leak', 'z2m:leak'],
  ['tower 2/zigbee2mqtt/厨房/水浸', 'z2m:厨房/水浸'],
])('%s is %s', (topic, key) => {
  const decoded = listener().hear(topic, { water_leak: true })
  expect(decoded).toMatchObject({ disposition: 'accept', device: { key, kind: 'water_leak' } })
})

it('a base that ends the topic holds no device', () => {
  expect(listener().familyOf('home/zigbee2mqtt', { water_leak: true })).toBeNull()
})
