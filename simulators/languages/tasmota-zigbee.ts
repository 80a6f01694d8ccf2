/** A Zigbee leak sensor behind a bridge that runs Tasmota: what comes over the air is passed on, bit by bit. */
import type { Address, Language } from './language.ts'
import { hexOf } from './names.ts'
import { packetOf, turned } from './news.ts'

const BATTERY_LOW_BIT = 8
const shortAddress = (address: Address) => `0x${hexOf(address, 4).toUpperCase()}`
const bridgeOf = ({ gateway }: Address) => gateway ?? 'ZbBridge'

export const tasmotaZigbee: Language = {
  id: 'tasmota-zigbee',
  kinds: ['water_leak'],
  topics: (gateway) => [`tele/${gateway}/#`],
  identity: (address) => `tasmota-zb:${bridgeOf(address)}/${shortAddress(address)}`,
  tells: ['water.leak', 'batteryPercent', 'batteryVoltage', 'batteryLow', 'temperature.ambient', 'humidity.relative'],
  speaker(address, random) {
    const device = shortAddress(address)
    const linkQuality = random.integer(80, 180)
    const received = (content: Record<string, unknown>) =>
      packetOf(address, `tele/${bridgeOf(address)}/SENSOR`, {
        ZbReceived: { [device]: { Device: device, ...content, Endpoint: 1, LinkQuality: linkQuality } },
      })
    return {
      // An attribute report and a change of zone are messages of their own.
      say(statement, { due }) {
        const whole = statement.levelsBefore === null
        const values = statement.values()
        const packets = []
        if (whole || turned(statement).some(([code]) => code === 'water.leak')) {
          const bits = Number(statement.levels['water.leak']) + (values.batteryLow ? BATTERY_LOW_BIT : 0)
          packets.push(received({ '0500<00': `0${bits}0000FF0000`, ZoneStatusChange: bits, Water: bits & 1 }))
        }
        if (!whole && !due) return packets
        const { 'temperature.ambient': Temperature, 'humidity.relative': Humidity } = values
        const battery = { BatteryVoltage: values.batteryVoltage, BatteryPercentage: values.batteryPercent }
        return [...packets, received(battery), received({ Temperature, Humidity })]
      },
    }
  },
}
