import { describe, expect, it } from 'vitest'
import { filtersIn, isFiltered, matches, NOBODY } from '../../../../../api/web/src/console/tickets/filters.ts'
import { ticketView } from '../../views.ts'

const nothing: ReadonlySet<string> = new Set()
const kept = (query: Record<string, string>, changes = {}, overdue = nothing) =>
  matches(ticketView('1', changes), filtersIn(query), overdue)

describe('filters of tickets', () => {
  it('ask for nothing where the address says nothing', () => {
    expect(isFiltered(filtersIn({}))).toBe(false)
    expect(kept({})).toBe(true)
  })

  it('narrow by state, priority, category and words', () => {
    expect(kept({ s: 'assigned' })).toBe(false)
    expect(kept({ s: 'assigned,pending_dispatch' })).toBe(true)
    expect(kept({ p: 'low' })).toBe(false)
    expect(kept({ c: 'water_leak' })).toBe(true)
    expect(kept({ q: '陈 139' }, { reporter: { name: '陈女士', phone: '13900000000' } })).toBe(true)
    expect(kept({ q: '王' }, { assigneeName: '张伟' })).toBe(false)
  })

  it('narrow by who has it, or to what nobody has', () => {
    expect(kept({ who: 'zhang' }, { assignee: 'zhang' })).toBe(true)
    expect(kept({ who: 'zhang' })).toBe(false)
    expect(kept({ who: NOBODY })).toBe(true)
    expect(kept({ who: NOBODY }, { assignee: 'zhang' })).toBe(false)
  })

  it('narrow to what is past due', () => {
    expect(kept({ overdue: '1' })).toBe(false)
    expect(kept({ overdue: '1' }, {}, new Set(['1']))).toBe(true)
  })
})
