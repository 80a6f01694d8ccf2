import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flagsOf, stopsOf } from '../../../../../api/web/src/console/ticket/milestones.ts'
import { brokenScale, layoutStrip, spread } from '../../../../../api/web/src/console/ticket/strip.ts'
import { at, clockView, OPENED_MS, ticketView } from '../../views.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('labels', () => {
  it('stay where they wish to be as long as none is in the way', () => {
    expect(spread([100, 300, 500], 100, 50, 950)).toEqual([100, 300, 500])
    expect(spread([100, 110, 500], 100, 50, 950)).toEqual([100, 200, 500])
    expect(spread([940, 945, 950], 100, 50, 950)).toEqual([750, 850, 950])
  })

  it('keep their order, their distance and the edges, whatever they wish', () => {
    const wishes = fc.array(fc.integer({ min: -500, max: 2_000 }), { minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(wishes, (wished) => {
        const placed = spread(
          [...wished].sort((a, b) => a - b),
          100,
          50,
          950,
        )
        placed.slice(1).forEach((x, index) => expect(x - placed[index]!).toBeGreaterThanOrEqual(100 - 1e-6))
        expect(Math.min(...placed)).toBeGreaterThanOrEqual(50 - 1e-6)
        expect(Math.max(...placed)).toBeLessThanOrEqual(950 + 1e-6)
      }),
    )
  })

  it('come closer to each other where they do not fit otherwise', () => {
    expect(spread([0, 0, 0], 100, 0, 100)).toEqual([0, 50, 100])
  })
})

describe('the scale', () => {
  it('makes equal times equally long', () => {
    const { x, breaks } = brokenScale([0, 3 * MINUTE, 10 * MINUTE], 0, 1_000)
    expect(breaks).toEqual([])
    expect(x(5 * MINUTE) - x(4 * MINUTE)).toBeCloseTo(100)
    expect([x(0), x(10 * MINUTE)]).toEqual([0, 1_000])
  })

  it('cuts out what is too long, and says how long that is', () => {
    const { x, breaks } = brokenScale([0, 3 * MINUTE, 10 * MINUTE, 48 * HOUR], 0, 1_000)
    expect(breaks.map(({ leftOutMs }) => leftOutMs)).toEqual([48 * HOUR - 10 * MINUTE])
    expect(x(10 * MINUTE)).toBeGreaterThan(900)
    expect(x(3 * MINUTE) / x(10 * MINUTE)).toBeCloseTo(0.3)
    expect(x(48 * HOUR)).toBeCloseTo(1_000)
  })

  it('never goes back in time', () => {
    const times = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(times, (instants) => {
        const { x } = brokenScale(instants, 50, 950)
        const places = [...instants].sort((a, b) => a - b).map(x)
        places.slice(1).forEach((place, index) => expect(place).toBeGreaterThanOrEqual(places[index]!))
        for (const place of places) expect(place).toBeGreaterThanOrEqual(50)
        for (const place of places) expect(place).toBeLessThanOrEqual(950 + 1e-6)
      }),
    )
  })
})

describe('the strip of a ticket', () => {
  const accepted = { at: at(2 * MINUTE), by: 'x', action: 'accept', note: '' }
  const ticket = ticketView('1', { clocks: [clockView('accept', 3 * MINUTE), clockView('arrive', 10 * MINUTE)] })
  const history = [{ ...accepted, from: 'assigned', to: 'accepted' } as const]
  const stops = stopsOf({ ...ticket, history })
  const input = { stops, flags: flagsOf(ticket), holds: [] }

  it('has a dot for what was reached and none for what was not', () => {
    const { stops: placed } = layoutStrip({ ...input, nowMs: OPENED_MS + 4 * MINUTE }, 1_200)
    const dots = Object.fromEntries(placed.map(({ stop, x }) => [stop.name, x !== null]))
    expect(dots).toMatchObject({ opened: true, dispatch: false, accept: true, arrive: false, complete: false })
    const labels = placed.map(({ labelX }) => labelX)
    expect([...labels].sort((a, b) => a - b)).toEqual(labels)
  })

  it('turns a flag red once its time has passed, and moves on with now', () => {
    const flagsAt = (nowMs: number | null) =>
      layoutStrip({ ...input, nowMs }, 1_200).flags.map(({ flag, isOver }) => [flag.id, isOver])
    expect(flagsAt(OPENED_MS + 10 * MINUTE)).toContainEqual(['arrive', false])
    expect(flagsAt(OPENED_MS + 10 * MINUTE + 1)).toContainEqual(['arrive', true])
    const late = layoutStrip({ ...input, nowMs: OPENED_MS + 20 * MINUTE }, 1_200)
    expect(late.nowX!).toBeGreaterThan(late.flags.find(({ flag }) => flag.id === 'arrive')!.x)
    expect(layoutStrip({ ...input, nowMs: null }, 1_200).nowX).toBeNull()
  })

  it('draws a hold that still lasts up to now', () => {
    const nowMs = OPENED_MS + 8 * MINUTE
    const holds = [{ fromMs: OPENED_MS + 5 * MINUTE, toMs: null }]
    const layout = layoutStrip({ ...input, holds, nowMs }, 1_200)
    expect(layout.holds[0]!.x + layout.holds[0]!.width).toBeCloseTo(layout.nowX!)
  })
})
