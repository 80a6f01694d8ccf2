/**
 * DSMR-reader: a smart meter's telegrams as JSON and one field a topic; kW and kWh as text. What did not change is not
 * sent again field by field, and everything is retained. A Dutch meter tells whole amperes.
 */
import type { Language, Values } from './language.ts'
import { hasNews, packetOf } from './news.ts'

const PHASES = ['l1', 'l2', 'l3'] as const
const kilo = (value: unknown, decimals: number) => (Math.max(0, Number(value)) / 1000).toFixed(decimals)

export const dsmrReader: Language = {
  id: 'dsmr-reader',
  kinds: ['power_meter'],
  topics: () => ['+/dsmr/#'],
  identity: ({ id }) => `dsmr:${id}/dsmr`,
  tells: PHASES.flatMap((phase) => [`voltage.${phase}`, `current.${phase}`, `power.active.${phase}`]),
  speaker(address) {
    const base = `${address.id}/dsmr`
    const last = new Map<string, string>()
    let telegrams = 0
    return {
      say(statement, occasion) {
        if (!hasNews(statement, occasion)) return []
        const fields = fieldsOf(statement.values())
        const timestamp = new Date(occasion.atMs).toISOString().replace('.000Z', 'Z')
        const news = Object.entries(fields).filter(([name, text]) => last.get(name) !== text)
        for (const [name, text] of news) last.set(name, text)
        return [
          packetOf(address, `${base}/json`, { id: (telegrams += 1), timestamp, ...fields }, true),
          ...news.map(([name, text]) => packetOf(address, `${base}/reading/${name}`, text, true)),
        ]
      },
    }
  },
}

function fieldsOf(values: Values): Record<string, string> {
  const fields: Record<string, string> = {
    electricity_delivered_1: kilo(values['energy.active.import'], 3),
    electricity_returned_1: '0.000',
    electricity_delivered_2: '0.000',
    electricity_returned_2: '0.000',
    electricity_currently_delivered: kilo(values['power.active'], 3),
    electricity_currently_returned: '0.000',
  }
  for (const phase of PHASES) {
    fields[`phase_currently_delivered_${phase}`] = kilo(values[`power.active.${phase}`], 3)
    fields[`phase_currently_returned_${phase}`] = '0.000'
    fields[`phase_voltage_${phase}`] = Number(values[`voltage.${phase}`]).toFixed(1)
    fields[`phase_power_current_${phase}`] = String(Math.round(Number(values[`current.${phase}`])))
  }
  return fields
}
