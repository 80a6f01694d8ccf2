/** Alibaba Cloud's property post (物模型), as meters and breakers behind many Chinese gateways send it. */
import type { Address, Language } from './language.ts'
import { isWorthTelling, METER, newsOf, numberOf, serialOf } from './meters.ts'

const PROPERTIES: Readonly<Record<string, string>> = {
  'voltage.l1': 'Ua',
  'voltage.l2': 'Ub',
  'voltage.l3': 'Uc',
  'current.l1': 'Ia',
  'current.l2': 'Ib',
  'current.l3': 'Ic',
  frequency: 'frequency',
}

/** Flags that call themselves alarms; powers and energies have no unit in this form, and so no sure meaning. */
const FLAGS: Readonly<Record<string, string>> = {
  'meter.over_voltage': 'over_voltage_alarm',
  'meter.under_voltage': 'under_voltage_alarm',
  'meter.over_current': 'over_current_alarm',
  'meter.phase_loss': 'phase_loss_alarm',
  'meter.residual_current': 'leakage_alarm',
  'meter.short_circuit': 'short_circuit_alarm',
}

const productOf = ({ site }: Address) => `a1${serialOf(`${site}/alibaba`, 9)}`
const deviceOf = ({ site, id }: Address) => `${site}-${id}`

export const alibaba: Language = {
  id: 'alibaba',
  kinds: METER,
  topics: () => ['/sys/#'],
  identity: (address) => `alink:${productOf(address)}/${deviceOf(address)}`,
  tells: [...Object.keys(PROPERTIES), ...Object.keys(FLAGS)],
  speaker: (address) => {
    const topic = `/sys/${productOf(address)}/${deviceOf(address)}/thing/event/property/post`
    let count = 0
    return {
      say(statement, occasion) {
        if (!isWorthTelling(statement, occasion)) return []
        count += 1
        const time = occasion.atMs
        const values = statement.values()
        const read = Object.entries(PROPERTIES).flatMap(([point, name]) => {
          const value = numberOf(values, point)
          return value === undefined ? [] : [[name, { value, time }] as const]
        })
        const flags = newsOf(statement).flatMap(([code, active]) =>
          FLAGS[code] === undefined ? [] : [[FLAGS[code], { value: Number(active), time }] as const],
        )
        const params = Object.fromEntries([...read, ...flags])
        const body = { id: String(count), version: '1.0', method: 'thing.event.property.post', params }
        return [{ device: address.id, topic, payload: JSON.stringify(body), once: false }]
      },
    }
  },
}
