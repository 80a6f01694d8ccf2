/**
 * Shelly's first generation: one topic per value, as text. A flood sensor sleeps; it wakes for water and for its
 * report, says everything, and the broker then says its will: `false` is what a sleeping one looks like.
 */
import type { Address, Language, Packet, Speaker, Values } from './language.ts'
import { hexOf } from './names.ts'
import { hasNews, packetOf } from './news.ts'

const MODEL: Readonly<Record<string, string>> = { water_leak: 'shellyflood', power_meter: 'shellyem3' }
const nameOf = (address: Address) => `${MODEL[address.kind]}-${hexOf(address, 6).toUpperCase()}`

export const shellyGen1: Language = {
  id: 'shelly-gen1',
  kinds: ['water_leak', 'power_meter'],
  topics: () => ['shellies/#'],
  identity: (address) => `shelly:${nameOf(address)}`,
  tells: [
    ...['water.leak', 'batteryPercent', 'temperature.ambient'],
    ...['l1', 'l2', 'l3'].flatMap((phase) => [`voltage.${phase}`, `current.${phase}`, `power.active.${phase}`]),
  ],
  speaker: (address) => (address.kind === 'water_leak' ? flood(address) : emeter(address)),
}

const saying = (address: Address) => (topic: string, content: unknown) =>
  packetOf(address, `shellies/${nameOf(address)}/${topic}`, String(content))

function flood(address: Address): Speaker {
  const say = saying(address)
  return {
    say(statement, occasion) {
      if (!hasNews(statement, occasion)) return []
      const values = statement.values()
      const { 'temperature.ambient': celsius } = values
      const reasons = statement.levelsBefore === null ? ['poweron'] : occasion.due ? ['periodic'] : ['alarm']
      return [
        say('online', true),
        say('sensor/temperature', celsius),
        say('sensor/flood', statement.levels['water.leak']),
        say('sensor/battery', values.batteryPercent),
        say('sensor/act_reasons', JSON.stringify(reasons)),
        say('online', false),
      ]
    },
    will: () => say('online', false),
  }
}

/** Counts from when it was put in; `energy` is in watt-minutes since the last report. */
function emeter(address: Address): Speaker {
  const say = saying(address)
  let firstMs: number | null = null
  let lastMs = 0
  const totalWh = [0, 0, 0]
  const phaseWords = (values: Values, elapsedMs: number): Packet[] =>
    ['l1', 'l2', 'l3'].flatMap((phase, index) => {
      const watts = Number(values[`power.active.${phase}`])
      const voltAmperes = Number(values[`voltage.${phase}`]) * Number(values[`current.${phase}`])
      totalWh[index]! += (watts * elapsedMs) / 3_600_000
      const words = {
        power: watts.toFixed(2),
        pf: (voltAmperes > 0 ? Math.min(1, watts / voltAmperes) : 0).toFixed(2),
        current: Number(values[`current.${phase}`]).toFixed(2),
        voltage: Number(values[`voltage.${phase}`]).toFixed(2),
        total: totalWh[index]!.toFixed(1),
        total_returned: '0.0',
      }
      return Object.entries(words).map(([word, text]) => say(`emeter/${index}/${word}`, text))
    })
  return {
    say(statement, occasion) {
      if (!hasNews(statement, occasion)) return []
      firstMs ??= lastMs = occasion.atMs
      const words = phaseWords(statement.values(), Math.max(0, occasion.atMs - lastMs))
      lastMs = occasion.atMs
      return statement.levelsBefore === null ? [say('online', true), ...words] : words
    },
    will: () => say('online', false),
  }
}
