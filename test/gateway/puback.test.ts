import { type IPublishPacket, MqttClient } from 'mqtt'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Committed, type HeldPubacks, holdPubacks } from '../../gateway/puback.ts'
import { type ScriptedBroker, scriptedBroker, type Visit } from '../support/scripted-broker.ts'
import { eventually } from '../support/eventually.ts'

interface Handed {
  publish: IPublishPacket
  committed: Committed
}

interface Connection {
  client: MqttClient
  visit: Visit
  handed: Handed[]
  pubacks: HeldPubacks
  unstored: Error[]
}

let broker: ScriptedBroker
let clients: MqttClient[] = []
beforeEach(async () => {
  broker = await scriptedBroker()
})
afterEach(async () => {
  for (const client of clients) client.end(true)
  clients = []
  await broker.close()
})

async function open(pendingMaxBytes = Infinity): Promise<Connection> {
  const stream = connect({ port: broker.port, host: '127.0.0.1', noDelay: true })
  const client = new MqttClient(() => stream, { clientId: 'c', clean: false, reconnectPeriod: 0, protocolVersion: 4 })
  client.on('error', () => undefined)
  clients.push(client)
  const handed: Handed[] = []
  const unstored: Error[] = []
  const take = (publish: IPublishPacket, committed: Committed) => void handed.push({ publish, committed })
  const onUnstored = (error: Error) => {
    unstored.push(error)
    stream.destroy()
  }
  const pubacks = holdPubacks(client, take, { pendingMaxBytes, onUnstored })
  return { client, visit: await broker.visit(), handed, pubacks, unstored }
}

const messages = (count: number, payload = 'x', from = 1) =>
  Array.from({ length: count }, (_, index) => ({ topic: 't', payload, messageId: from + index }))
const handedOn = (connection: Connection, count: number) =>
  vi.waitFor(() => expect(connection.handed).toHaveLength(count), { timeout: 5_000, interval: 5 })
const acknowledged = ({ visit }: Connection) =>
  visit.received.filter(({ cmd }) => cmd === 'puback').map(({ messageId }) => messageId)
const A_WHILE_MS = 100

describe('a PUBACK that waits for its commit', () => {
  it('holds no other message back: all are handed on before the first is committed', async () => {
    const connection = await open()
    connection.visit.publish(...messages(500))
    await handedOn(connection, 500)
    await sleep(A_WHILE_MS)
    expect(connection.visit.received).toEqual([])
    expect(connection.pubacks.pending()).toBe(500)
  })

  it('is written with those of its batch, at once and in the order of arrival', async () => {
    const connection = await open()
    connection.visit.publish(...messages(500))
    await handedOn(connection, 500)
    for (const { committed } of connection.handed) committed()
    await connection.visit.packets('puback', 500)
    expect(acknowledged(connection)).toEqual(messages(500).map(({ messageId }) => messageId))
    expect(connection.visit.reads).toBe(2)
    expect(connection.pubacks.pending()).toBe(0)
  })

  it('waits for those of the messages before it as well', async () => {
    const connection = await open()
    connection.visit.publish(...messages(3))
    await handedOn(connection, 3)
    connection.handed[2]!.committed()
    connection.handed[1]!.committed()
    await sleep(A_WHILE_MS)
    expect(acknowledged(connection)).toEqual([])
    connection.handed[0]!.committed()
    await connection.visit.packets('puback', 3)
    expect(acknowledged(connection)).toEqual([1, 2, 3])
  })

  it('is written once, however often the commit is told', async () => {
    const connection = await open()
    connection.visit.publish(...messages(2))
    await handedOn(connection, 2)
    for (const { committed } of [...connection.handed, ...connection.handed]) committed()
    await sleep(A_WHILE_MS)
    connection.handed[0]!.committed()
    await sleep(A_WHILE_MS)
    expect(acknowledged(connection)).toEqual([1, 2])
    expect(connection.pubacks.pending()).toBe(0)
  })

  it('is none for QoS 0', async () => {
    const connection = await open()
    connection.visit.publish({ topic: 't', payload: 'x', qos: 0 }, ...messages(1))
    await handedOn(connection, 2)
    for (const { committed } of connection.handed) committed()
    await connection.visit.packets('puback')
    await sleep(A_WHILE_MS)
    expect(acknowledged(connection)).toEqual([1])
  })

  it('is never written for what could not be stored, nor for what came after it: the connection ends', async () => {
    const connection = await open()
    connection.visit.publish(...messages(3))
    await handedOn(connection, 3)
    connection.handed[0]!.committed()
    connection.handed[1]!.committed(new Error('the disk'))
    connection.handed[2]!.committed()
    await eventually(() => expect(connection.visit.ended).toBe(true))
    expect(acknowledged(connection).filter((id) => id !== 1)).toEqual([])
    expect(connection.unstored.map(({ message }) => message)).toEqual(['the disk'])
  })

  it('never goes over another connection, where the same packet id means another message', async () => {
    const first = await open()
    first.visit.publish(...messages(2))
    await handedOn(first, 2)
    first.visit.drop()
    await eventually(() => expect(first.client.connected).toBe(false))
    const second = await open()
    second.visit.publish(...messages(2))
    await handedOn(second, 2)
    for (const { committed } of first.handed) committed()
    await sleep(A_WHILE_MS)
    expect(second.visit.received).toEqual([])
    second.handed[0]!.committed()
    await second.visit.packets('puback')
    expect(acknowledged(second)).toEqual([1])
  })
})

describe('what is not read', () => {
  const LONG = 'x'.repeat(10_000)

  it('while it is held stays in the socket, and comes afterwards in order', async () => {
    const connection = await open()
    connection.pubacks.hold(true)
    connection.visit.publish(...messages(1_000, LONG))
    await sleep(A_WHILE_MS)
    // One is handed on and waits inside MQTT.js; nothing follows it.
    expect(connection.handed).toHaveLength(1)
    expect(connection.client.stream.readableLength).toBeLessThan(200_000)
    connection.pubacks.hold(false)
    await handedOn(connection, 1_000)
    expect(connection.handed.map(({ publish }) => publish.messageId)).toEqual(
      messages(1_000).map(({ messageId }) => messageId),
    )
  })

  it('is what would make more bytes wait than may', async () => {
    const connection = await open(50_000)
    connection.visit.publish(...messages(20, LONG))
    await handedOn(connection, 6)
    await sleep(A_WHILE_MS)
    expect(connection.handed).toHaveLength(6)
    connection.handed[0]!.committed()
    await handedOn(connection, 7)
    for (let index = 1; index < 20; index++) {
      await eventually(() => expect(connection.handed.length).toBeGreaterThan(index))
      connection.handed[index]!.committed()
    }
    await connection.pubacks.settled()
    await connection.visit.packets('puback', 20)
  })
})
