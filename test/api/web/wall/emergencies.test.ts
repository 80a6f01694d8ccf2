import { describe, expect, it } from 'vitest'
import { isEmergency, quietSince, whatOf } from '../../../../api/web/src/wall/emergencies.ts'
import { buildingsOf } from '../../../../api/web/src/wall/buildings.ts'
import { alarmView, at, clockView, ticketView } from '../views.ts'

describe('an emergency on the wall', () => {
  it('is critical, and somebody still owes work', () => {
    const states = ['pending_dispatch', 'accepted', 'on_site', 'on_hold', 'completed', 'signed_off'] as const
    expect(states.map((state) => isEmergency(ticketView('1', { state })))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ])
    expect(isEmergency(ticketView('1', { priority: 'high' }))).toBe(false)
  })

  it('is called as its alarm is, and a report as it was written', () => {
    const alarms = [alarmView('other'), alarmView('mine', { titles: { zh: '水浸', en: 'Wet' } })]
    expect(whatOf(ticketView('1', { alarms: ['mine'] }), alarms).titles.zh).toBe('水浸')
    expect(whatOf(ticketView('1', { alarms: ['gone'] }), alarms).titles.zh).toBe('漏水')
  })

  it('is told with its building where its place does not say it', () => {
    const device = (id: string, building: string | null, location: string) => ({ id, site: 'home', building, location })
    const told = buildingsOf([
      ...[device('a', '1号楼', '9层 管道井'), device('b', '1号楼', '1号楼 9层'), device('c', '地下室', 'B2 水泵房')],
      ...[device('d', null, '厨房'), device('e', '会所', '更衣室')],
    ])
    expect([...told]).toEqual([
      ['a', '1号楼'],
      ['e', '会所'],
    ])
  })
})

describe('the quiet', () => {
  const done = (id: string, metAt: string | null, changes = {}) =>
    ticketView(id, { state: 'completed', clocks: [{ ...clockView('complete', 900_000), metAt }], ...changes })

  it('began when the last emergency was repaired, whichever was opened last', () => {
    const latest = [done('2', at(60_000)), done('1', at(90_000), { closedAt: at(500_000) })]
    expect(quietSince(latest, true)).toEqual({ sinceMs: Date.parse(at(90_000)), exactly: true })
  })

  it('is not broken by drills, nor by what is no emergency', () => {
    const latest = [
      done('3', at(90_000), { drill: 'd' }),
      done('2', at(80_000), { priority: 'low' }),
      done('1', at(10)),
    ]
    expect(quietSince(latest, false)).toEqual({ sinceMs: Date.parse(at(10)), exactly: true })
  })

  it('began when one was closed or last touched that nobody promised to complete', () => {
    const bare = { clocks: [], updatedAt: at(70_000) }
    expect(quietSince([done('1', null, { ...bare, closedAt: at(50_000) })], false)?.sinceMs).toBe(
      Date.parse(at(50_000)),
    )
    expect(quietSince([done('1', null, bare)], false)?.sinceMs).toBe(Date.parse(at(70_000)))
  })

  it('lasts at least as long as what was looked at, or always where nothing has happened', () => {
    const calm = [ticketView('2', { priority: 'low' }), ticketView('1', { priority: 'low', openedAt: at(-5_000) })]
    expect(quietSince(calm, true)).toEqual({ sinceMs: Date.parse(at(-5_000)), exactly: false })
    expect(quietSince(calm, false)).toBeNull()
    expect(quietSince([], false)).toBeNull()
  })
})
