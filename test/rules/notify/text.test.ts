import { describe, expect, it } from 'vitest'
import { type Notice, NOTICE_KINDS } from '../../../rules/model.ts'
import {
  FRAME,
  MILESTONE_WORDS,
  MUTE_WORDS,
  PRIORITY_WORDS,
  SKILL_WORDS,
  TEMPLATES,
} from '../../../rules/notify/templates.ts'
import { type Reading, textOf, textOfMany } from '../../../rules/notify/text.ts'
import { noticeLike } from '../../support/notices.ts'

const NOW = Date.UTC(2026, 10, 23, 2)
const reading = (language: 'zh' | 'en'): Reading => ({
  language,
  timezone: 'Asia/Shanghai',
  now: NOW,
  site: (id) => (id === 'default' ? '花园' : id),
  responder: (id) => (id === 'li' ? '李师傅' : id),
  device: (id) => ({ name: id, place: 'B2 水泵房' }),
})
const call = noticeLike('n1', {
  emergency: true,
  body: {
    number: '20261123-0001',
    location: 'B2 水泵房',
    title: { zh: '漏水', en: 'Water leak' },
    priority: 'critical',
    assignee: 'li',
    arriveBy: NOW + 8 * 60_000 + 30_000,
    stepName: { zh: '呼叫值班', en: 'Calls who is on duty' },
  },
})

const names = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name)

describe('what a notice says', () => {
  it('names the place once, where the title has it already', () => {
    const body = { title: { zh: 'B2 水泵房 漏水', en: 'Water leak: B2' }, location: 'B2 水泵房' }
    const opened = noticeLike('n', { kind: 'ticket.opened', body })
    expect(textOf(opened, reading('zh')).title).toBe('新工单：B2 水泵房 漏水')
  })

  it('is told in both languages', () => {
    expect(textOf(call, reading('zh'))).toEqual({
      title: '【紧急】漏水 · B2 水泵房',
      lines: ['呼叫值班', '工单 20261123-0001 · 花园', '到场时限 11-23 10:08，剩余 8 分钟', '处理人：李师傅'],
    })
    expect(textOf(call, reading('en'))).toEqual({
      title: '[EMERGENCY] Water leak · B2 水泵房',
      lines: [
        'Calls who is on duty',
        'Ticket 20261123-0001 · 花园',
        'On site by 11-23 10:08, 8 min left',
        'Assigned to 李师傅',
      ],
    })
  })

  it('leaves out what is not known, and says by how much it is late', () => {
    const late = { ...call, body: { ...call.body, assignee: null, stepName: undefined, arriveBy: NOW - 1 } }
    expect(textOf(late, reading('zh')).lines).toEqual(['工单 20261123-0001 · 花园', '到场时限 11-23 09:59，已超时'])
  })

  it('keeps a line a line, plain and short, whatever a name holds', () => {
    const location = `a\r\nB\u2028C\u202e\u0000{title}${'x'.repeat(500)}`
    const { title } = textOf({ ...call, body: { ...call.body, location } }, reading('zh'))
    expect(title).not.toMatch(/[\p{Cc}\p{Zl}\u202e]/u)
    expect(title).toContain('a B C {title}xxx')
    expect([...title].length).toBeLessThanOrEqual(200 + '【紧急】'.length)
  })

  it('of many is a line each, twenty of them, and the rest counted', () => {
    const { title, lines } = textOfMany(Array<Notice>(25).fill(call), reading('zh'))
    expect([title, lines.length, lines[20]]).toEqual(['【紧急】25 条通知 · 花园', 21, '另有 5 条'])
  })
})

describe('the templates', () => {
  it.each(NOTICE_KINDS)('of %s say the same in 中文 and English, and every field is known', (kind) => {
    const { zh, en } = TEMPLATES[kind]
    expect([zh.title, ...zh.lines].map(names)).toEqual([en.title, ...en.lines].map(names))
    expect(en.title + en.lines.join('')).not.toMatch(/\p{Script=Han}/u)
    expect(zh.title).toMatch(/\p{Script=Han}|\{title\}/u)
  })

  it('have every word in both languages', () => {
    for (const words of [PRIORITY_WORDS, MILESTONE_WORDS, MUTE_WORDS, SKILL_WORDS]) {
      for (const { zh, en } of Object.values(words)) expect([zh, en].every((word) => word.length > 0)).toBe(true)
    }
    expect(Object.keys(FRAME.zh)).toEqual(Object.keys(FRAME.en))
  })
})
