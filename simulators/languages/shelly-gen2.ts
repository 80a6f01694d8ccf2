/**
 * Shelly's second generation and later: JSON-RPC frames on `ID/events/rpc`, whole ones after a connect and partial ones
 * for what changed, and the state of a component on `ID/status/COMPONENT`. `ts` is in seconds by the device's clock.
 */
import type { Address, Language, Packet, Speaker, Values } from './language.ts'
import { hexOf } from './names.ts'
import { hasNews, packetOf, turned } from './news.ts'

const MODEL: Readonly<Record<string, string>> = { water_leak: 'shellyfloodg4', power_meter: 'shellypro3em' }
const nameOf = (address: Address) => `${MODEL[address.kind]}-${hexOf(address, 12)}`
const PHASES = [
  ['a', 'l1'],
  ['b', 'l2'],
  ['c', 'l3'],
] as const

export const shellyGen2: Language = {
  id: 'shelly-gen2',
  kinds: ['water_leak', 'power_meter'],
  topics: () => ['+/online', '+/events/rpc', '+/status/#'],
  identity: (address) => `shelly:${nameOf(address)}`,
  tells: [
    ...['water.leak', 'device.sensor_fault', 'batteryPercent', 'batteryVoltage'],
    ...PHASES.flatMap(([, phase]) => [`voltage.${phase}`, `current.${phase}`, `power.active.${phase}`]),
    ...['current.neutral', 'power.active', 'frequency', 'energy.active.import'],
  ],
  speaker(address) {
    const parts = address.kind === 'water_leak' ? flood(address) : meter(address)
    const name = nameOf(address)
    const online = (is: boolean) => packetOf(address, `${name}/online`, String(is))
    return {
      say: (statement, occasion) =>
        statement.levelsBefore === null
          ? [online(true), ...parts.say(statement, occasion)]
          : parts.say(statement, occasion),
      will: () => online(false),
    }
  },
}

function frame(address: Address, method: string, params: Record<string, unknown>): Packet {
  const src = nameOf(address)
  return packetOf(address, `${src}/events/rpc`, { src, dst: `${src}/events`, method, params })
}

function flood(address: Address): Speaker {
  return {
    say(statement, { atMs, due }) {
      const ts = atMs / 1000
      const broken = statement.levels['device.sensor_fault'] === true
      const alarm = broken ? null : statement.levels['water.leak']
      const state = { id: 0, alarm, mute: false, errors: broken ? ['cable_unplugged'] : null }
      const packets: Packet[] = []
      const changes = statement.levelsBefore === null ? [] : turned(statement)
      for (const [code, active] of changes) {
        const event = code === 'water.leak' ? (active ? 'flood.alarm' : 'flood.alarm_off') : 'flood.cable_unplugged'
        if (code !== 'water.leak' && !active) continue
        packets.push(frame(address, 'NotifyEvent', { ts, events: [{ component: 'flood:0', id: 0, event, ts }] }))
      }
      if (changes.length > 0) packets.push(frame(address, 'NotifyStatus', { ts, 'flood:0': state }))
      if (!due && statement.levelsBefore !== null) return packets
      const values = statement.values()
      const battery = { V: values.batteryVoltage, percent: values.batteryPercent }
      const power = { id: 0, battery, external: { present: false } }
      return [...packets, frame(address, 'NotifyFullStatus', { ts, 'devicepower:0': power, 'flood:0': state })]
    },
  }
}

function meter(address: Address): Speaker {
  return {
    say(statement, occasion) {
      if (!hasNews(statement, occasion)) return []
      const values = statement.values()
      const ts = occasion.atMs / 1000
      const components = { 'em:0': em(values), 'emdata:0': { id: 0, total_act: values['energy.active.import'] } }
      const method = statement.levelsBefore === null ? 'NotifyFullStatus' : 'NotifyStatus'
      const temperature = { 'temperature:0': { id: 0, tC: values['temperature.device'] } }
      return [
        frame(address, method, { ts, ...components, ...temperature }),
        ...Object.entries(components).map(([name, content]) =>
          packetOf(address, `${nameOf(address)}/status/${name}`, content),
        ),
      ]
    },
  }
}

/** Without a supply it measures neither a factor nor a frequency. */
function em(values: Values): Record<string, unknown> {
  const state: Record<string, unknown> = { id: 0 }
  for (const [letter, phase] of PHASES) {
    const volts = Number(values[`voltage.${phase}`])
    const amperes = Number(values[`current.${phase}`])
    const watts = Number(values[`power.active.${phase}`])
    const apparent = Math.round(volts * amperes * 10) / 10
    state[`${letter}_act_power`] = watts
    state[`${letter}_aprt_power`] = apparent
    state[`${letter}_current`] = amperes
    state[`${letter}_pf`] = apparent > 0 ? Math.round((100 * watts) / apparent) / 100 : 0
    state[`${letter}_voltage`] = volts
    if (values.frequency !== undefined) state[`${letter}_freq`] = values.frequency
  }
  const amperes = PHASES.map(([, phase]) => Number(values[`current.${phase}`]))
  return {
    ...state,
    n_current: values['current.neutral'],
    total_act_power: values['power.active'],
    total_aprt_power: values['power.apparent'],
    total_current: Math.round(amperes.reduce((sum, each) => sum + each, 0) * 1000) / 1000,
  }
}
