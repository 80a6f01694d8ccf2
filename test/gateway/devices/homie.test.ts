import { describe, expect, it } from 'vitest'
import { listener, points, restarted, states } from '../../support/families.ts'

describe('Homie', () => {
  it.each([
    ['voltagel1', '228.6', 'voltage.l1', 228.6],
    ['voltage-l2', '228.6', 'voltage.l2', 228.6],
    ['L3_Current', '1.5', 'current.l3', 1.5],
    ['power', '-20', 'power.active', -20],
    ['import', '1.5', 'energy.active.import', 1_500],
    ['temperature', '21.5', 'temperature.ambient', 21.5],
  ])('%s %s is %s', (property, text, point, value) => {
    expect(points(listener().hear(`homie/dev/node/${property}`, text))).toEqual({ [point]: value })
    expect(points(listener().hear(`homie/5/dev/node/${property}`, text))).toEqual({ [point]: value })
  })

  it.each([
    ['kWh', 'import', '2', { 'energy.active.import': 2_000 }],
    ['Wh', 'import', '2', { 'energy.active.import': 2 }],
    ['kW', 'power', '2', { 'power.active': 2_000 }],
    ['mA', 'current', '2', { 'current.l1': 0.002 }],
    ['%', 'powerfactor', '95', { power_factor: 0.95 }],
    ['', 'powerfactor', '0.95', { power_factor: 0.95 }],
    ['°F', 'temperature', '212', { 'temperature.ambient': 100 }],
    ['Wh', 'energy', '7', { 'energy.active.import': 7 }],
    ['°C', 'voltage', '230', {}],
  ])('in %j %s %s', (unit, property, text, expected) => {
    const first = listener()
    first.hear(`homie/dev/node/${property}/$unit`, unit)
    expect(points(restarted(first).hear(`homie/dev/node/${property}`, text))).toEqual(expected)
  })

  it('an energy without a unit is not guessed', () => {
    expect(listener().hear('homie/dev/node/energy', '7')).toMatchObject({
      measurements: [],
      warnings: ['unit_unknown:energy'],
      device: { kind: 'power_meter' },
    })
  })

  it.each([
    ['true', 'active'],
    ['false', 'cleared'],
    ['unavailable', 'unknown'],
  ])('a leak that is %s is %s', (text, state) => {
    const decoded = listener().hear('homie/dev/sensor/water-leak', text)
    expect(states(decoded)).toEqual([`water.leak ${state}`])
    expect(decoded.device?.kind).toBe('water_leak')
  })

  it('health of the device', () => {
    const hear = (property: string, text: string) => listener().hear(`homie/dev/node/${property}`, text)
    expect(hear('battery', '80').health).toEqual({ batteryPercent: 80 })
    expect(hear('tamper', 'true')).toMatchObject({ health: { tamper: true } })
    expect(states(hear('battery-low', 'true'))).toEqual(['device.battery_low active'])
    expect(listener().hear('homie/dev/$stats/signal', '70').health).toEqual({ signalPercent: 70 })
    expect(listener().hear('homie/dev/$stats/uptime', '70').disposition).toBe('ignore')
  })

  it.each([
    ['init', ['device.offline cleared'], true],
    ['ready', ['device.offline cleared', 'device.alert cleared'], true],
    ['alert', ['device.offline cleared', 'device.alert active'], true],
    ['lost', ['device.offline active'], false],
    ['disconnected', ['device.offline active'], false],
    ['sleeping', [], undefined],
    ['__proto__', [], undefined],
  ])('state %s', (state, expected, online) => {
    const decoded = listener().hear('homie/dev/$state', state, { retain: true })
    expect(states(decoded)).toEqual(expected)
    expect(decoded.health.online).toBe(online)
  })

  it('in Homie 5 being ready ends no alert', () => {
    expect(states(listener().hear('homie/5/dev/$state', 'ready'))).toEqual(['device.offline cleared'])
  })

  it('an alert stands until the last one is solved, also over a restart', () => {
    const first = listener()
    first.hear('homie/5/dev/$alert/battery', 'low')
    first.hear('homie/5/dev/$alert/probe', 'cable')
    const second = restarted(first)
    expect(second.hear('homie/5/dev/$alert/battery', '').conditions).toEqual([
      { code: 'device.alert', state: 'active', native: 'probe' },
    ])
    expect(states(second.hear('homie/5/dev/$alert/probe', ''))).toEqual(['device.alert cleared'])
  })

  it('a description teaches units, kind, and who is behind the device', () => {
    const first = listener()
    const nodes = { meter: { properties: { power: { unit: 'kW', datatype: 'float' } } } }
    const described = first.hear('homie/5/hub/$description', { homie: '5.0', nodes, children: ['leak-1', 3] })
    expect(described).toMatchObject({ disposition: 'ignore', device: { kind: 'power_meter' } })
    const second = restarted(first)
    expect(points(second.hear('homie/5/hub/meter/power', '1.5'))).toEqual({ 'power.active': 1_500 })
    expect(second.hear('homie/5/hub/$state', 'lost')).toMatchObject({
      unreachable: ['homie:leak-1'],
      device: { key: 'homie:hub', kind: 'power_meter' },
    })
  })

  it.each([
    ['homie/dev/$name', 'Meter'],
    ['homie/dev/node/$properties', 'voltagel1,powerl1'],
    ['homie/dev/node/power/$datatype', 'float'],
    ['homie/dev/node/power/set', '5'],
    ['homie/5/dev/node/power/$target', '5'],
    ['homie/$broadcast/alert', 'fire'],
    ['homie/5/$broadcast/alert', 'fire'],
    ['homie/5/dev/$log/warn', 'x'],
    ['homie/5/dev/$description', ''],
    ['homie/dev/node/power', ''],
    ['homie/dev/$state', ''],
  ])('%s is passed over', (topic, text) => expect(listener().hear(topic, text).disposition).toBe('ignore'))

  it('below a prefix of the site, which keeps its devices apart from those of others', () => {
    const { hear } = listener()
    hear('b2/homie/5/hub/$description', { nodes: {}, children: ['leak-1'] })
    const lost = hear('b2/homie/5/hub/$state', 'lost')
    expect(lost).toMatchObject({ device: { key: 'homie:b2/hub' }, unreachable: ['homie:b2/leak-1'] })
    const leak = hear('/b2/homie/leak-1/sensor/leak', 'true')
    expect(leak.device).toEqual({ key: 'homie:b2/leak-1', kind: 'water_leak' })
    expect(states(leak)).toEqual(['water.leak active'])
    expect(hear('b2/homie/$broadcast/alert', 'fire').disposition).toBe('ignore')
  })

  it('learns what kind it is and writes nothing that it knows', () => {
    const first = listener()
    first.hear('homie/dev/node/$properties', 'voltagel1,powerl1')
    const kept = first.memory.get('homie:device:dev')
    first.hear('homie/dev/node/powerl1', '4')
    expect(first.memory.get('homie:device:dev')).toBe(kept)
    expect(first.hear('homie/dev/$state', 'ready').device?.kind).toBe('power_meter')
  })

  it('what a site says goes first', () => {
    const binding = { kind: { dev: 'elevator' as const }, fields: { 'car/stop': 'condition:elevator.emergency_stop' } }
    const decoded = listener().hear('homie/dev/car/stop', 'true', { binding })
    expect(states(decoded)).toEqual(['elevator.emergency_stop active'])
    expect(decoded.device?.kind).toBe('elevator')
  })

  it.each([
    ['voltage.l1 (kV)', '0.23', { 'voltage.l1': 230 }],
    ['voltage.l1', '230', { 'voltage.l1': 230 }],
    ['voltage.l1 (kWh)', '230', {}],
  ])('what a site calls %s', (target, text, expected) => {
    const decoded = listener().hear('homie/dev/node/x', text, { binding: { fields: { x: target } } })
    expect(points(decoded)).toEqual(expected)
  })

  it('a thousand units are not kept', () => {
    const { hear, memory } = listener()
    for (let index = 0; index < 1_000; index++) hear(`homie/dev/node/p${index}/$unit`, 'V')
    expect(Object.keys(memory.get<{ units: object }>('homie:device:dev')!.units)).toHaveLength(200)
  })

  it.each([
    ['nan', 'invalid_value'],
    ['[1]', 'invalid_shape'],
  ])('%s is refused as %s', (text, reason) => {
    expect(listener().hear('homie/dev/node/power', text)).toMatchObject({ disposition: 'reject', reason })
  })

  it('the same value within seconds is a duplicate', () => {
    const { hear } = listener()
    expect(hear('homie/dev/node/power', '4').disposition).toBe('accept')
    expect(hear('homie/dev/node/power', '4', { afterMs: 500 }).disposition).toBe('duplicate')
    expect(hear('homie/dev/node/power', '4', { afterMs: 6_000 }).disposition).toBe('accept')
  })
})
