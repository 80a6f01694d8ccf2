/** OpenMQTTGateway, which hears Bluetooth sensors: numbers are text in older ones, and so here. */
import type { Address, Language } from './language.ts'
import { hexOf } from './names.ts'
import { hasNews, packetOf } from './news.ts'
import type { DeviceKind } from '../../rules/model.ts'

const bareMac = (address: Address) => hexOf(address, 12).toUpperCase()

const ABOUT: Partial<Readonly<Record<DeviceKind, { model: string; model_id: string }>>> = {
  water_leak: { model: 'Flood Detector', model_id: 'SJWS01LM' },
  door: { model: 'Door Sensor', model_id: 'MCCGQ02HL' },
}

export const openMqttGateway: Language = {
  id: 'openmqttgateway',
  kinds: ['water_leak', 'door'],
  topics: (gateway) => [`home/${gateway}/#`],
  identity: (address) => `omg:${bareMac(address)}`,
  tells: ['water.leak', 'door.open', 'batteryPercent', 'temperature.ambient', 'humidity.relative', 'rssi'],
  speaker(address) {
    const mac = bareMac(address)
    const id = mac.match(/../g)!.join(':')
    const topic = `home/${address.gateway ?? 'OpenMQTTGateway'}/BTtoMQTT/${mac}`
    return {
      say(statement, occasion) {
        if (!hasNews(statement, occasion)) return []
        const values = statement.values()
        const state =
          address.kind === 'door'
            ? { open: statement.levels['door.open'] }
            : {
                leak: statement.levels['water.leak'],
                tempc: String(values['temperature.ambient']),
                hum: String(values['humidity.relative']),
              }
        const battery = { batt: String(values.batteryPercent) }
        const about = { id, rssi: values.rssi ?? -80, brand: 'Xiaomi', ...ABOUT[address.kind] }
        return [packetOf(address, topic, { ...about, ...state, ...battery })]
      },
    }
  },
}
