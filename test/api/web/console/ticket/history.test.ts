import { describe, expect, it } from 'vitest'
import { activeSpans, mergedHistory } from '../../../../../api/web/src/console/ticket/history.ts'
import { alarmView, at, OPENED_MS } from '../../views.ts'

const entry = (afterMs: number, action: string) => ({ at: at(afterMs), by: 'system', action, note: '' })

describe('the history of a ticket', () => {
  it('has what became of its alarms in its place', () => {
    const own = [
      { ...entry(0, 'open'), from: null, to: 'pending_dispatch' as const },
      { ...entry(5_000, 'assign'), from: 'pending_dispatch' as const, to: 'assigned' as const },
    ]
    const ofAlarm = { alarm: alarmView('a'), entries: [entry(0, 'raised'), entry(3_000, 'acknowledged')] }
    const actions = mergedHistory(own, [ofAlarm]).map(({ entry: { action } }) => action)
    expect(actions).toEqual(['raised', 'open', 'acknowledged', 'assign'])
  })
})

describe('when an alarm stood', () => {
  it('begins when it is raised, and ends when it returns', () => {
    const entries = [entry(0, 'raised'), entry(9_000, 'returned'), entry(20_000, 're_alarmed')]
    expect(activeSpans(alarmView('a'), entries)).toEqual([
      { fromMs: OPENED_MS, toMs: OPENED_MS + 9_000 },
      { fromMs: OPENED_MS + 20_000, toMs: null },
    ])
  })

  it('goes on where it alarms again while it stands', () => {
    const entries = [entry(0, 'raised'), entry(5_000, 're_alarmed')]
    expect(activeSpans(alarmView('a'), entries)).toEqual([{ fromMs: OPENED_MS, toMs: null }])
  })

  it('ends with the alarm where nobody told of its return', () => {
    const ended = alarmView('a', { active: false, returnedAt: at(7_000) })
    expect(activeSpans(ended, [entry(0, 'raised')])).toEqual([{ fromMs: OPENED_MS, toMs: OPENED_MS + 7_000 }])
    expect(activeSpans(ended, [])).toEqual([{ fromMs: OPENED_MS, toMs: OPENED_MS + 7_000 }])
  })
})
