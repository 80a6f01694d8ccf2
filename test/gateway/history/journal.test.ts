import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { journalHistory } from '../../../gateway/history/journal.ts'
import { EngineBench, HOUR, METER, MINUTE, saying, SECOND, START } from '../../support/engine.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

const volts = (at: number, value: number, deviceAt: number | null = null) =>
  saying(METER, at, { values: { 'voltage.l1': value }, deviceAt })

function read(fromMs: number, toMs: number, maxPoints: number, point = 'voltage.l1') {
  const deviceKey = bench.engine.device(METER)!.device.key
  return journalHistory(bench.store.reader)({ deviceKeys: [deviceKey], point, fromMs, toMs, maxPoints })
}

describe('history', () => {
  it('keeps the smallest and the largest of each bucket, so that a peak of one second shows in a day', async () => {
    const values = Array.from({ length: 1_000 }, (_, index) => (index === 500 ? 411 : index === 501 ? 3 : 220))
    await bench.take(...values.map((value, index) => volts(START + index * SECOND, value)))
    const buckets = await read(START, START + 24 * HOUR, 24)
    expect(buckets).toHaveLength(1)
    expect(buckets[0]).toMatchObject({ at: START, min: 3, max: 411, count: 1_000 })
    expect(buckets[0]?.average).toBeCloseTo((998 * 220 + 411 + 3) / 1_000)
  })

  it('has a bucket for each span in which there was something, oldest first', async () => {
    for (const minute of [0, 1, 1.5, 7]) await bench.take(volts(START + minute * MINUTE, 220 + minute))
    const buckets = await read(START, START + 10 * MINUTE, 10)
    expect(buckets.map(({ at, min, max, count }) => [(at - START) / MINUTE, min, max, count])).toEqual([
      [0, 220, 220, 1],
      [1, 221, 221.5, 2],
      [7, 227, 227, 1],
    ])
  })

  it('takes both ends of the span and nothing beyond', async () => {
    await bench.take(volts(START - 1, 1), volts(START, 2), volts(START + MINUTE, 3), volts(START + MINUTE + 1, 4))
    const buckets = await read(START, START + MINUTE, 60)
    expect(buckets.map(({ min }) => min)).toEqual([2, 3])
  })

  it('has no more buckets than were asked for', async () => {
    await bench.take(...Array.from({ length: 11 }, (_, index) => volts(START + index * SECOND, index)))
    expect((await read(START, START + 10 * SECOND, 10)).length).toBeLessThanOrEqual(10)
  })

  it('stands at the time of the device where that can be right, else at the receive time', async () => {
    const old = START - 100 * 24 * HOUR
    await bench.take(
      volts(START, 5, old),
      volts(START + SECOND, 6, 0),
      volts(START + 2 * SECOND, 7, START + 4 * MINUTE),
    )
    expect((await read(old, old + 1, 10)).map(({ min }) => min)).toEqual([5])
    expect((await read(START, START + 5 * MINUTE, 1_000)).map(({ min }) => min)).toEqual([6, 7])
  })

  it('finds what a device sent with a clock that is ahead, by when it was received', async () => {
    await bench.take(...Array.from({ length: 50 }, (_, index) => volts(START + index, 220)))
    await bench.take(volts(START + 50, 231, START + 50 + 5 * MINUTE))
    expect((await read(START + 4 * MINUTE, START + 6 * MINUTE, 10)).map(({ min }) => min)).toEqual([231])
  })

  it('has stored values of history too, and only those of the point and device asked for', async () => {
    await bench.take(saying(METER, START, { values: { 'voltage.l1': 220, 'voltage.l2': 0 }, live: false }))
    await bench.say('lift-1', { values: { 'voltage.l1': 1 } })
    expect((await read(START, START + 1, 10)).map(({ min, count }) => [min, count])).toEqual([[220, 1]])
    expect((await read(START, START + 1, 10, 'voltage.l2')).map(({ min }) => min)).toEqual([0])
    expect(await read(START, START + 1, 10, 'voltage.l3')).toEqual([])
    expect(await read(START, START + 1, 10, 'toString')).toEqual([])
  })

  it('of nothing is nothing', async () => {
    expect(await read(START, START + HOUR, 10)).toEqual([])
  })
})
