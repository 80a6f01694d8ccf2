import BetterSqlite3 from 'better-sqlite3'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { mqttTap, type MqttTap } from '../support/mqtt-tap.ts'
import { NumberedDevice } from '../support/numbered-device.ts'
import { type ServiceProcess, startService, temporaryFolder } from '../support/process.ts'
import { hasPrograms } from '../support/programs.ts'
import { type Mosquitto, mosquitto } from '../simulators/mosquitto.ts'

const USERS = { shifen: 'service-password', device: 'device-password' }
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 3)
const ROUND_WITHIN_MS = 15_000
const LEAK = '{"event":"water.leak","active":true}'

let folder: ReturnType<typeof temporaryFolder>
let broker: Mosquitto
let tap: MqttTap
let running: ServiceProcess | null = null

beforeEach(async () => {
  folder = temporaryFolder()
  if (!hasPrograms('mosquitto')) return
  // Mosquitto stays up, so what it took it delivers until it is acknowledged.
  broker = await mosquitto(USERS, ['persistence false', 'max_queued_messages 0', 'max_inflight_messages 200'])
  tap = await mqttTap(broker.port)
})
afterEach(async () => {
  await running?.kill()
  running = null
  await tap?.close()
  await broker?.remove()
  folder.remove()
})

const dataDir = () => join(folder.path, 'data')
const start = () => {
  const url = `mqtt://shifen:${USERS.shifen}@127.0.0.1:${tap.port}`
  return startService(dataDir(), { env: { SHIFEN_MQTT_URL: url } })
}

function rows<T>(sql: string, ...values: unknown[]): T[] {
  const db = new BetterSqlite3(join(dataDir(), 'shifen.db'), { readonly: true, timeout: 2_000 })
  try {
    return db.prepare(sql).all(...values) as T[]
  } finally {
    db.close()
  }
}

const storedSeqs = () => rows<{ seq: number }>('select seq from readings where seq is not null').map(({ seq }) => seq)
const seqOf = ({ payload }: { payload: unknown }) => (JSON.parse(String(payload)) as { seq?: number }).seq

/** Looks into the data file of the other process before a PUBACK passes; answers the numbers that were not there. */
function witness(tap: MqttTap): number[] {
  const unstored: number[] = []
  const stored = new Set<number>()
  let last = 0
  tap.onAcknowledged = (messages) => {
    for (const row of rows<{ id: number; seq: number | null }>('select id, seq from readings where id > ?', last)) {
      last = Math.max(last, row.id)
      if (row.seq !== null) stored.add(row.seq)
    }
    unstored.push(
      ...messages
        .map(seqOf)
        .filter((seq) => seq !== undefined && !stored.has(seq))
        .map(Number),
    )
  }
  return unstored
}

describe.skipIf(!hasPrograms('mosquitto'))('killed while an outside broker delivers', () => {
  it(
    `has stored everything that it acknowledged, and in the end everything that the broker took, in ${ROUNDS} rounds`,
    { timeout: ROUNDS * ROUND_WITHIN_MS + 30_000 },
    async () => {
      const login = { clientId: 'meter-1', username: 'device', password: USERS.device, topic: 'shifen/default/meter-1' }
      const meter = new NumberedDevice(login, 40)
      const leak = new NumberedDevice({ ...login, clientId: 'leak-1', topic: 'shifen/default/leak-1' }, 1)
      const unstored = witness(tap)
      let sent = 0
      let sending = true
      running = await start()
      const ready = async () => expect((await fetch(`${running!.http}/readyz`)).status).toBe(200)
      await vi.waitFor(ready, { timeout: 5_000 })
      await meter.connect({ host: '127.0.0.1', port: broker.port })
      await leak.connect({ host: '127.0.0.1', port: broker.port })
      // The broker acknowledges sooner than we do; what waits there must not grow without end.
      const source = () => {
        if (!sending || sent - tap.acknowledged.length > 5_000) return null
        sent += 1
        const values = { 'energy.active.import': sent }
        return { channel: 'telemetry' as const, payload: JSON.stringify({ seq: sent, values }) }
      }
      meter.publishFrom(source)

      for (let round = 0; round < ROUNDS; round += 1) {
        const before = tap.acknowledged.length
        leak.publish({ channel: 'event', payload: LEAK })
        await vi.waitFor(() => expect(tap.acknowledged.length).toBeGreaterThan(before + 50), { timeout: 10_000 })
        await sleep(Math.random() * 500)
        await running.kill()
        const stored = new Set(storedSeqs())
        expect(tap.acknowledged.map(seqOf).filter((seq) => seq !== undefined && !stored.has(seq))).toEqual([])
        running = await start()
        meter.publishFrom(source)
      }
      sending = false
      await meter.settled()
      await vi.waitFor(() => expect(new Set(storedSeqs()).size).toBe(sent), { timeout: 20_000, interval: 100 })
      expect(storedSeqs()).toHaveLength(sent)
      expect(unstored).toEqual([])
      expect(rows('select device from tickets')).toEqual([{ device: 'leak-1' }])
      expect((await running.stop()).code).toBe(0)
      running = null
      meter.close()
      leak.close()
      console.log(`${ROUNDS} kills: ${sent} messages through Mosquitto, none lost, none doubled`)
    },
  )
})
