import { describe, expect, it } from 'vitest'
import type { AlarmView } from '../../../../../api/web/src/api/types.ts'
import { filtersIn, hasText, isFiltered, matches } from '../../../../../api/web/src/console/alarms/filters.ts'
import { changed } from '../../../../../api/web/src/console/query.ts'
import { alarmView } from '../../views.ts'

const shelved: AlarmView['muted'] = {
  ...{ id: 'm', kind: 'shelved', reason: 'r', reasons: { zh: 'r', en: 'r' }, by: 'a', until: null, oneShot: false },
}
const muted = alarmView('muted', { state: 'shelved', muted: shelved })
const asked = (query: Record<string, string>) => filtersIn(query)

describe('filters of alarms', () => {
  it('are what the address says, and nothing that does not exist', () => {
    expect(asked({ q: 'b2', p: 'critical,purple', s: 'acked,unacked,none', c: 'water_leak,own', todo: '1' })).toEqual({
      ...{ text: 'b2', priorities: ['critical'], states: ['unacked', 'acked'], categories: ['water_leak', 'own'] },
      ...{ todo: true, muted: false },
    })
    expect(isFiltered(asked({}))).toBe(false)
    expect(isFiltered(asked({ todo: '1' }))).toBe(true)
  })

  it('leave out what is muted, unless it is asked for by its state or altogether', () => {
    expect(matches(muted, asked({}))).toBe(false)
    expect(matches(muted, asked({ muted: '1' }))).toBe(true)
    expect(matches(muted, asked({ s: 'shelved' }))).toBe(true)
    expect(matches(alarmView('a'), asked({ s: 'shelved' }))).toBe(false)
  })

  it('know what is to be done: an acknowledgement, or the reset of a latch whose condition is over', () => {
    const acked = alarmView('a', { state: 'acked' })
    expect(matches(acked, asked({ todo: '1' }))).toBe(false)
    expect(matches({ ...acked, latched: true, active: false }, asked({ todo: '1' }))).toBe(true)
    expect(matches(alarmView('b'), asked({ todo: '1' }))).toBe(true)
  })

  it('find every word, wherever it stands', () => {
    expect(hasText(['B2 水泵房', null, 'Leak sensor'], 'LEAK 水泵')).toBe(true)
    expect(hasText(['B2 水泵房'], 'leak 水泵')).toBe(false)
    expect(hasText([], '  ')).toBe(true)
  })

  it('are written into the address without what is empty', () => {
    const query = changed({ site: 'a', q: 'x', s: 'acked' }, { q: '', p: ['high', 'low'], s: [], todo: true })
    expect(query).toEqual({ site: 'a', p: 'high,low', todo: '1' })
  })
})
