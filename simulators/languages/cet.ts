/** CET monitoring boxes (中电技术): measured values as AI, what begins and ends as SOE, both under Chinese names. */
import { round } from '../devices/family.ts'
import type { Language } from './language.ts'
import { isWorthTelling, METER, newsOf, numberOf } from './meters.ts'

interface Measured {
  key: string
  unit: string
  /** One of the unit in the point's own. */
  scale: number
}

const measured = (key: string, unit: string, scale = 1): Measured => ({ key, unit, scale })

const MEASURED: Readonly<Record<string, Measured>> = {
  'voltage.l1': measured('A相电压', 'V'),
  'voltage.l2': measured('B相电压', 'V'),
  'voltage.l3': measured('C相电压', 'V'),
  'current.l1': measured('A相电流', 'A'),
  'current.l2': measured('B相电流', 'A'),
  'current.l3': measured('C相电流', 'A'),
  'current.neutral': measured('零序电流', 'A'),
  'current.residual': measured('漏电流', 'mA', 0.001),
  'power.active.l1': measured('A相有功功率', 'kW', 1_000),
  'power.active.l2': measured('B相有功功率', 'kW', 1_000),
  'power.active.l3': measured('C相有功功率', 'kW', 1_000),
  'power.active': measured('总有功功率', 'kW', 1_000),
  'power.reactive': measured('总无功功率', 'kvar', 1_000),
  'power.apparent': measured('总视在功率', 'kVA', 1_000),
  power_factor: measured('功率因数', ''),
  frequency: measured('频率', 'Hz'),
  'energy.active.import': measured('正向有功电能', 'kWh', 1_000),
}

const EVENTS: Readonly<Record<string, string>> = {
  'meter.power_outage': '停电',
  'meter.phase_loss': '缺相',
  'meter.over_voltage': '过压',
  'meter.under_voltage': '欠压',
  'meter.over_current': '过流',
  'meter.phase_imbalance': '三相不平衡',
  'meter.residual_current': '漏电',
  'meter.over_temperature': '温度越限',
  'meter.short_circuit': '短路',
}

export const cet: Language = {
  id: 'cet',
  kinds: METER,
  topics: () => ['CET/#'],
  identity: ({ site, id }) => `cet:${site}-${id}`,
  tells: [...Object.keys(MEASURED), ...Object.keys(EVENTS)],
  speaker: ({ site, id, gateway }) => ({
    say(statement, occasion) {
      if (!isWorthTelling(statement, occasion)) return []
      const ts = Math.floor(occasion.atMs / 1_000)
      const values = statement.values()
      const read = Object.entries(MEASURED).flatMap(([point, { key, unit, scale }]) => {
        const value = numberOf(values, point)
        return value === undefined ? [] : [{ type: 'AI', key, value: round(value / scale, 3), unit }]
      })
      const events = newsOf(statement).flatMap(([code, active]) =>
        EVENTS[code] === undefined ? [] : [{ type: 'SOE', key: EVENTS[code], value: Number(active), timestamp: ts }],
      )
      // The blank in the name of the time is theirs.
      const body = { version: '1.0', location_code: `${site}-${id}`, 'ts ': ts, properties: [...read, ...events] }
      const topic = `CET/${gateway ?? id}/upload`
      return [{ device: id, topic, payload: JSON.stringify(body), once: false }]
    },
  }),
}
