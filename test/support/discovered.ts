import { connectAsync } from 'mqtt'
import type { ServiceProcess } from './process.ts'

/** A sensor that nobody has added, called `name`, speaks through a gateway and so becomes known. */
export async function discover(service: ServiceProcess, name: string): Promise<void> {
  const asked = { id: `zigbee-${name}`, site: 'default', topics: ['zigbee2mqtt/#'] }
  const { mqtt } = await service.api<{ mqtt: object }>('POST', '/gateways', asked)
  const client = await connectAsync(service.mqtt.url, mqtt)
  const said = { water_leak: false, battery: 64, linkquality: 120 }
  await client.publishAsync(`zigbee2mqtt/${name}`, JSON.stringify(said), { qos: 1 })
  await client.endAsync()
}
