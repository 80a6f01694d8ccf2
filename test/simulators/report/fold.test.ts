import { describe, expect, it } from 'vitest'
import { MINUTE_MS } from '../../../rules/model.ts'
import { foldLines, limitTold } from '../../../simulators/report/fold.ts'
import { factOf, lineAt, linesOf, scenarioOf } from './played.ts'

const devices = Array.from({ length: 40 }, (_, at) => ({ id: `leak-${at}` })) as never
const scenario = scenarioOf({ devices })
const seen = (lines: Parameters<typeof foldLines>[0]) =>
  foldLines(lines, scenario).map((told) => ('line' in told ? told.line.text : told))
const wet = (at: number, afterMs = at) => lineAt(afterMs, 'building', `leak-${at} is wet (B${at} 房间${at})`)

describe('alike lines', () => {
  it('are counted after the third', () => {
    const lines = [...Array.from({ length: 40 }, (_, at) => wet(at)), lineAt(50, 'people', 'zhang sets out')]
    const first = [0, 1, 2].map((at) => wet(at).text)
    expect(seen(lines)).toEqual([...first, { alike: 37 }, 'zhang sets out'])
  })

  it('are told themselves where it is one only', () => {
    expect(seen([0, 1, 2, 3].map((at) => wet(at)))).toHaveLength(4)
    expect(seen([0, 1, 2, 3].map((at) => wet(at))).at(-1)).toBe(wet(3).text)
  })

  it('are counted together where several kinds alternate', () => {
    const lines = Array.from({ length: 10 }, (_, at) => [wet(at), lineAt(at, 'story', `step ${at}`)]).flat()
    expect(seen(lines)).toEqual([...lines.slice(0, 6).map(({ text }) => text), { alike: 14 }])
  })

  it('are news again after a quiet time', () => {
    const lines = [0, 1, 2, 3, 4].map((at) => wet(at, at * 1_000))
    expect(seen([...lines, wet(9, 10 * MINUTE_MS + 4_001)]).slice(-2)).toEqual([{ alike: 2 }, wet(9).text])
    expect(seen([...lines, wet(9, 10 * MINUTE_MS + 4_000)]).at(-1)).toEqual({ alike: 3 })
  })

  it('say the same of something else: another milestone, kind or channel is not alike', () => {
    const notice = (channel: string) => factOf('notice', 'sent', 0, { kind: 'ticket.call', channel, recipient: 'x' })
    const facts = ['sms', 'sms', 'sms', 'sms', 'voice', 'sms', 'sms'].map(notice)
    expect(foldLines(linesOf(facts, []), scenario).map((told) => 'line' in told)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
    ])
  })
})

describe('a limit', () => {
  it('leaves the middle out and counts every line in it', () => {
    const told = foldLines(
      Array.from({ length: 20 }, (_, at) => wet(at)),
      scenario,
    )
    const few = [...told, ...told, ...told]
    expect(limitTold(few, 12)).toEqual(few)
    const limited = limitTold(few, 4)
    expect(limited).toEqual([...few.slice(0, 3), { left: 17 + 20 + 3 }, few.at(-1)])
  })
})
