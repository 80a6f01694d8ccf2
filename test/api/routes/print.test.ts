import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { markOf, signedForHash } from '../../../rules/jobs/signed-for.ts'
import type { Ticket } from '../../../rules/model.ts'
import { type ApiTest, startApi } from '../../support/api-client.ts'
import { EngineBench, HOUR, START } from '../../support/engine.ts'
import { followUpOf, intakeOf, reportedJob, write, WRITTEN } from '../../support/filled-site.ts'

const HOSTILE = '<img src=x onerror=alert(1)>\u202E'
let bench: EngineBench
let api: ApiTest
let job: Ticket
let hostile: Ticket
let tokens: Record<'dispatcher' | 'engineer' | 'viewer' | 'outsider' | 'li' | 'other', string>

beforeAll(async () => {
  bench = await EngineBench.open()
  await bench.command({ type: 'create_site', site: { id: 'north', name: 'North', timezone: 'UTC' } })
  job = await reportedJob(bench, WRITTEN)
  hostile = await reportedJob(bench, { cause: HOSTILE, measure: HOSTILE })
  const followUps = [
    followUpOf(job),
    followUpOf(hostile, { id: '01KXFOLLOWUP00000000000002', state: 'waiting', dueAt: null, answer: null }),
    followUpOf(hostile, { id: '01KXFOLLOWUP00000000000003', state: 'dropped', answer: null }),
  ]
  const second = { id: '01KXINTAKE0000000000000002', number: 'BX20261123-0002', name: HOSTILE, text: HOSTILE }
  await write(bench, { intakes: [intakeOf(job), intakeOf(hostile, second)], followUps, proofOf: job })
  await bench.stop()
  api = await startApi({ dataDir: bench.folder })
  api.clock.advance(HOUR)
  tokens = {
    dispatcher: await api.token('dispatcher', ['default']),
    engineer: await api.token('engineer', ['default']),
    viewer: await api.token('viewer', ['default']),
    outsider: await api.token('dispatcher', ['north']),
    li: await api.token('responder', ['default'], 'Li'),
    other: await api.token('responder', ['default'], 'other'),
  }
})
afterAll(async () => {
  await api.end()
  await bench.close()
})

const look = (path: string, who: keyof typeof tokens = 'dispatcher') => api.get(path, tokens[who])
const order = (ticket = job) => `/tickets/${ticket.id}/print/work-order`
const REGISTERS = ['intakes', 'repairs', 'follow-ups']
const register = (name: string, rest = '') => `/print/${name}?site=default${rest}`

describe('a work order on paper (服务工作单)', () => {
  it('shows what was reported, agreed, done and signed, and who keeps a copy (D8, D10, D12, D19)', async () => {
    const { status, text, headers } = await look(order())
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^text\/html/)
    expect(headers.get('cache-control')).toBe('no-store')
    const shown = [
      ...[job.number, '王女士', '3-1502', '13800000001', '厨房水管漏水', '¥ 120.50', '赵主任', '部门主管', '扫码到场'],
      // D12: itemised; 1.005 metres at 1 yuan are 1.01, whatever binary fractions say.
      ...['PPR 管 25', '1.01', '维修工时', '100.00', '101.01'],
      ...['接头老化开裂', '<p>试压 30 分钟无渗漏</p>', '明早九点更换', '2026-11-23 10:00'],
      ...[`/api/v1/tickets/${job.id}/photos/p1`, '<path d="M10 60L60 20 90 80 140 30M200 50h0"', '李伟'],
      // What each signed for; the responder did before it was changed.
      ...[`SHA-256 ${markOf(signedForHash(job))}`, 'SHA-256 beef beef beef', '此后有改动'],
      ...['管理处留存', '报修部门留存', '期内同一问题免费返修'],
    ]
    for (const part of shown) expect(text).toContain(part)
    expect(text).not.toMatch(/<script|<style|style=|onclick/)
  })

  it('names who arrived as people know him, not by what he logs in with', async () => {
    const li = { id: 'Li', name: '李伟强', sites: ['default'], skills: [], phone: '13800000002' }
    expect((await api.post('/responders', li)).status).toBe(201)
    expect((await look(order())).text).toMatch(/2026-11-23 10:08 李伟强/)
    expect((await api.ask('DELETE', '/responders/Li')).status).toBe(204)
  })

  it('leaves room for a pen where nothing is known', async () => {
    const { body } = await api.post<{ id: string; number: string }>('/tickets', {
      ...{ site: 'default', category: 'other', title: '门禁不开' },
    })
    const { text } = await look(`/tickets/${body.id}/print/work-order`)
    expect(text.match(/class="blank"/g)!.length).toBeGreaterThan(10)
    expect(text).not.toMatch(/undefined|null|NaN|\[object/)
  })

  it('is for the desk, and for whose job it is', async () => {
    const statuses = async (who: keyof typeof tokens) => (await look(order(), who)).status
    expect(await statuses('li')).toBe(200)
    expect(await statuses('other')).toBe(403)
    expect(await statuses('viewer')).toBe(403)
    expect(await statuses('outsider')).toBe(404)
    expect((await look('/tickets/nothing/print/work-order')).status).toBe(404)
  })
})

describe('the registers', () => {
  it('shows reports with their tickets (报修登记表)', async () => {
    const { text } = await look(register('intakes'))
    for (const part of ['BX20261123-0001', job.number, '2026-11-23 11:00', '前台小陈', '有偿', '小修', '已完工']) {
      expect(text).toContain(part)
    }
  })

  it('shows a row a ticket (维修登记表)', async () => {
    const { text } = await look(register('repairs'))
    for (const part of [job.number, '接头老化开裂', '1.01', '√ 是']) expect(text).toContain(part)
    expect(text).not.toContain('101.01')
  })

  it('shows what was asked and answered, with its word, and what waits for rain (回访记录表, D13, D19)', async () => {
    for (const path of [register('follow-ups'), `/tickets/${job.id}/print/follow-ups`]) {
      const { text } = await look(path)
      for (const part of ['2 不满意', '客服小周', '来得晚', '迟到、质量问题', '登门道歉']) expect(text).toContain(part)
    }
    const { text } = await look(register('follow-ups'))
    expect(text).toContain('待雨后回访')
    expect(text).not.toContain('不再回访')
    expect(text.match(/3-1502/g)).toHaveLength(2)
  })

  it.each([...REGISTERS.map((name) => register(name)), 'order', 'follow-ups'])(
    'escapes all of it: %s',
    async (path) => {
      const own = path === 'order' ? order(hostile) : `/tickets/${hostile.id}/print/follow-ups`
      const { status, text } = await look(path.startsWith('/') ? path : own)
      expect(status).toBe(200)
      expect(text).not.toMatch(/<img src=x|\u202E/)
    },
  )

  it('hides the middle of telephone numbers from engineers', async () => {
    for (const path of [order(), register('intakes'), register('follow-ups')]) {
      const { text } = await look(path, 'engineer')
      expect(text).toContain('138****0001')
      expect(text).not.toContain('13800000001')
    }
  })

  it('has its site, its period and its readers', async () => {
    for (const name of REGISTERS) {
      expect((await look(register(name), 'outsider')).status).toBe(404)
      expect((await api.get(`/print/${name}?site=nowhere`)).status).toBe(404)
      expect((await look(register(name), 'viewer')).status).toBe(403)
      expect((await look(register(name), 'li')).status).toBe(403)
      const tooLong = '&from=2025-01-01T00:00:00Z&to=2026-11-23T00:00:00Z'
      for (const rest of [tooLong, '&from=2026-11-23', '&from=2026-11-23T02:00:00Z&to=2026-11-22T02:00:00Z']) {
        expect((await look(register(name, rest))).status).toBe(422)
      }
      const before = `&from=2026-11-01T00:00:00Z&to=${new Date(START).toISOString()}`
      const { text } = await look(register(name, before))
      expect(text).not.toContain(job.number)
    }
  })
})
