import { commandOf } from '../../../../../api/web/src/live/commands.ts'
import { describe, expect, it } from 'vitest'
import { activeSpans, mergedHistory } from '../../../../../api/web/src/console/ticket/history.ts'
import {
  breachOf,
  escalationOf,
  saidOfDelay,
  saidOfPhoto,
  sendingOf,
  signingOf,
  unsentOf,
} from '../../../../../api/web/src/console/ticket/told.ts'
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

describe('what the service notes', () => {
  it('is taken apart, whatever people are called', () => {
    expect(escalationOf('left out')).toBeNull()
    expect(escalationOf('呼叫值班人员 / Call who is on duty: 张伟, 李强')).toEqual({
      titles: { zh: '呼叫值班人员', en: 'Call who is on duty' },
      called: 'people',
      names: '张伟, 李强',
    })
    expect(escalationOf('三级响应：公安、消防 / Level three: police and fire service: -')).toMatchObject({
      titles: { zh: '三级响应：公安、消防', en: 'Level three: police and fire service' },
      called: 'nobody',
    })
    expect(escalationOf('呼叫 / Call: nobody whom the drill names')!.called).toBe('left_out')
    expect(breachOf('arrive: maintenance_firm')).toEqual({ milestone: 'arrive', isFirm: true })
    expect(breachOf('arrive')).toEqual({ milestone: 'arrive', isFirm: false })
    expect(breachOf('call_in: 3 of 20')).toBeNull()
    expect(signingOf('customer: 陈: 先生')).toEqual({ signer: 'customer', name: '陈: 先生' })
    expect(saidOfDelay('written: 堵车: 高架; 十分钟后到')).toBe('堵车: 高架; 十分钟后到')
    expect(saidOfPhoto('damage: 0a1b: 顶板: 渗水')).toBe('顶板: 渗水')
  })

  it('tells who was sent and why', () => {
    expect(sendingOf('张伟 (zhang): on duty, free, in the same building')).toEqual({
      ...{ name: '张伟', before: null, isLeaving: false, jobs: 0, where: 'building' },
    })
    expect(sendingOf('no answer from 张伟 (zhang); 李强 (li): on duty, free, at the site')).toMatchObject({
      ...{ name: '李强', before: { name: '张伟', did: 'no_answer' } },
    })
    expect(sendingOf('张伟 declined; 李强: on duty, free, at the site')!.before!.did).toBe('declined')
    expect(sendingOf('李强: on duty, shift just over, at 2 other jobs, at another site')).toMatchObject({
      ...{ isLeaving: true, jobs: 2, where: 'elsewhere' },
    })
    expect(sendingOf('he lives there')).toBeNull()
  })

  it('tells what became of a command', () => {
    expect(commandOf('valve-9 close: failed (no answer)')).toEqual({
      ...{ device: 'valve-9', command: 'close', state: 'failed' },
    })
    expect(commandOf('close: not sent: the drill sends no commands')).toBeNull()
    expect(unsentOf('close: not sent: the drill sends no commands')).toBe('close')
    expect(unsentOf('valve-9 close: failed (no answer)')).toBeNull()
  })
})
