import { connectAsync, type MqttClient } from 'mqtt'
import { ADMIN_TOKEN, type ServiceProcess } from './process.ts'

/** A property with devices, people on duty and a login for each role, set up through the API of a real service. */
export interface Furnished {
  /** By role; a responder's is that of `zhang`, who is on duty. */
  tokens: Record<'admin' | 'engineer' | 'dispatcher' | 'responder' | 'viewer', string>
  /** Says something as a device: `leak('leak-b2', true)`. */
  leak(device: string, wet: boolean): Promise<void>
  /** Any message below the device's own topic, as JSON. */
  say(device: string, topic: string, message: unknown): Promise<void>
  /** Adds a device, which may then speak. */
  add(device: {
    id: string
    kind: string
    name?: string
    location?: string
    building?: string
    /** `default` unless told. */
    site?: string
  }): Promise<void>
  end(): Promise<void>
}

interface Login {
  mqtt: { username: string; password: string; clientId: string; topic: string }
}

const DEVICES = [
  { id: 'leak-b2', kind: 'water_leak', name: 'B2 水泵房水浸', location: 'B2 水泵房', building: '地下室' },
  { id: 'leak-b1', kind: 'water_leak', name: 'B1 配电房水浸', location: 'B1 配电房', building: '地下室' },
  { id: 'leak-9f', kind: 'water_leak', name: '9 层管道井水浸', location: '1号楼 9层 管道井', building: '1号楼' },
  { id: 'lift-1', kind: 'elevator', name: '1号客梯', location: '1号楼 1号客梯', building: '1号楼' },
  { id: 'lift-2', kind: 'elevator', name: '2号客梯', location: '2号楼 2号客梯', building: '2号楼' },
  { id: 'meter-1', kind: 'power_meter', name: '1号变压器总表', location: 'B1 配电房', building: '地下室' },
]
const PEOPLE = [
  { id: 'zhang', name: '张伟', skills: ['water', 'lift', 'power', 'general'], phone: '+8613800000001' },
  { id: 'li', name: '李强', skills: ['water', 'general'], phone: '+8613800000002' },
]

export async function furnish(service: ServiceProcess, siteName = '滨江花园'): Promise<Furnished> {
  const post = <T>(path: string, body: unknown) => service.api<T>('POST', path, body)
  await service.api('PATCH', '/sites/default', { name: siteName, phone: '021-55550000' })
  const clients = new Map<string, { client: MqttClient; topic: string }>()

  async function add(device: Parameters<Furnished['add']>[0]): Promise<void> {
    const { mqtt } = await post<Login>('/devices', { site: 'default', ...device })
    clients.set(device.id, { client: await connectAsync(service.mqtt.url, mqtt), topic: mqtt.topic })
  }
  async function say(device: string, topic: string, message: unknown): Promise<void> {
    const { client, topic: own } = clients.get(device)!
    await client.publishAsync(`${own}/${topic}`, JSON.stringify(message), { qos: 1 })
  }

  for (const device of DEVICES) await add(device)
  for (const person of PEOPLE) await post('/responders', { sites: ['default'], ...person })
  const turns = [{ crews: [], responders: PEOPLE.map(({ id }) => id) }]
  const rotation = {
    id: 'all',
    name: '全天',
    startsOn: '2026-01-01',
    turnDays: 1,
    turns,
    shift: { from: '00:00', to: '00:00' },
  }
  await post('/rosters', { id: 'duty', name: '值班表', sites: ['default'], skills: [], rotations: [rotation] })

  const tokenOf = async (role: string, name: string) => (await post<{ token: string }>('/tokens', { role, name })).token
  return {
    tokens: {
      admin: ADMIN_TOKEN,
      engineer: await tokenOf('engineer', '王工'),
      dispatcher: await tokenOf('dispatcher', '客服小陈'),
      responder: await tokenOf('responder', 'zhang'),
      viewer: await tokenOf('viewer', '大屏'),
    },
    leak: (device, wet) => say(device, 'event', { event: 'water.leak', active: wet }),
    say,
    add,
    end: async () => {
      for (const { client } of clients.values()) await client.endAsync(true)
    },
  }
}
