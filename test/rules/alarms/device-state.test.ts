import { describe, expect, it } from 'vitest'
import {
  changedConditions,
  isResent,
  NEW_DEVICE,
  observeMessage,
  readingTime,
} from '../../../rules/alarms/device-state.ts'
import { RECENT_KEPT } from '../../../rules/alarms/recent.ts'
import type { DeviceState } from '../../../rules/model.ts'
import { MINUTE, type Saying, saying, SECOND, START } from '../../support/engine.ts'

const DAY = 86_400_000
const observe = (said: Saying, state: DeviceState = NEW_DEVICE) => observeMessage(state, saying('d', START, said), null)

describe('the time of a reading', () => {
  it.each<[string, number | null, number]>([
    ['the device says nothing', null, START],
    ['the device is on time', START - 5, START - 5],
    ['it is 5 minutes ahead', START + 5 * MINUTE, START + 5 * MINUTE],
    ['it is a millisecond more than 5 minutes ahead', START + 5 * MINUTE + 1, START],
    ['it was buffered for 400 days', START - 400 * DAY, START - 400 * DAY],
    ['it is a millisecond older than 400 days', START - 400 * DAY - 1, START],
    ['the device thinks that it is 1970', 0, START],
    ['the device is ten years ahead', START + 3_650 * DAY, START],
  ])('where %s', (_name, deviceAt, expected) => {
    expect(readingTime(deviceAt, START)).toBe(expected)
  })
})

describe('what is known of a device', () => {
  it('is the last of each point, condition and health field', () => {
    const first = observe({ values: { 'voltage.l1': 230, 'voltage.l2': 231 }, health: { rssi: -60 } })
    const second = observe({ at: START + 5, values: { 'voltage.l1': 229 }, health: { snr: 7 } }, first)
    expect(second.points.get('voltage.l1')).toEqual({
      value: 229,
      unit: 'V',
      at: START + 5,
      previous: 230,
      heardAt: START + 5,
    })
    expect(second.points.get('voltage.l2')).toEqual({ value: 231, unit: 'V', at: START, heardAt: START })
    expect(second.health).toEqual({ rssi: -60, snr: 7 })
    expect(first.points.get('voltage.l1')?.value).toBe(230)
  })

  it('keeps of each what it was before it was last told, also where that is the same', () => {
    const told = [{ batteryPercent: 90 }, { batteryPercent: 80, rssi: -60 }, { rssi: -60 }]
    const state = told.reduce((known, health) => observe({ health }, known), NEW_DEVICE)
    expect(state.previousHealth).toEqual({ batteryPercent: 90, rssi: -60 })
    const volts = [230, 240, 240].reduce((known, volt) => observe({ values: { 'voltage.l1': volt } }, known), state)
    expect(volts.points.get('voltage.l1')).toMatchObject({ value: 240, previous: 240 })
    expect(observe({ values: { 'voltage.l2': 1 } }, volts).points.get('voltage.l1')?.previous).toBe(240)
  })

  it('says since when a level holds, by the server', () => {
    const wet = { levels: { 'water.leak': true }, deviceAt: 5 }
    const first = observe(wet)
    const second = observe({ ...wet, at: START + MINUTE }, first)
    const wetAgain = { state: 'active', since: START, previous: 'active', heardAt: START + MINUTE }
    expect(second.conditions.get('water.leak')).toEqual(wetAgain)
    const dry = observe({ levels: { 'water.leak': false }, at: START + 2 * MINUTE }, second)
    expect(dry.conditions.get('water.leak')).toMatchObject({ state: 'cleared', since: START + 2 * MINUTE })
  })

  it('does not learn from history, but was heard', () => {
    const state = observe({ live: false, values: { 'voltage.l1': 1 }, levels: { 'water.leak': true } })
    expect([state.points.size, state.conditions.size]).toEqual([0, 0])
    expect([state.lastSeenAt, state.silentSince]).toEqual([START, START])
  })

  it('was not heard where others speak for it', () => {
    const state = observe({ heard: false, levels: { 'device.offline': true } })
    expect([state.lastSeenAt, state.silentSince]).toEqual([null, null])
    expect(state.conditions.get('device.offline')?.state).toBe('active')
  })
})

describe('a re-send', () => {
  const numbered = (seq: number, print: number, state = NEW_DEVICE, at = START) =>
    observeMessage(state, saying('d', at, { seq }), print)
  const resent = (state: DeviceState, seq: number, print: number, at: number) =>
    isResent(state, saying('d', at, { seq }), print)

  it('has the same number and the same content within ten minutes', () => {
    const state = numbered(7, 1)
    expect(resent(state, 7, 1, START + SECOND)).toBe(true)
    expect(resent(state, 7, 2, START + SECOND)).toBe(false)
    expect(resent(state, 8, 1, START + SECOND)).toBe(false)
    expect(resent(state, 7, 1, START + 10 * MINUTE)).toBe(true)
    expect(resent(state, 7, 1, START + 10 * MINUTE + 1)).toBe(false)
  })

  it('is recognised among the last 8,192, and not kept for much longer', () => {
    let state = NEW_DEVICE
    for (let seq = 0; seq < 10_000; seq++) state = numbered(seq, seq, state)
    const kept = state.recent.flatMap(({ messages }) => messages).map(({ seq }) => seq)
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => 10_000 - kept.length + index))
    expect(kept.length).toBeGreaterThanOrEqual(RECENT_KEPT)
    expect(kept.length).toBeLessThan(RECENT_KEPT + 256)
    expect(resent(state, 9_999, 9_999, START)).toBe(true)
    expect(resent(state, 10_000 - RECENT_KEPT, 10_000 - RECENT_KEPT, START)).toBe(true)
    expect(resent(state, 1, 1, START)).toBe(false)
    expect(numbered(1, 1, state, START + 10 * MINUTE + 1).recent.flatMap(({ messages }) => messages)).toHaveLength(1)
  })

  it('of a device that seldom speaks is kept for ten minutes, and not until there are many', () => {
    let state = NEW_DEVICE
    for (let minute = 0; minute < 200; minute++) state = numbered(minute, minute, state, START + minute * MINUTE)
    const kept = state.recent.flatMap(({ messages }) => messages).map(({ seq }) => seq)
    expect(kept).toEqual(Array.from({ length: 11 }, (_, index) => 189 + index))
  })

  it('is recognised whatever order its numbers came in', () => {
    const numbers = Array.from({ length: 1_000 }, (_, index) => (index * 377) % 1_000)
    let state = NEW_DEVICE
    for (const seq of numbers) state = numbered(seq, seq, state)
    expect(numbers.filter((seq) => !resent(state, seq, seq, START))).toEqual([])
    expect(numbers.filter((seq) => resent(state, seq, seq + 1, START))).toEqual([])
  })
})

describe('the conditions of a message that are news', () => {
  const wet = saying('d', START, { levels: { 'water.leak': true } })
  const known = observeMessage(NEW_DEVICE, wet, null)

  it('are levels where they changed, and every pulse', () => {
    expect(changedConditions(NEW_DEVICE, wet)).toHaveLength(1)
    expect(changedConditions(known, wet)).toEqual([])
    expect(changedConditions(known, saying('d', START, { levels: { 'water.leak': false } }))).toHaveLength(1)
    const pulse = saying('d', START, { pulses: ['elevator.alarm_button'] })
    expect(changedConditions(observeMessage(NEW_DEVICE, pulse, null), pulse)).toHaveLength(1)
  })

  it('are all of them in history', () => {
    expect(changedConditions(known, { ...wet, live: false })).toHaveLength(1)
  })
})
