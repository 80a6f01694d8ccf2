import { describe, expect, it } from 'vitest'
import { calling, PATTERNS, REPEAT_MS } from '../../../../../api/web/src/console/sound/tones.ts'
import { alarmView } from '../../views.ts'

describe('what sounds', () => {
  it('is what nobody has acknowledged and nothing mutes', () => {
    const { ids, critical } = calling([
      alarmView('a', { priority: 'high' }),
      alarmView('returned', { state: 'rtn_unacked', priority: 'low' }),
      alarmView('seen', { state: 'acked' }),
      alarmView('shelved', { state: 'shelved' }),
    ])
    expect([...ids]).toEqual(['a', 'returned'])
    expect(critical).toBe(false)
    expect(calling([alarmView('c')]).critical).toBe(true)
  })

  it('ends well before it is repeated', () => {
    for (const tones of Object.values(PATTERNS)) {
      expect(Math.max(...tones.map(({ atMs, lastMs }) => atMs + lastMs))).toBeLessThan(REPEAT_MS / 2)
    }
  })
})
