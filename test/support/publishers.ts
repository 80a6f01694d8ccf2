import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll } from 'vitest'
import { manualClock, type ManualClock } from '../../rules/clock.ts'
import { type ConnectFields, openSession, type RawMqtt } from './mqtt.ts'
import { type MqttLoginGiven, START_MS, startService, type TestService } from './service.ts'

interface ReadingRow {
  seq: number | null
  flags: number
  body: string
}

interface RejectionRow {
  reason: string
  topic: string
  size_bytes: number
}

/** One service for the tests of a file, and a device of its own for each test, so that its rows are its own. */
export interface Publishers {
  readonly running: TestService
  readonly clock: ManualClock
  device: () => Promise<MqttLoginGiven>
  session: (login: MqttLoginGiven, fields?: ConnectFields) => Promise<RawMqtt>
  /** What is committed of a device, oldest first. */
  readings: (login: MqttLoginGiven) => ReadingRow[]
  rejections: (login: MqttLoginGiven) => RejectionRow[]
  /** The `water.depth` of each reading. */
  depths: (login: MqttLoginGiven) => (number | undefined)[]
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes that buffers hold, after what nobody needs is gone. */
export function heldBytes(): number {
  collectGarbage()
  return process.memoryUsage().arrayBuffers
}

export const depth = (value: number) => JSON.stringify({ values: { 'water.depth': value } })
export const telemetry = ({ topic }: MqttLoginGiven) => `${topic}/telemetry`

export function usePublishers(): Publishers {
  const clock = manualClock(START_MS)
  const open: RawMqtt[] = []
  let running: TestService
  let devices = 0

  beforeAll(async () => {
    running = await startService({ clock })
  })
  afterAll(async () => {
    for (const raw of open) raw.drop()
    await running.stop()
  })

  const publishers: Publishers = {
    get running() {
      return running
    },
    clock,
    device() {
      devices += 1
      return running.provision(`pub-${devices}`)
    },
    async session(login, fields) {
      const raw = await openSession(running.mqttPort, login, fields)
      open.push(raw)
      return raw
    },
    readings: ({ username }) =>
      running.rows<ReadingRow>(
        'select seq, flags, body from readings where device_key = (select key from devices where id = ?) order by id',
        username,
      ),
    rejections: ({ username }) =>
      running.rows<RejectionRow>(
        'select reason, topic, size_bytes from rejections where device = ? order by id',
        username,
      ),
    depths: (login) =>
      publishers
        .readings(login)
        .map(({ body }) => (JSON.parse(body) as { v: Record<string, number> }).v['water.depth']),
  }
  return publishers
}
