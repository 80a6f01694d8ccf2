import { describe, expect, it } from 'vitest'
import { mustFitItsTimes, type ReportedTicket, reportOfPerson } from '../../../rules/tickets/reported.ts'

const NOW = Date.UTC(2026, 10, 23, 2)
const DAY = 86_400_000
const words = { title: '爆管', description: '', location: '', device: null, reporter: null }
const reported: ReportedTicket = { site: 'default', category: 'water_leak', priority: 'high', ...words }
const times = (rest: Partial<ReportedTicket>) => () => mustFitItsTimes({ ...reported, ...rest }, NOW)

describe('the times of a report', () => {
  it('are when it happened, up to 30 days ago', () => {
    for (const occurredAt of [NOW, NOW - 30 * DAY]) expect(times({ occurredAt })).not.toThrow()
    expect(times({ occurredAt: NOW + 1 })).toThrow('occurredAt: when it happened, not in the future')
    expect(times({ occurredAt: NOW - 30 * DAY - 1 })).toThrow('occurredAt: at most 30 days ago')
  })

  it('are the time of an appointment, which needs it, up to 400 days ahead', () => {
    const at = (appointmentAt?: number) => times({ kind: 'appointment', appointmentAt })
    for (const each of [NOW + 1, NOW + 400 * DAY]) expect(at(each)).not.toThrow()
    expect(at()).toThrow('appointmentAt: an appointment needs the time that was agreed')
    expect(at(NOW)).toThrow('appointmentAt: in the future')
    expect(at(NOW + 400 * DAY + 1)).toThrow('appointmentAt: at most 400 days ahead')
    expect(times({ appointmentAt: NOW + 1 })).toThrow("set kind to 'appointment' too")
  })
})

describe('what a person reports', () => {
  it('is a repair at the place of its device, unless it says otherwise', () => {
    expect(reportOfPerson(reported, 'place')).toMatchObject({
      ...{ origin: 'report', kind: 'repair', size: null, problems: [], appointmentAt: null, location: 'place' },
      title: { zh: '爆管', en: '爆管' },
    })
    const said = { kind: 'request', size: 'small', location: '3-1', problems: ['water.burst', 'water.burst'] } as const
    expect(reportOfPerson({ ...reported, ...said, occurredAt: NOW }, 'place')).toMatchObject({
      ...{ ...said, problems: ['water.burst'], occurredAt: NOW },
    })
  })
})
