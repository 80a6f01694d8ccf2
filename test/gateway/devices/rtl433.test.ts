import { describe, expect, it } from 'vitest'
import { listener, states, values } from '../../support/listener.ts'

const TOPIC = 'rtl_433/host/events'
const burst = (content: object) => ({ time: '2026-11-23 10:00:00', model: 'M', id: 7, ...content })
const hear = (content: object) => listener().hear(TOPIC, burst(content))

describe('bursts', () => {
  it.each([
    [{ detect_wet: 1 }, { 'water.leak': 'active' }, 'water_leak'],
    [{ detect_wet: 0 }, { 'water.leak': 'cleared' }, 'water_leak'],
    [{ leak: null }, { 'water.leak': 'unknown' }, 'water_leak'],
    [{ event: 'Water Leak' }, { 'water.leak': 'active' }, 'water_leak'],
    [{ event: 'Button Press' }, { 'device.test_button': 'pulse' }, 'unknown'],
    [{ event: 'Battery Report' }, {}, 'unknown'],
    [{ battery_ok: 0 }, { 'device.battery_low': 'active' }, 'unknown'],
    [{ battery_ok: 1 }, { 'device.battery_low': 'cleared' }, 'unknown'],
    [{ tamper: 1 }, { 'device.tamper': 'active' }, 'unknown'],
  ])('%j', (content, expected, kind) => {
    const decoded = hear(content)
    expect(states(decoded)).toEqual(expected)
    expect(decoded.device).toEqual({ key: 'rtl433:M/7', kind, model: 'M' })
  })

  it.each([
    [
      { temperature_C: 20, temperature_F: 99, humidity: 40 },
      { 'temperature.ambient': 20, 'humidity.relative': 40 },
    ],
    [{ temperature_F: 68 }, { 'temperature.ambient': 20 }],
    [{ rain_mm: 5 }, { 'rain.amount': 5 }],
    [{ rain_in: 1 }, { 'rain.amount': 25.4 }],
    [
      { power_W: 100, energy_kWh: 2 },
      { 'power.active': 100, 'energy.active.import': 2000 },
    ],
  ])('%j', (content, expected) => expect(values(hear(content))).toEqual(expected))

  it('a leak sensor whose model has no word for it', () => {
    const burst = { model: 'Fineoffset-WH55', id: 'A1B2C', channel: 1, battery_ok: 0.8, raw_value: 12, alarm: 1 }
    const { device, conditions, health } = listener().hear('rtl_433/host/events', burst)
    expect(device).toMatchObject({ key: 'rtl433:Fineoffset-WH55/A1B2C', kind: 'water_leak' })
    expect(conditions.filter(({ state }) => state === 'active')).toEqual([])
    expect(health.batteryPercent).toBe(80)
  })

  it('a leak sensor that reports its battery is a leak sensor', () => {
    const decoded = hear({ model: 'Govee-Water', event: 'Battery Report', battery_mV: 2900 })
    expect(decoded).toMatchObject({ device: { kind: 'water_leak' }, health: { batteryVoltage: 2.9 } })
  })

  it('copies of one burst are one within five seconds, also after a restart', () => {
    const before = listener()
    const say = (to: typeof before, code: string, afterMs: number) =>
      to.hear(TOPIC, burst({ event: 'Water Leak', code, rssi: afterMs }), { afterMs }).disposition
    expect([say(before, 'a', 1), say(before, 'a', 10)]).toEqual(['accept', 'duplicate'])
    const after = before.restarted()
    after.hear('rtl_433/host/availability', 'online', { afterMs: 100 })
    expect(say(after, 'a', 100)).toBe('duplicate')
    expect(say(after, 'a', 6_000)).toBe('accept')
  })

  it.each([
    ['without a code', {}],
    ['each with its code', { 1: 'a1', 0: 'a0' }],
  ])('%s wet, dry, wet are three', (_, codes: Record<number, string>) => {
    const { hear: listen } = listener()
    const say = (detect_wet: number, rssi: number) =>
      listen(TOPIC, burst({ detect_wet, rssi, code: codes[detect_wet] }), { afterMs: 300 }).disposition
    expect([say(1, -1), say(1, -2), say(0, -3), say(1, -4)]).toEqual(['accept', 'duplicate', 'accept', 'accept'])
  })

  it('times', () => {
    const at = (time: unknown, timezone?: string) =>
      listener().hear(TOPIC, burst({ time }), { binding: timezone === undefined ? {} : { timezone } }).time
    expect(at('2026-11-23 10:00:00', 'Asia/Shanghai').device).toBe(Date.UTC(2026, 10, 23, 2))
    expect(at('2026-11-23T10:00:00+0800')).toMatchObject({ device: Date.UTC(2026, 10, 23, 2), basis: 'offset' })
    expect(at('1795399200.5')).toMatchObject({ device: 1_795_399_200_500, basis: 'epoch_s' })
    expect(at('@1.5s')).toMatchObject({ device: null, basis: 'none' })
  })
})

describe('topics', () => {
  it.each([
    ['rtl_433/host/devices/Govee-Water/6845/event', 'Water Leak', { 'water.leak': 'active' }],
    ['rtl_433/host/devices/M/A/7/battery_ok', '0', { 'device.battery_low': 'active' }],
    ['/house/devices/rtl_433/host/devices/M/7/event', 'Water Leak', { 'water.leak': 'active' }],
  ])('%s', (topic, text, expected) => {
    const decoded = listener().hear(topic, text)
    expect(states(decoded)).toEqual(expected)
    expect(decoded.device?.key).toMatch(/^rtl433:(Govee-Water\/6845|M\/7)$/)
  })

  it('its base behind levels of the site tells enough', () => {
    const wet = { model: 'Govee-Water', id: 6845, event: 'Water Leak' }
    expect(states(listener().hear('house/rtl_433/host/events', wet))).toEqual({ 'water.leak': 'active' })
  })

  it('a base of its own', () => {
    expect(listener().familyOf('radio/events', burst({ mic: 'CRC' }))).toBe('rtl433')
    expect(listener().familyOf('radio/events', { model: 'M' })).toBeNull()
    expect(listener().familyOf('lift/events', burst({ event: 'stop' }))).toBeNull()
  })

  it.each(['rtl_433/host', 'house/rtl_433/host'])('the end of %s leaves what it heard out of reach', (base) => {
    expect(listener().hear(`${base}/availability`, 'offline')).toMatchObject({
      device: { key: 'rtl433:host', kind: 'gateway' },
      conditions: [{ code: 'gateway.offline', state: 'active' }],
      unreachable: ['rtl433:*'],
    })
  })

  it.each([
    ['rtl_433/host/events', '{"time":"x"}', 'ignore'],
    ['rtl_433/host/events', '{"model":', 'reject'],
    ['rtl_433/host/events', '[]', 'reject'],
    ['rtl_433/host/devices/M/7/time', 'x', 'ignore'],
    ['rtl_433/host/devices/M/7/temperature_C', 'nan', 'reject'],
    ['rtl_433/host/availability', 'x', 'reject'],
  ])('%s %s is %s', (topic, text, disposition) => {
    expect(listener().hear(topic, text).disposition).toBe(disposition)
  })
})
