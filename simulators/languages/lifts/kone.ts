/**
 * KONE Equipment Status, passed on from its webhooks: entrapment and availability of an equipment `ken:…`, with UTC.
 * Why it is not available stays KONE's own: an alert has an opaque code.
 */
import type { Address, Language, Packet, Statement } from '../language.ts'
import { turned } from '../news.ts'
import { digitsOf, isOn, uuid } from './said.ts'

/** What makes an equipment unavailable, with the service need that KONE opens for it. */
const NEEDS: Readonly<Record<string, string>> = {
  'elevator.out_of_service': 'SN-0001',
  'elevator.overspeed': 'SN-0002',
  'elevator.mislevelling': 'SN-0003',
  'elevator.door_fault': 'SN-0004',
  'elevator.emergency_stop': 'SN-0005',
  'elevator.safety_circuit': 'SN-0006',
  'elevator.power_loss': 'SN-0007',
  'elevator.start_failure': 'SN-0008',
  'elevator.unintended_movement': 'SN-0009',
  'elevator.overtravel_top': 'SN-0010',
  'elevator.overtravel_bottom': 'SN-0011',
  'elevator.entrapment': 'SN-0012',
}

const equipmentOf = (address: Address) => `ken:${digitsOf(address, 9)}`

export const kone: Language = {
  id: 'kone',
  kinds: ['elevator'],
  topics: () => ['kone/#'],
  identity: (address) => `kone:${equipmentOf(address)}`,
  tells: ['elevator.entrapment', 'elevator.out_of_service'],
  speaker(address, random) {
    const equipmentId = equipmentOf(address)
    const since = new Map<string, { activationTime: string; alertUUID: string }>()
    let state = 'available'

    const packet = (kind: string, content: object): Packet => ({
      device: address.id,
      topic: `kone/equipment/${equipmentId}/${kind}`,
      payload: JSON.stringify(content),
      once: false,
    })
    const alertsOf = (statement: Statement, time: string) => {
      for (const code of Object.keys(NEEDS)) {
        if (!isOn(statement, code)) since.delete(code)
        else if (!since.has(code)) since.set(code, { activationTime: time, alertUUID: uuid(random) })
      }
      return [...since].map(([code, alert]) => ({ serviceNeedCode: NEEDS[code], serviceNeedVersion: '1', ...alert }))
    }

    return {
      say(statement, { atMs, due }) {
        const changed = turned(statement).map(([code]) => code)
        const lastUpdate = new Date(atMs).toISOString()
        const packets: Packet[] = []
        if (due || changed.includes('elevator.entrapment')) {
          const entrapment = isOn(statement, 'elevator.entrapment')
          const maintenance = { status: null, technicianComment: null }
          packets.push(packet('entrapment', { equipmentId, entrapment, maintenance, lastUpdate }))
        }
        if (due || changed.some((code) => code in NEEDS)) {
          const activeAlerts = alertsOf(statement, lastUpdate)
          const previousState = state
          state = activeAlerts.length > 0 ? 'unavailable' : 'available'
          const alerts = { activeAlertCount: activeAlerts.length, activeAlerts, serviceMode: 'normal' }
          packets.push(packet('availability', { equipmentId, state, previousState, ...alerts, lastUpdate }))
        }
        return packets
      },
    }
  },
}
