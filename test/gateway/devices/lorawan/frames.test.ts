import { describe, expect, it } from 'vitest'
import { decodeOn, RECEIVED_MS, states, uplink, uplinkBody } from '../../../support/lorawan.ts'
import { plainMemory } from '../../../support/memory.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** A leak sensor's uplinks, one after the other. */
function sensor() {
  const memory = plainMemory()
  let messages = 0
  const send = (fCnt: number, leak: 0 | 1, at: number, more: object = {}) =>
    uplink({ profile: 'EM300-ZLD', hex: `05000${leak}`, fCnt, at, id: `m${messages++}`, ...more }, memory)
  const join = (at: number) =>
    decodeOn(
      'application/app/device/0011223344556677/event/join',
      { ...uplinkBody({ at }), data: undefined, fCnt: undefined, deduplicationId: `j${at}` },
      memory,
      at,
    ).decoded
  return { memory, send, join }
}

const dispositions = (...decoded: { disposition: string }[]) => decoded.map(({ disposition }) => disposition)

describe('a frame that was heard before', () => {
  it('is a duplicate by the id of its reception, however late, with all that it says', () => {
    const { send } = sensor()
    send(1, 1, 0, { id: 'same' })
    for (let fCnt = 2; fCnt < 6; fCnt++) send(fCnt, 0, fCnt * MINUTE)
    const again = send(1, 1, 0, { id: 'same' })
    expect(again).toMatchObject({ disposition: 'duplicate', reason: 'same deduplicationId', seq: { value: 1 } })
    expect(states(again)).toEqual(['water.leak active'])
  })

  it('is a duplicate by session, counter and content when the radio repeats it', () => {
    const { send } = sensor()
    expect(dispositions(send(9, 1, 0), send(9, 1, 48 * SECOND), send(9, 1, 5 * HOUR))).toEqual([
      'accept',
      'duplicate',
      'duplicate',
    ])
  })

  it('a level that repeats with the next counter is news each time', () => {
    const { send } = sensor()
    expect(dispositions(send(1, 1, 0), send(2, 1, SECOND), send(3, 1, 2 * SECOND))).toEqual(Array(3).fill('accept'))
  })

  it('other content, another port or another session with the same counter is news', () => {
    const { send } = sensor()
    const all = [send(1, 0, 0), send(1, 1, 10), send(1, 1, 20, { fPort: 86 }), send(1, 1, 30, { devAddr: '00189441' })]
    expect(dispositions(...all)).toEqual(Array(4).fill('accept'))
  })

  it('is known after a restart', () => {
    const first = plainMemory()
    const sent = { profile: 'EM300-ZLD', hex: '050001', fCnt: 4 }
    uplink(sent, first)
    const second = plainMemory()
    for (const [key, value] of JSON.parse(JSON.stringify([...first.values])) as [string, unknown][]) {
      second.set(key, value)
    }
    expect(uplink({ ...sent, at: MINUTE }, second).disposition).toBe('duplicate')
  })

  it('without a counter only within seconds', () => {
    const memory = plainMemory()
    const body = { devEUI: '24e124136b502217', deviceName: 'EM300-ZLD', data: 'BQAB' }
    const at = (ms: number) => decodeOn('any', body, memory, ms).decoded.disposition
    expect([at(0), at(SECOND), at(10 * SECOND)]).toEqual(['accept', 'duplicate', 'accept'])
  })
})

describe('a device that starts its counter anew', () => {
  it('after a join says the same as before and is heard', () => {
    const { send, join } = sensor()
    send(0, 1, 0)
    expect(join(MINUTE).disposition).toBe('accept')
    expect(send(0, 1, 2 * MINUTE).disposition).toBe('accept')
  })

  it('a join that was sent before the last uplink and comes late changes nothing', () => {
    const { send, join } = sensor()
    send(0, 1, HOUR)
    join(MINUTE)
    expect(send(0, 1, HOUR + 48 * SECOND).disposition).toBe('duplicate')
  })

  it('without a join (ABP) loses no leak, even one that it told before in the same words', () => {
    const { send } = sensor()
    send(0, 1, 0)
    send(1, 0, MINUTE)
    const restarted = send(0, 1, 2 * MINUTE)
    expect(restarted.disposition).toBe('accept')
    expect(states(restarted)).toEqual(['water.leak active'])
    expect(restarted.warnings).toContain('f_cnt_reset')
  })

  it('and sends nothing but its first counter, tells each change', () => {
    const { send } = sensor()
    expect(dispositions(send(0, 1, 0), send(0, 0, MINUTE), send(0, 1, 2 * MINUTE))).toEqual(Array(3).fill('accept'))
  })
})

describe('a frame that comes late', () => {
  it('is stale where a later one told the same condition', () => {
    const { send } = sensor()
    send(10, 0, HOUR)
    expect(send(8, 1, 0)).toMatchObject({ disposition: 'stale' })
  })

  it('is heard where no later one told its condition', () => {
    const { send } = sensor()
    send(10, 0, HOUR, { hex: '017564' })
    const late = send(8, 1, 0)
    expect(late.disposition).toBe('accept')
    expect(states(late)).toEqual(['water.leak active'])
    expect(late.warnings).toContain('out_of_order')
  })

  it('loses what a later one told and keeps the rest', () => {
    const { send } = sensor()
    const named = { profile: 'LDS02', fPort: 10 }
    send(10, 0, HOUR, { ...named, hex: '0B76010000000000' + '00' })
    const late = send(8, 0, 0, { ...named, hex: 'CB76030000000000' + '00' })
    expect(states(late)).toEqual(['water.leak active'])
  })

  it('is a duplicate where it was here in time', () => {
    const { send } = sensor()
    send(8, 1, 0)
    send(9, 0, MINUTE)
    expect(send(8, 1, 30 * SECOND).disposition).toBe('duplicate')
  })

  it('is not told by a counter alone, or by a clock alone', () => {
    const { send } = sensor()
    send(10, 0, HOUR)
    expect(send(11, 1, 0).disposition).toBe('accept')
    expect(send(3, 1, 2 * HOUR).disposition).toBe('accept')
  })

  it('leaves the newest as the measure', () => {
    const { send } = sensor()
    send(10, 0, HOUR, { hex: '017564' })
    send(8, 1, 0)
    expect(send(9, 0, MINUTE).disposition).toBe('accept')
    expect(send(11, 1, 2 * HOUR).warnings).toEqual([])
  })
})

it('a gap in the counter is told', () => {
  const { send } = sensor()
  send(1, 0, 0)
  expect(send(2, 0, MINUTE).warnings).toEqual([])
  expect(send(5, 0, 2 * MINUTE).warnings).toEqual(['f_cnt_gap:2'])
})

describe('stored readings that are sent again', () => {
  const LOG = '0100000A00000A635CD2F2'
  const NEXT = '0000000A00000F635CE102'
  const log = (memory: ReturnType<typeof plainMemory>, fCnt: number, hex: string) =>
    uplink({ profile: 'LWL03A', fPort: 3, hex, fCnt, at: fCnt * MINUTE }, memory)

  it('count once by their time; a message of nothing else is a duplicate', () => {
    const memory = plainMemory()
    expect(log(memory, 1, LOG).readings).toHaveLength(1)
    const both = log(memory, 2, LOG + NEXT)
    expect(both.readings.map(({ time }) => time)).toEqual([Date.UTC(2022, 9, 29, 8, 14, 58)])
    expect(log(memory, 3, NEXT + LOG).disposition).toBe('duplicate')
  })

  it('also where one reading is the message', () => {
    const memory = plainMemory()
    const stored = { profile: 'EM300-ZLD', hex: '20CE9E74466310015D01' }
    expect(uplink({ ...stored, fCnt: 1 }, memory).disposition).toBe('accept')
    expect(uplink({ ...stored, fCnt: 2, at: MINUTE }, memory).disposition).toBe('duplicate')
    expect(uplink({ ...stored, fCnt: 3, at: HOUR, hex: `050001${stored.hex}` }, memory)).toMatchObject({
      disposition: 'accept',
      readings: [],
    })
  })
})

describe('several channels of one meter', () => {
  it('the condition is over when it is over on each', () => {
    const memory = plainMemory()
    const send = (fCnt: number, hex: string) =>
      states(uplink({ profile: 'CT305', hex, fCnt, at: fCnt * MINUTE }, memory))
    expect(send(1, '8499B80BD007C40901')).toEqual(['meter.over_current active'])
    expect(send(2, '8699B80BD007C40901')).toEqual(['meter.over_current active'])
    expect(send(3, '8499B80BD007C40902')).toEqual(['meter.over_current active'])
    expect(send(4, '8699B80BD007C40902')).toEqual(['meter.over_current cleared'])
    expect(send(5, '8499B80BD007C409018699B80BD007C40902')).toEqual(['meter.over_current active'])
  })
})

it('remembers one bounded row a device, and its kind', () => {
  const { memory, send } = sensor()
  for (let fCnt = 0; fCnt < 200; fCnt++) send(fCnt, fCnt % 2 === 0 ? 0 : 1, fCnt * MINUTE)
  for (let fCnt = 200; fCnt < 400; fCnt++) {
    const stored = (RECEIVED_MS / 1_000 + fCnt * 60).toString(16).match(/../g)!.reverse().join('')
    send(fCnt, 0, fCnt * MINUTE, { hex: `20CE${stored}10015D01` })
  }
  expect([...memory.values.keys()]).toEqual(['lorawan:frames:0011223344556677'])
  expect(JSON.stringify([...memory.values]).length).toBeLessThan(3_000)
  const status = decodeOn('application/app/device/0011223344556677/event/status', { margin: 5 }, memory).decoded
  expect(status.device?.kind).toBe('water_leak')
})
