import { describe, expect, it } from 'vitest'
import { listener, states, values } from '../../support/listener.ts'

const BASE = 'home/OpenMQTTGateway'

describe('OpenMQTTGateway', () => {
  it('Bluetooth sensors by their address', () => {
    const body = {
      id: 'A4:C1:38:00:00:01',
      model_id: 'LYWSD03MMC',
      tempc: '19.2',
      hum: 50,
      batt: 70,
      volt: 2.8,
      rssi: -70,
    }
    const decoded = listener().hear(`${BASE}/BTtoMQTT/A4C138000001`, body)
    expect(decoded.device).toEqual({ key: 'omg:A4C138000001', kind: 'unknown', model: 'LYWSD03MMC' })
    expect(values(decoded)).toEqual({ 'temperature.ambient': 19.2, 'humidity.relative': 50 })
    expect(decoded.health).toEqual({ batteryPercent: 70, batteryVoltage: 2.8, rssi: -70 })
    expect(listener().hear(`${BASE}/BTtoMQTT`, body).device?.key).toBe('omg:A4C138000001')
  })

  it('what rtl_433 decodes inside it', () => {
    const body = { model: 'Govee-Water', id: 6845, event: 'Water Leak', code: 'e5' }
    const decoded = listener().hear(`${BASE}/RTL_433toMQTT/Govee-Water/6845`, body)
    expect(decoded.device).toMatchObject({ key: 'omg:Govee-Water/6845', kind: 'water_leak' })
    expect(states(decoded)).toEqual({ 'water.leak': 'active' })
    expect(decoded.warnings).toEqual(['no_clear_event'])
  })

  it('a bare code means what the site says', () => {
    const body = { value: 5_592_405, protocol: 1 }
    expect(listener().hear(`${BASE}/433toMQTT`, body)).toMatchObject({
      device: { key: 'omg:433/5592405' },
      conditions: [],
      warnings: ['topic_not_bound'],
    })
    const binding = { codes: { '5592405': 'water.leak' }, kind: 'water_leak' as const }
    expect(states(listener().hear(`${BASE}/433toMQTT`, body, { binding }))).toEqual({ 'water.leak': 'pulse' })
  })

  it('doors', () => {
    expect(states(listener().hear(`${BASE}/BTtoMQTT/AA`, { open: true }))).toEqual({ 'door.open': 'active' })
  })

  it('its will', () => {
    expect(listener().hear(`${BASE}/LWT`, 'offline')).toMatchObject({
      device: { key: 'omg:OpenMQTTGateway', kind: 'gateway' },
      health: { online: false },
      unreachable: ['omg:*'],
    })
  })

  it.each([
    ['SYStoMQTT', '{"uptime":1}', 'ignore'],
    ['commands/MQTTtoBT/config', '{}', 'ignore'],
    ['BTtoMQTT/AA', '', 'ignore'],
    ['BTtoMQTT/AA', '{', 'reject'],
    ['BTtoMQTT/AA', '"{}"', 'reject'],
    ['LWT', 'asleep', 'reject'],
  ])('%s %s is %s', (topic, text, disposition) => {
    expect(listener().hear(`${BASE}/${topic}`, text).disposition).toBe(disposition)
  })
})
