import { describe, expect, it } from 'vitest'
import type { MappingInput } from '../../../rules/model.ts'
import { faultsOf, mapped } from '../../support/mappings.ts'

type Event = NonNullable<MappingInput['events']>[number]

function statesOf(events: Event | Event[], payload: unknown): Record<string, string> {
  const { decoded } = mapped({ events: [events].flat(), heartbeat: true })(payload)
  return Object.fromEntries(decoded.conditions.map(({ code, state }) => [code, state]))
}

describe('an event by words', () => {
  const trapped: Event = { code: 'elevator.entrapment', path: 'trapped' }

  it.each([
    [true, 'active'],
    [1, 'active'],
    ['on', 'active'],
    ['0', 'cleared'],
    [false, 'cleared'],
    ['maybe', 'unknown'],
    [2, 'unknown'],
  ])('%j, by the usual words, is %s', (value, state) => {
    expect(statesOf(trapped, { trapped: value })).toEqual({ 'elevator.entrapment': state })
  })

  it('null and absence say nothing, and never "no"', () => {
    expect(statesOf(trapped, { trapped: null })).toEqual({})
    expect(statesOf(trapped, {})).toEqual({})
    expect(statesOf({ ...trapped, active: ['x'], otherwise: 'cleared' }, { trapped: null })).toEqual({})
    expect(mapped({ events: [trapped] })({}).decoded).toMatchObject({ disposition: 'reject', reason: 'invalid_shape' })
  })

  it.each([
    ['02', 'active'],
    [2, 'active'],
    ['idle', 'cleared'],
    [7, 'pulse'],
    ['Idle', 'unknown'],
    [3, 'unknown'],
  ])('%j, by its own words, is %s', (value, state) => {
    const own: Event = {
      code: 'elevator.entrapment',
      path: 's',
      active: [2, 'trapped'],
      cleared: ['idle'],
      pulse: ['7'],
    }
    expect(statesOf(own, { s: value })).toEqual({ 'elevator.entrapment': state })
  })

  it('every other word clears where that is said', () => {
    const own: Event = { code: 'elevator.entrapment', path: 's', active: ['trapped'], otherwise: 'cleared' }
    expect(statesOf(own, { s: 'running' })).toEqual({ 'elevator.entrapment': 'cleared' })
    expect(statesOf(own, { s: 'trapped' })).toEqual({ 'elevator.entrapment': 'active' })
  })
})

describe('an event by CEL', () => {
  const inferred: Event = { code: 'elevator.entrapment', cel: 'payload.alarm == true && payload.speed == 0.0' }

  it('is true or false', () => {
    expect(statesOf(inferred, { alarm: true, speed: 0 })).toEqual({ 'elevator.entrapment': 'active' })
    expect(statesOf(inferred, { alarm: true, speed: 1 })).toEqual({ 'elevator.entrapment': 'cleared' })
  })

  it('or a state', () => {
    const cel = 'payload.kind == "press" ? "pulse" : "unknown"'
    expect(statesOf({ code: 'elevator.alarm_button', cel }, { kind: 'press' })).toEqual({
      'elevator.alarm_button': 'pulse',
    })
  })

  it('that fails says nothing', () => {
    expect(statesOf(inferred, { alarm: true })).toEqual({})
    const { notes } = mapped({ events: [inferred], heartbeat: true })({ alarm: true })
    expect(notes).toEqual([{ place: 'events[0].cel', message: 'No such key: speed' }])
  })
})

describe('a table of native codes', () => {
  const table = {
    11: 'elevator.entrapment',
    '05': 'elevator.overspeed',
    90: { code: 'elevator.alarm_button', state: 'pulse' as const },
    40: { code: 'elevator.maintenance_mode', state: 'cleared' as const },
  }

  it('names what is the case; what it does not name is untouched', () => {
    expect(statesOf({ path: 'code', table }, { code: '11' })).toEqual({ 'elevator.entrapment': 'active' })
    expect(statesOf({ path: 'code', table }, { code: 5 })).toEqual({ 'elevator.overspeed': 'active' })
    expect(statesOf({ path: 'code', table }, { code: 90 })).toEqual({ 'elevator.alarm_button': 'pulse' })
    expect(statesOf({ path: 'code', table }, { code: 40 })).toEqual({ 'elevator.maintenance_mode': 'cleared' })
  })

  it('in a full state clears what is not named, but no pulse', () => {
    const full: Event = { path: 'faults', table, fullState: true }
    const clear = { 'elevator.overspeed': 'cleared', 'elevator.maintenance_mode': 'cleared' }
    expect(statesOf(full, { faults: [11] })).toEqual({ 'elevator.entrapment': 'active', ...clear })
    expect(statesOf(full, { faults: [] })).toEqual({ 'elevator.entrapment': 'cleared', ...clear })
    expect(statesOf({ ...full, path: 'faults[*].code' }, { faults: [{ code: 11 }, {}] })).toMatchObject({
      'elevator.entrapment': 'active',
    })
  })

  it('clears nothing where the list is absent, null, or hides something', () => {
    const full: Event = { path: 'faults', table, fullState: true }
    for (const faults of [undefined, null, [null], [11, null], '', { 11: true }])
      expect(statesOf(full, { faults })).toEqual({})
  })

  it('has values that say that nothing is wrong', () => {
    const none: Event = { path: 'code', table, none: ['00', ''] }
    const cleared = ['elevator.entrapment', 'elevator.maintenance_mode', 'elevator.overspeed']
    for (const code of [0, '0', '00', '']) expect(Object.keys(statesOf(none, { code })).sort()).toEqual(cleared)
    expect(statesOf(none, { code: 11 })).toEqual({ 'elevator.entrapment': 'active' })
  })

  it('lets a code that is not in it be seen, and never guesses', () => {
    expect(statesOf({ path: 'code', table }, { code: 'E 77' })).toEqual({ 'generic.E_77': 'active' })
    const other: Event = { path: 'code', table, other: 'elevator.other_fault', fullState: true }
    expect(statesOf(other, { code: 77 })).toMatchObject({
      'elevator.other_fault': 'active',
      'elevator.entrapment': 'cleared',
    })
    expect(statesOf(other, { code: 11 })).toMatchObject({ 'elevator.other_fault': 'cleared' })
  })

  it('joins with others: what one names is there, whatever another clears', () => {
    const two: Event[] = [
      { path: 'a', table: { 1: 'elevator.entrapment' }, fullState: true },
      { path: 'b', table: { 1: 'elevator.entrapment' }, fullState: true },
    ]
    expect(statesOf(two, { a: [1], b: [] })).toEqual({ 'elevator.entrapment': 'active' })
    expect(statesOf(two, { a: [], b: [1] })).toEqual({ 'elevator.entrapment': 'active' })
  })
})

describe('events that do not fit', () => {
  it.each<[Event, RegExp]>([
    [
      { code: 'elevator.entrapement', path: 'x' },
      /^events\[0\]\.code: elevator\.entrapement is not a condition; near it: elevator\.entrapment/,
    ],
    [{ code: 'entrapment', path: 'x' }, /near it: elevator\.entrapment/],
    [{ code: 'voltage.l1', path: 'x' }, /^events\[0\]\.code: voltage\.l1 is a point; put it under `points`/],
    [{ code: 'water.leak', path: 'x', active: [1], cleared: ['01'] }, /^events\[0\]: 1 is listed for two states/],
    [{ code: 'water.leak', path: 'a[*]' }, /^events\[0\]\.path: one value is wanted/],
    [{ code: 'water.leak', cel: 'payload.a + 1.0' }, /^events\[0\]\.cel: it gives double; bool or string was expected/],
    [
      { path: 'x', table: { 1: 'water.leek' } },
      /^events\[0\]\.table\.1: water\.leek is not a condition; near it: water\.leak/,
    ],
    [{ path: 'x', table: { 1: 'water.leak', '01': 'water.leak' } }, /^events\[0\]\.table\.01: .*twice/],
    [{ path: 'x', table: {} }, /^events\[0\]\.table: it is empty/],
    [{ path: 'x', table: { 1: 'water.leak' }, other: 'odd' }, /^events\[0\]\.other: odd is not a condition/],
  ])('%j', (event, why) => {
    expect(faultsOf({ events: [event] })).toEqual([expect.stringMatching(why)])
  })
})
