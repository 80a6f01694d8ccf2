import { describe, expect, it } from 'vitest'
import { NEW_DEVICE, observeMessage } from '../../../rules/alarms/device-state.ts'
import { tellsRain } from '../../../rules/follow-ups/rain.ts'
import { type Saying, saying } from '../../support/engine.ts'

/** Whether the last of these says that it rains. */
function rains(...said: (Saying & { retained?: boolean })[]): boolean {
  const messages = said.map(({ retained, ...each }, at) => ({
    ...saying('gauge', at, each),
    ...(retained !== undefined && { retained }),
  }))
  const last = messages.pop()!
  return tellsRain(
    messages.reduce((state, message) => observeMessage(state, message, null), NEW_DEVICE),
    last,
  )
}

const amount = (mm: number) => ({ values: { 'rain.amount': mm } })
const wet = (active: boolean) => ({ levels: { 'weather.rain': active } })

describe('a rain gauge tells of rain', () => {
  it.each([
    [true, 'its first amount counts from zero', [amount(0.2)]],
    [false, 'it has counted for years before', [amount(812.4)]],
    [true, 'it had, and now it rains', [amount(812.4), amount(812.7)]],
    [false, 'nothing has fallen', [amount(0)]],
    [false, 'the amount stands', [amount(12.3), amount(12.3)]],
    [true, 'a tenth more, however it is written', [amount(12.3), amount(12.4)]],
    [false, 'less than a tenth is a trace', [amount(12.3), amount(12.39)]],
    [false, 'it began again at zero', [amount(12.3), amount(0)]],
    [true, 'it has rained since it began again', [amount(12.3), amount(0.4)]],
  ])('%s: %s', (isRain, _why, said) => expect(rains(...said)).toBe(isRain))
})

describe('a rain sensor tells of rain', () => {
  it.each([
    [true, 'it is wet', [wet(true)]],
    [true, 'it was wet until now', [wet(true), wet(false)]],
    [false, 'it is dry', [wet(false)]],
    [true, 'it says so once', [{ pulses: ['weather.rain'] }]],
    [false, 'something else is wet', [{ levels: { 'water.leak': true } }]],
  ])('%s: %s', (isRain, _why, said) => expect(rains(...said)).toBe(isRain))
})

it('what is historical, or of unknown age, tells nothing', () => {
  expect(rains({ ...wet(true), live: false })).toBe(false)
  expect(rains({ ...amount(5), retained: true })).toBe(false)
})
