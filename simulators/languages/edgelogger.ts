/** EdgeLogger boxes: nested metrics of each meter in a batch, without a word for alarms. */
import { round } from '../devices/family.ts'
import type { SeededRandom } from '../random.ts'
import type { Address, Language, Values } from './language.ts'
import { isWorthTelling, METER, numberOf, ofPhases } from './meters.ts'

const deviceOf = ({ site, id }: Address) => `EM-${site}-${id}`

const quantity = (unit: string, value: Record<string, number>) => ({ data_type: 'float', unit, value })

export const edgelogger: Language = {
  id: 'edgelogger',
  kinds: METER,
  topics: () => ['device/#'],
  identity: (address) => `edgelogger:${deviceOf(address)}`,
  tells: [
    ...ofPhases('voltage'),
    ...ofPhases('current'),
    ...ofPhases('power.active'),
    ...['power.active', 'power.reactive', 'power.apparent', 'power_factor', 'frequency', 'energy.active.import'],
  ],
  speaker: (address, random) => {
    const device = deviceOf(address)
    const source = { ip_addr: `10.79.101.${random.integer(2, 254)}`, source_id: `GW-${address.gateway ?? address.id}` }
    const ids = random.fork('messages')
    return {
      say(statement, occasion) {
        if (!isWorthTelling(statement, occasion)) return []
        const entry = {
          timestamp: String(occasion.atMs),
          device_type: 'three_phase_meter',
          device_id: device,
          metrics: metricsOf(statement.values()),
          status: { device_status: 0, data_quality: 100 },
        }
        const msgId = [8, 4, 4, 4, 12].map((length) => hexDigits(length, ids)).join('-')
        const payload = JSON.stringify({ msgType: 'up', msgId, source, batch: [entry] })
        return [{ device: address.id, topic: `device/meter/up/${device}`, payload, once: false }]
      },
    }
  },
}

const hexDigits = (length: number, random: SeededRandom) =>
  Array.from({ length }, () => random.integer(0, 15).toString(16)).join('')

function metricsOf(values: Values) {
  const of = (point: string, unit = 1) => round((numberOf(values, point) ?? 0) / unit, 3)
  const phases = (name: string, unit = 1) => ({
    phase_a: of(`${name}.l1`, unit),
    phase_b: of(`${name}.l2`, unit),
    phase_c: of(`${name}.l3`, unit),
  })
  return {
    voltage: quantity('V', phases('voltage')),
    current: quantity('A', phases('current')),
    power: {
      active: quantity('kW', { ...phases('power.active', 1_000), total: of('power.active', 1_000) }),
      reactive: quantity('kvar', { total: of('power.reactive', 1_000) }),
      apparent: quantity('kVA', { total: of('power.apparent', 1_000) }),
    },
    system: [
      { data_type: 'float', unit: '', power_factor: of('power_factor') },
      { data_type: 'float', unit: 'Hz', frequency: of('frequency') },
    ],
    // Their own samples call the unit of energy kW.
    energy: { active: quantity('kW', { forward: of('energy.active.import', 1_000) }) },
  }
}
