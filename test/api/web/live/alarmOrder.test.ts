import { describe, expect, it } from 'vitest'
import type { AlarmView } from '../../../../api/web/src/api/types.ts'
import { byUrgency } from '../../../../api/web/src/live/alarmOrder.ts'
import { alarmView, at } from '../views.ts'

const shelved: AlarmView['muted'] = {
  ...{ id: 'm', kind: 'shelved', reason: 'r', reasons: { zh: 'r', en: 'r' }, by: 'a', until: null, oneShot: false },
}
const order = (alarms: AlarmView[], overdue: string[] = []) => byUrgency(alarms, new Set(overdue)).map(({ id }) => id)

describe('the order of alarms', () => {
  it('puts one whose ticket is past due before everything', () => {
    const late = alarmView('late', { priority: 'low', state: 'acked', ticket: 't1' })
    expect(order([alarmView('critical'), late], ['t1'])).toEqual(['late', 'critical'])
    expect(order([alarmView('critical'), late])).toEqual(['critical', 'late'])
  })

  it('puts what nobody has acknowledged before what somebody has, whatever their priority', () => {
    const seen = alarmView('seen', { state: 'acked' })
    const returned = alarmView('returned', { state: 'rtn_unacked', priority: 'low' })
    expect(order([seen, returned])).toEqual(['returned', 'seen'])
  })

  it('then goes by priority, then by who waits longest, then by id', () => {
    const alarms = [
      alarmView('low', { priority: 'low' }),
      alarmView('b', { priority: 'high' }),
      alarmView('a', { priority: 'high' }),
      alarmView('later', { raisedAt: at(1_000) }),
      alarmView('medium', { priority: 'medium' }),
      alarmView('earlier'),
    ]
    expect(order(alarms)).toEqual(['earlier', 'later', 'a', 'b', 'medium', 'low'])
  })

  it('puts muted ones last, also where their ticket is past due', () => {
    const muted = alarmView('muted', { state: 'shelved', muted: shelved, ticket: 't1' })
    expect(order([muted, alarmView('low', { priority: 'low', state: 'acked' })], ['t1'])).toEqual(['low', 'muted'])
  })
})
