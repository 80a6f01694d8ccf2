import { describe, expect, it } from 'vitest'
import * as told from '../../../../../api/web/src/components/history/told.ts'
import { zh } from '../../../../../api/web/src/components/history/texts/zh.ts'
import { TICKET_ACTIONS } from '../../../../../rules/model.ts'
import { commandOf } from '../../../../../api/web/src/live/commands.ts'

const { breachOf, escalationOf, saidOfPhoto, sendingOf, signingOf } = told

describe('what the service notes', () => {
  it('has words for every action', () => {
    expect(TICKET_ACTIONS.filter((action) => !Object.hasOwn(zh.stepped, action))).toEqual([])
  })

  it('is taken apart, whatever people are called', () => {
    expect(escalationOf('三级响应：公安 / Level three: police: -')).toEqual({
      titles: { zh: '三级响应：公安', en: 'Level three: police' },
      names: '-',
    })
    expect(escalationOf('left out')).toBeNull()
    expect(escalationOf('呼叫值班人员 / Call who is on duty: 张伟, 李强')).toEqual({
      titles: { zh: '呼叫值班人员', en: 'Call who is on duty' },
      names: '张伟, 李强',
    })
    expect(breachOf('arrive: maintenance_firm')).toEqual({ milestone: 'arrive', isFirm: true })
    expect(breachOf('arrive')).toEqual({ milestone: 'arrive', isFirm: false })
    expect(breachOf('call_in: 3 of 20')).toBeNull()
    expect(signingOf('customer: 陈: 先生')).toEqual({ signer: 'customer', name: '陈: 先生' })
    expect(saidOfPhoto('damage: 0a1b: 顶板: 渗水')).toBe('顶板: 渗水')
  })

  it('tells who was sent and why', () => {
    expect(sendingOf('张伟 (zhang): on duty, free, in the same building')).toEqual({
      ...{ name: '张伟', isLeaving: false, jobs: 0, where: 'building', before: null },
    })
    expect(sendingOf('李强: on duty, shift just over, at 2 other jobs, at another site')).toMatchObject({
      ...{ isLeaving: true, jobs: 2, where: 'elsewhere' },
    })
    expect(sendingOf('he lives there')).toBeNull()
    expect(sendingOf('李强 (li) declined; 张伟 (zhang): on duty, free, at the site')).toMatchObject({
      ...{ name: '张伟', before: { why: 'declined', name: '李强' } },
    })
    expect(sendingOf('no answer from 李强; 张伟 (zhang): on duty, free, at the site')).toMatchObject({
      ...{ name: '张伟', before: { why: 'silent', name: '李强' } },
    })
    expect(told.firstOf('张伟 (zhang): the first to accept')).toBe('张伟')
  })

  it('tells what became of a command', () => {
    expect(commandOf('valve-9 close: failed (no answer)')).toEqual({
      ...{ device: 'valve-9', command: 'close', state: 'failed' },
    })
    expect(commandOf('close: not sent: the drill sends no commands')).toBeNull()
  })

  it('tells how many were called in, and who has come', () => {
    expect(told.calledInOf('20 needed, 31 called')).toEqual({ people: 20, called: 31 })
    expect(told.arrivedOf('call_in: 3 of 20 arrived')).toEqual({ arrived: 3, people: 20, isLate: false })
    expect(told.arrivedOf('3 of 20 had arrived')).toMatchObject({ arrived: 3 })
    expect(told.arrivedOf('20 of 20 arrived, late')).toMatchObject({ isLate: true })
    expect(told.answerOf('张伟 (zhang): coming; 3 of 20 arrived')).toMatchObject({ name: '张伟', answer: 'coming' })
  })

  it('tells prices, grades and ways, and leaves alone what somebody typed', () => {
    expect(told.priceOf('12800 fen')).toEqual({ name: null, fen: 12_800 })
    expect(told.priceOf('陈先生 agreed to 12800 fen')).toEqual({ name: '陈先生', fen: 12_800 })
    expect(told.gradeOf('grade 2: quality: lateness: 又漏了')).toEqual({
      ...{ grade: 2, faults: ['quality', 'lateness'], said: '又漏了' },
    })
    expect(told.gradeOf('grade 5')).toEqual({ grade: 5, faults: [], said: '' })
    expect(told.codedOf(['telephone'], 'telephone: 等配件; 明天来')).toEqual({
      code: 'telephone',
      said: '等配件; 明天来',
    })
    expect(told.codedOf(['telephone'], '等配件: telephone')).toBeNull()
    expect(told.handingOf('张伟 (zhang) → 李强 (li): 换班')).toEqual({ names: '张伟 → 李强', said: '换班' })
    expect(told.handingOf('张 (B2) (zhang) → 李强 (li): 钥匙在水泵房 (B2): 右边 (B3)')).toEqual({
      ...{ names: '张 (B2) → 李强', said: '钥匙在水泵房 (B2): 右边 (B3)' },
    })
    expect(told.handingOf('- → 李强 (li)')).toEqual({ names: '- → 李强', said: '' })
    expect(told.handingOf('不用了 (B2)')).toBeNull()
    expect(told.unagreedOf('已止水 (the price was not agreed)')).toEqual({ said: '已止水', isUnagreed: true })
    expect(told.unagreedOf('已止水')).toEqual({ said: '已止水', isUnagreed: false })
  })
})
