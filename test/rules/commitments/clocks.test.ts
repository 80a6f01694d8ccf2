import { describe, expect, it } from 'vitest'
import type { TicketClock } from '../../../rules/model.ts'
import { breachClock, cancelClocks, meetClocks, startClocks } from '../../../rules/commitments/clocks.ts'
import { defaultCommitment } from '../../../rules/commitments/default.ts'

const OPENED = Date.UTC(2026, 10, 23, 2)
const repair = { category: 'water_leak', priority: 'critical', origin: 'report', kind: 'repair', size: null } as const
const opened = { ...repair, problems: [], openedAt: OPENED, occurredAt: OPENED, appointmentAt: null }
const clocks = startClocks([defaultCommitment], opened, 'UTC')
const arrive = clocks[1]!
const met = (now: number): TicketClock => meetClocks(clocks, ['arrive'], now)[1]!

describe('the clocks of the default commitment', () => {
  it('are accept in 3 min, arrive in 10 min and complete in 48 h after opening', () => {
    expect(clocks.map(({ milestone, dueAt }) => [milestone, dueAt - OPENED])).toEqual([
      ['accept', 180_000],
      ['arrive', 600_000],
      ['complete', 172_800_000],
    ])
    for (const clock of clocks) expect(clock).toMatchObject({ state: 'running', metAt: null, breachedAt: null })
  })

  it('of an appointment run from the time that was agreed, not from the call', () => {
    const appointmentAt = OPENED + 3 * 86_400_000
    const agreed = startClocks([defaultCommitment], { ...opened, kind: 'appointment', appointmentAt }, 'UTC')
    expect(agreed.map(({ milestone, dueAt }) => [milestone, dueAt])).toEqual([
      ['arrive', appointmentAt],
      ['complete', Date.UTC(2026, 10, 29)],
    ])
  })
})

describe('a milestone', () => {
  it('reached exactly at its due time is on time', () => {
    expect(met(arrive.dueAt)).toEqual({ ...arrive, state: 'met', metAt: arrive.dueAt })
  })

  it('reached a millisecond later is late, and says both', () => {
    const at = arrive.dueAt + 1
    expect(met(at)).toEqual({ ...arrive, state: 'met_late', metAt: at, breachedAt: at })
  })

  it('reached late after a tick marked it keeps the moment of the breach', () => {
    const breached = clocks.map((clock) => breachClock(clock, arrive.dueAt + 1))
    expect(meetClocks(breached, ['arrive'], arrive.dueAt + 60_000)[1]).toMatchObject({
      state: 'met_late',
      metAt: arrive.dueAt + 60_000,
      breachedAt: arrive.dueAt + 1,
    })
  })

  it('reached again changes nothing', () => {
    const once = meetClocks(clocks, ['arrive'], OPENED + 5)
    expect(meetClocks(once, ['arrive'], OPENED + 9)[1]).toEqual(once[1])
  })

  it('moves no other clock, but shows which have run out', () => {
    const [accept, , complete] = meetClocks(clocks, ['arrive'], OPENED + 200_000)
    expect(accept).toMatchObject({ state: 'breached', breachedAt: OPENED + 180_001, metAt: null })
    expect(complete).toEqual(clocks[2])
  })
})

describe('a clock that runs out', () => {
  it('is breached the first millisecond after its due time, whenever somebody looks', () => {
    expect(breachClock(arrive, arrive.dueAt)).toBe(arrive)
    for (const laterMs of [1, 2, 86_400_000]) {
      expect(breachClock(arrive, arrive.dueAt + laterMs)).toEqual({
        ...arrive,
        state: 'breached',
        breachedAt: arrive.dueAt + 1,
      })
    }
  })

  it('is breached once', () => {
    const breached = breachClock(arrive, arrive.dueAt + 1)
    expect(breachClock(breached, arrive.dueAt + 500)).toBe(breached)
  })

  it('is not breached where it is met or cancelled', () => {
    const done = met(OPENED + 5)
    expect(breachClock(done, arrive.dueAt + 500)).toBe(done)
    const cancelled = cancelClocks(clocks, OPENED + 5)[1]!
    expect(cancelled.state).toBe('cancelled')
    expect(breachClock(cancelled, arrive.dueAt + 500)).toBe(cancelled)
  })
})

describe('cancelling', () => {
  it('leaves what is met met and what is breached breached', () => {
    const accepted = meetClocks(clocks, ['accept'], OPENED + 5)
    const states = cancelClocks(accepted, arrive.dueAt + 1).map(({ state }) => state)
    expect(states).toEqual(['met', 'breached', 'cancelled'])
    expect(cancelClocks(clocks, arrive.dueAt).map(({ state }) => state)).toEqual(['breached', 'cancelled', 'cancelled'])
  })
})
