import { connectAsync } from 'mqtt'
import { setTimeout as sleep } from 'node:timers/promises'
import { residentMemoryMB } from './process.ts'
import { addGateway, discoveredBehind, type Service } from './service.ts'

/** Memory of the service with so many devices discovered behind so many gateways. */
export interface GatewayMemory {
  gateways: number
  devices: number
  /** Messages of each device. */
  rounds: number
  /** Null where the platform cannot tell. */
  residentMB: number | null
}

export const GATEWAYS = 5
export const DEVICES = 10_000
const ROUNDS = 3
const UNACKNOWLEDGED = 200
const SETTLE_MS = 3_000

/**
 * Publishes as five Zigbee bridges would, each for its share of 10,000 leak sensors and meters, and reads the memory.
 *
 * @throws Error when a device was not discovered.
 */
export async function measureGatewayMemory(service: Service, signal?: AbortSignal): Promise<GatewayMemory> {
  const ids = Array.from({ length: GATEWAYS }, (_, index) => `bench-gateway-${index + 1}`)
  await Promise.all(ids.map((id) => publishAs(service, id, DEVICES / GATEWAYS, signal)))
  await sleep(SETTLE_MS, undefined, signal ? { signal } : {})
  let devices = 0
  for (const id of ids) devices += await discoveredBehind(service, id, signal)
  if (devices !== DEVICES) throw new Error(`${devices} devices were discovered, not ${DEVICES}`)
  return { gateways: GATEWAYS, devices, rounds: ROUNDS, residentMB: await residentMemoryMB(service.pid) }
}

async function publishAs(service: Service, id: string, devices: number, signal?: AbortSignal): Promise<void> {
  const { username, password, clientId } = await addGateway(service, id, ['zigbee2mqtt/#'], signal)
  const { host, port } = service.mqtt
  const client = await connectAsync({ host, port, protocol: 'mqtt', username, password, clientId, clean: true })
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (let from = 0; from < devices; from += UNACKNOWLEDGED) {
        signal?.throwIfAborted()
        const count = Math.min(UNACKNOWLEDGED, devices - from)
        const publishes = Array.from({ length: count }, (_, index) => {
          const { topic, payload } = stateOf(from + index, round)
          return client.publishAsync(topic, payload, { qos: 1 })
        })
        await Promise.all(publishes)
      }
    }
  } finally {
    await client.endAsync()
  }
}

/** A leak sensor or, every fifth, a three-phase meter. */
function stateOf(index: number, round: number): { topic: string; payload: string } {
  const topic = `zigbee2mqtt/Building ${Math.floor(index / 100)}/device ${index}`
  const linkquality = 100 + round
  if (index % 5 !== 0) {
    const leak = { battery: 90, battery_low: false, linkquality, tamper: false, voltage: 2955, water_leak: false }
    return { topic, payload: JSON.stringify(leak) }
  }
  const volts = {
    voltage_a: 229 + round,
    voltage_b: 230,
    voltage_c: 231,
    current_a: 1.1,
    current_b: 6.6,
    current_c: 1.7,
  }
  return { topic, payload: JSON.stringify({ ...volts, linkquality, power: 2161, energy: 274.64 }) }
}
