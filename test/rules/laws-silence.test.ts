import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodePacket } from '../../gateway/decode.ts'
import type { Rejection } from '../../rules/model.ts'
import { listRejections } from '../../rules/storage/rejections.ts'
import { EngineBench, HOUR, LEAK, LIFT, METER, MINUTE, saying, SECOND, START } from '../support/engine.ts'
import { plainContext } from '../support/memory.ts'

/** The last two of what always holds; the others are in laws.test.ts. */

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

describe('8. Silence is an event: raised within its timeout plus one check', () => {
  const silent = async () => (await bench.alarms()).filter(({ rule }) => rule === 'elevator.silent')

  it('is raised by the first check after the timeout', async () => {
    await bench.say(LIFT, {})
    await bench.pass(15 * MINUTE)
    expect(await silent()).toEqual([])
    await bench.pass(SECOND)
    expect(await silent()).toEqual([expect.objectContaining({ state: 'unacked', raisedAt: bench.clock.now() })])
  })

  it('ends when the device speaks again', async () => {
    await bench.say(LIFT, {})
    await bench.pass(16 * MINUTE)
    await bench.say(LIFT, { values: { 'lift.floor': 3 } })
    expect(await silent()).toEqual([expect.objectContaining({ state: 'rtn_unacked', active: false })])
  })

  it('is raised again, also where nobody acknowledged the first time', async () => {
    await bench.say(LIFT, {})
    await bench.pass(16 * MINUTE)
    await bench.say(LIFT, {})
    await bench.pass(16 * MINUTE)
    expect(await silent()).toEqual([expect.objectContaining({ state: 'unacked', active: true, count: 2 })])
  })

  it('is not what a device has while the service itself was down', async () => {
    await bench.say(LIFT, {})
    await bench.pass(MINUTE)
    await bench.restart(10 * HOUR)
    await bench.engine.tick()
    expect(await silent()).toEqual([])
    // Of its 15 minutes one was over; up to 30 s more are forgiven, since that often it is written that we live.
    await bench.pass(13 * MINUTE)
    expect(await silent()).toEqual([])
    await bench.pass(MINUTE + 31 * SECOND)
    expect(await silent()).toHaveLength(1)
  })

  it('is found after a restart where the device was silent before it', async () => {
    await bench.say(LIFT, {})
    for (let minute = 0; minute < 14; minute++) await bench.pass(MINUTE)
    await bench.restart(SECOND)
    for (let check = 0; check < 10; check++) await bench.pass(10 * SECOND)
    expect(await silent()).toHaveLength(1)
  })
})

describe('9. Nothing is dropped in silence', () => {
  const rejection = (reason: Rejection['reason'], payload: string): Rejection => ({
    receivedAt: START,
    site: 'default',
    device: LEAK,
    topic: `shifen/default/${LEAK}/telemetry`,
    reason,
    detail: 'not JSON',
    payload: Buffer.from(payload),
    sizeBytes: payload.length,
  })
  const stored = () => listRejections(bench.store.reader, { sites: null, limit: 10 })

  it('stores what cannot be used, with its reason, beside what can', async () => {
    const messages = [saying(LEAK, START, { levels: { 'water.leak': true } })]
    await bench.engine.ingest({ messages, rejections: [rejection('invalid_json', '{oops')] })
    const [only, ...others] = await stored()
    expect(others).toEqual([])
    expect(only).toMatchObject({ reason: 'invalid_json', device: LEAK, detail: 'not JSON', sizeBytes: 5 })
    expect(Buffer.from(only!.payload).toString()).toBe('{oops')
    expect(await bench.tickets()).toHaveLength(1)
  })

  it('keeps the first 16 KiB of a payload, and its whole length', async () => {
    const big = 'x'.repeat(100_000)
    await bench.engine.ingest({ messages: [], rejections: [rejection('too_large', big)] })
    const [only] = await stored()
    expect([only?.payload.length, only?.sizeBytes]).toEqual([16_384, 100_000])
  })

  it('makes a message that breaks an assertion an internal_error, and keeps the others', async () => {
    const wet = { levels: { 'water.leak': true } }
    await bench.take(
      saying(LEAK, START, wet),
      saying('nobody', START, wet),
      saying(METER, START, { values: { 'voltage.l1': 0 } }),
    )
    expect(await stored()).toEqual([
      expect.objectContaining({
        reason: 'internal_error',
        device: 'nobody',
        detail: expect.stringMatching(/nobody/) as string,
      }),
    ])
    expect(await bench.tickets()).toHaveLength(2)
    expect(await bench.count('readings')).toBe(2)
    expect(bench.errors).toHaveLength(2)
  })

  it('has the same for a packet from the wire', async () => {
    const packet = {
      topic: `shifen/default/${LEAK}/telemetry`,
      payload: Buffer.from('{"values":{"water.leak":true,"voltage.l1":"NaN"}}'),
      receivedAt: START,
      device: LEAK,
      site: 'default',
      will: false,
    }
    await bench.engine.ingest(decodePacket(packet, plainContext()))
    expect((await stored()).map(({ reason }) => reason)).toEqual(['invalid_value'])
    expect(await bench.tickets()).toHaveLength(1)
  })
})
