import { describe, expect, it } from 'vitest'
import { answered, ranOut } from '../../../rules/dispatch/head-count.ts'
import type { CallIn, CallInAnswer } from '../../../rules/model.ts'

const DUE = 1_000
const callIn: CallIn = {
  ...{ id: 'c', ticket: 't', site: 'default', people: 2, dueAt: DUE, metAt: null, state: 'running' },
  ...{ createdAt: 0, by: 'Zhang', answers: [] },
}
const say = (to: CallIn, responder: string, answer: CallInAnswer, at: number) => answered(to, { responder, answer, at })

describe('a call-in', () => {
  it('is met by the last who is needed, exactly at its due time too', () => {
    const one = say(callIn, 'a', 'arrived', 10)
    expect(one).toMatchObject({ state: 'running', metAt: null })
    expect(say(one, 'b', 'arrived', DUE)).toMatchObject({ state: 'met', metAt: DUE })
    expect(say(one, 'b', 'arrived', DUE + 1)).toMatchObject({ state: 'met_late', metAt: DUE + 1 })
  })

  it('counts nobody twice, and nobody who only says that he comes', () => {
    const twice = say(say(callIn, 'a', 'arrived', 10), 'a', 'arrived', 20)
    expect(say(twice, 'b', 'coming', 30)).toMatchObject({ state: 'running', metAt: null })
    const taken = say(say(callIn, 'a', 'arrived', 10), 'a', 'declined', 20)
    expect(say(taken, 'b', 'arrived', 30)).toMatchObject({ state: 'running', metAt: null })
  })

  it('stays met, and stays cancelled', () => {
    const met = say(say(callIn, 'a', 'arrived', 10), 'b', 'arrived', 20)
    expect(say(met, 'a', 'declined', 30)).toMatchObject({ state: 'met', metAt: 20 })
    const cancelled: CallIn = { ...callIn, people: 1, state: 'cancelled' }
    expect(say(cancelled, 'a', 'arrived', 30)).toMatchObject({ state: 'cancelled', metAt: null })
  })

  it('runs out the first millisecond after its due time', () => {
    expect(ranOut(callIn, DUE)).toBe(callIn)
    expect(ranOut(callIn, DUE + 1).state).toBe('breached')
  })
})
