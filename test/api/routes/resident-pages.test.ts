import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { request } from 'node:http'
import type { Page, TicketView } from '../../../api/web/src/api/types.ts'
import { ADMIN_TOKEN, type ApiTest, startApi } from '../../support/api-client.ts'
import { png } from '../../support/pictures.ts'

let api: ApiTest
beforeEach(async () => {
  api = await startApi()
  await api.ask('PATCH', '/sites/default', { body: { publicReports: true, phone: '0755-1234 5678' } })
})
afterEach(() => api.end())

const MINUTE = 60_000
const said = { text: '水龙头滴水', household: '3-2-502', phone: '13800138000', category: 'water_leak' }
const look = (path: string) => api.ask('GET', `root:/report/${path}`, { token: null })
const tickets = async () => (await api.get<Page<TicketView>>('/tickets')).body.items

async function send(rest: Record<string, string | Blob> = {}, site = 'default') {
  const body = new FormData()
  for (const [name, value] of Object.entries({ ...said, ...rest })) body.set(name, value)
  const answer = await api.service.fetch(new Request(`http://localhost/report/${site}`, { method: 'POST', body }))
  const text = await answer.text()
  const number = /BX\d{8}-\d{4}/.exec(text)?.[0] ?? ''
  const code = /code=([0-9A-Z]{8})/.exec(text)?.[1] ?? ''
  return { status: answer.status, text, number, code }
}

describe('the page for residents', () => {
  it('is in both languages, without a script, and of sites that opened it', async () => {
    const { status, text, headers } = await look('default')
    expect(status).toBe(200)
    for (const part of ['报修', 'Report a fault', '<meta name="robots" content="noindex', 'href="tel:075512345678"']) {
      expect(text).toContain(part)
    }
    expect(text).not.toMatch(/<script|<style|style=|\son\w+=/)
    expect(headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(headers.get('cache-control')).toBe('no-store')
    expect((await api.ask('GET', 'root:/report.css', { token: null })).headers.get('content-type')).toMatch(/text\/css/)

    await api.post('/sites', { id: 'north', name: 'N' })
    for (const path of ['north', 'nowhere', 'north/state', 'a.b', '%E4%B8%AD/state']) {
      expect((await look(path)).status).toBe(404)
    }
    expect((await send({}, 'a.b')).status).toBe(404)
    expect((await send({}, 'north')).status).toBe(404)
    await api.ask('PATCH', '/sites/default', { body: { publicReports: false } })
    expect((await look('default')).status).toBe(404)
    expect(await tickets()).toEqual([])
  })

  it('takes a report, with a photo, and gives a reference (D17)', async () => {
    const photo = new Blob([new Uint8Array(png(4, 4))], { type: 'image/png' })
    const { status, number, code } = await send({ photo, location: '厨房', occurred: '2026-11-23T09:30' })
    expect([status, number, code]).toEqual([200, 'BX20261123-0001', expect.stringMatching(/^[0-9A-Z]{8}$/)])
    const [ticket] = await tickets()
    expect(ticket).toMatchObject({
      ...{ priority: 'medium', category: 'water_leak', location: '3-2-502 厨房', kind: 'repair' },
      ...{ occurredAt: '2026-11-23T01:30:00.000Z', reporter: { phone: '13800138000', channel: 'page' } },
    })
    const kept = await api.get<{ items: object[] }>(`/tickets/${ticket!.id}/photos`)
    expect(kept.body.items).toMatchObject([{ kind: 'damage', by: 'resident', type: 'image/png' }])
    const [entry] = (await api.get<Page<object>>('/intakes')).body.items
    expect(entry).toMatchObject({ number, channel: 'page', takenBy: null, household: '3-2-502', progress: 'sms' })
  })

  it.each([
    ['burst', 'water_leak', 'water.burst'],
    ['trapped', 'elevator', 'elevator.entrapment'],
    ['no_power', 'power', 'power.cut'],
  ])('takes an emergency for one: %s', async (emergency, category, problem) => {
    await send({ emergency, wanted: '2026-11-24T10:00', category: 'other' })
    const [ticket] = await tickets()
    expect(ticket).toMatchObject({ priority: 'critical', category, problems: [problem], kind: 'repair' })
  })

  it('keeps the lines that a browser sends', async () => {
    expect((await send({ text: '漏水\r\n很多' })).status).toBe(200)
    const [entry] = (await api.get<Page<object>>('/intakes')).body.items
    expect(entry).toMatchObject({ text: '漏水\n很多' })
  })

  it('takes a time that somebody wishes for a wish, until the desk agrees one', async () => {
    const mine = await send({ wanted: '2026-11-24T10:00' })
    expect(mine.text).toContain('尚未约定')
    const [ticket] = await tickets()
    expect(ticket).toMatchObject({ kind: 'repair', appointmentAt: null })
    const [entry] = (await api.get<Page<object>>('/intakes')).body.items
    expect(entry).toMatchObject({ appointmentAt: '2026-11-24T02:00:00.000Z' })
    const tasks = async () => (await api.get<Page<object>>('/tasks?kind=agree_appointment')).body.items
    expect(await tasks()).toMatchObject([{ state: 'open', about: { wishes: [{ number: mine.number }] } }])
    api.clock.advance(MINUTE)
    const printed = async (path: string) => (await api.get<string>(path)).text
    expect(await printed('/print/intakes?site=default')).toContain('（希望）')
    expect(await printed(`/tickets/${ticket!.id}/print/work-order`)).toContain('希望上门时间')
    const state = async () => (await look(`default/state?number=${mine.number}&code=${mine.code}`)).text
    expect(await state()).toMatch(/希望上门时间（待确认）[\s\S]*2026-11-24 10:00/)
    const agreed = { appointmentAt: '2026-11-24T11:00:00+08:00' }
    expect((await api.ask('PATCH', `/tickets/${ticket!.id}/job`, { body: agreed })).status).toBe(200)
    expect((await tickets())[0]).toMatchObject({ kind: 'appointment', appointmentAt: '2026-11-24T03:00:00.000Z' })
    expect(await tasks()).toMatchObject([{ state: 'done', note: '11-24 11:00' }])
    expect(await state()).toMatch(/Appointment[\s\S]*2026-11-24 11:00/)
  })

  it('takes one report that is sent twice for one, with one photo and the same reference', async () => {
    const photo = new Blob([new Uint8Array(png(4, 4))], { type: 'image/png' })
    const [first, again] = [await send({ photo }), await send({ photo })]
    expect([again.number, again.code]).toEqual([first.number, first.code])
    const [ticket, ...more] = await tickets()
    expect(more).toEqual([])
    expect((await api.get<{ items: object[] }>(`/tickets/${ticket!.id}/photos`)).body.items).toHaveLength(1)
  })

  it('keeps three photos of a report, which use up none of the crew’s', async () => {
    const fates: boolean[] = []
    for (let width = 1; width <= 4; width++) {
      const { text } = await send({ photo: new Blob([new Uint8Array(png(width, 1))], { type: 'image/png' }) })
      fates.push(text.includes('照片未能保存'))
    }
    expect(fates).toEqual([false, false, false, true])
    const photos = `/tickets/${(await tickets())[0]!.id}/photos`
    const headers = { 'content-type': 'image/png', authorization: `Bearer ${ADMIN_TOKEN}` }
    const statuses: number[] = []
    for (let width = 11; width <= 41; width++) {
      const asked = { method: 'POST', headers, body: new Uint8Array(png(width, 1)) }
      statuses.push((await api.service.fetch(new Request(`http://localhost/api/v1${photos}`, asked))).status)
    }
    expect(statuses).toEqual([...Array<number>(30).fill(201), 409])
    const kept = (await api.get<{ items: { by: string; caption: string }[] }>(photos)).body.items
    expect(kept.filter(({ by }) => by === 'resident').map(({ caption }) => caption)).toEqual([
      ...Array<string>(3).fill('BX20261123-0001'),
    ])
  })

  it('keeps a report whose photo is none, and says so', async () => {
    const photo = new Blob(['<svg onload=alert(1)>'], { type: 'image/png' })
    const { status, text } = await send({ photo })
    expect([status, text.includes('照片未能保存')]).toEqual([200, true])
    const [ticket] = await tickets()
    expect((await api.get<{ items: object[] }>(`/tickets/${ticket!.id}/photos`)).body.items).toEqual([])
  })

  it('refuses a form that is too large', async () => {
    const { status, text } = await send({ photo: new Blob([new Uint8Array(11 * 1024 * 1024)], { type: 'image/png' }) })
    expect([status, text.includes('照片超过 10 MB')]).toEqual([413, true])
    expect(await tickets()).toEqual([])
  })

  it.each<[string, Record<string, string>, string]>([
    ['no words', { text: ' ' }, 'What is wrong'],
    ['no household', { household: '' }, 'Household'],
    ['no telephone', { phone: 'call me' }, 'Your telephone'],
    ['a time to come', { occurred: '2026-11-23T10:01' }, 'When it happened'],
    ['a time that was', { wanted: '2026-11-23T10:00' }, 'When to come'],
    ['a time long ago', { occurred: '2026-10-01T10:00' }, 'When it happened'],
    ['a time far ahead', { wanted: '2029-01-01T10:00' }, 'When to come'],
    ['no time at all', { wanted: '2026-13-45T10:00' }, 'When to come'],
    ['a kind that there is not', { category: 'spaceship' }, 'Kind'],
  ])('shows again a form with %s, and what was typed as text', async (_what, rest, names) => {
    const { status, text } = await send({ name: '"><script>alert(1)</script>', ...rest })
    expect([status, /<li>[^<]*<span lang="en">([^<]*)/.exec(text)?.[1]]).toEqual([422, expect.stringContaining(names)])
    expect(text).toMatch(/role="alert"/)
    expect(text).not.toContain('<script')
    expect(await tickets()).toEqual([])
  })

  it('answers 400 to what is no form', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x', 'content-length': '4' }
    expect((await api.ask('POST', 'root:/report/default', { token: null, raw: 'oops', headers })).status).toBe(400)
  })
})

describe('how a report goes', () => {
  const state = ({ number, code }: { number: string; code: string }, site = 'default') =>
    look(`${site}/state?number=${number}&code=${code}`)
  const currentOf = (text: string) => /<li aria-current="step">\s*([^\s<]+)/.exec(text)?.[1]

  it('is told step by step, with the first name of who comes and nobody else', async () => {
    await api.post('/responders', { id: 'li', name: '李建国', sites: ['default'], phone: '+8613900000000' })
    const reference = await send({ name: '王太太' })
    const { id } = (await tickets())[0]!
    const steps: unknown[] = []
    const see = async () => {
      const { text } = await state(reference)
      steps.push(currentOf(text))
      expect(text).not.toMatch(/王太太|13800138000|建国|13900000000|3-2-502/)
      return text
    }
    await see()
    for (const action of ['assign', 'accept', 'depart', 'arrive', 'hold', 'resume', 'complete', 'sign-off', 'close']) {
      await api.post(`/tickets/${id}/${action}`, { assignee: 'li', signature: '王', note: 'x' })
      const text = await see()
      expect(text).toContain('李师傅')
    }
    expect(steps).toEqual([
      ...['已受理', '已派单', '已接单', '已接单', '已到场', '已到场', '已到场', '已完成', '已验收', '已验收'],
    ])
  })

  it('is told where it was cancelled, and where it joined another', async () => {
    const [first, second] = [await send(), await send({ text: '还在滴' })]
    expect([(await tickets()).length, second.text.includes('您的报修已并入')]).toEqual([1, true])
    await api.post(`/tickets/${(await tickets())[0]!.id}/cancel`, { note: 'x' })
    for (const reference of [first, second]) expect((await state(reference)).text).toContain('此报修已取消')
  })

  it('is told to nobody with a wrong code, a code of another, or at another site', async () => {
    await api.post('/sites', { id: 'north', name: 'N', publicReports: true })
    const [mine, other] = [await send(), await send({ text: '灯坏', household: '1-1-101', category: 'power' })]
    expect((await state(mine)).status).toBe(200)
    expect((await state({ ...mine, code: mine.code.toLowerCase() })).status).toBe(200)
    for (const wrong of [
      { ...mine, code: other.code },
      { ...mine, code: '00000000' },
      { ...mine, code: '' },
      { number: 'BX20261123-9999', code: mine.code },
    ]) {
      const { status, text } = await state(wrong)
      expect([status, currentOf(text)]).toEqual([404, undefined])
    }
    expect((await state(mine, 'north')).status).toBe(404)
    expect((await look('default/state')).status).toBe(200)
  })

  it('is not told to who keeps guessing, for ten minutes', async () => {
    const mine = await send()
    for (let i = 0; i < 10; i++) expect((await state({ ...mine, code: `0000000${i}` })).status).toBe(404)
    expect((await state(mine)).status).toBe(429)
    api.clock.advance(10 * MINUTE)
    expect((await state(mine)).status).toBe(200)
  })
})

describe('a flood', () => {
  it('of 500 requests is limited, gives the telephone, and leaves everything else answering', async () => {
    const answers = await Promise.all(Array.from({ length: 500 }, () => look('default')))
    const of = (status: number) => answers.filter((answer) => answer.status === status)
    expect([of(200).length, of(429).length]).toEqual([60, 440])
    expect(of(429)[0]!.text).toMatch(/请求过于频繁[\s\S]*Too many requests[\s\S]*tel:075512345678/)
    expect((await api.get('/tickets')).status).toBe(200)
    api.clock.advance(MINUTE)
    expect((await look('default')).status).toBe(200)
  })

  it('of reports is limited for each address, and for the site', async () => {
    for (let i = 0; i < 5; i++) expect((await send({ text: `fault ${i}`, household: `${i}` })).status).toBe(200)
    const more = await send({ text: 'one more' })
    expect([more.status, more.text.includes('0755-1234 5678')]).toEqual([429, true])
    expect(await tickets()).toHaveLength(5)
    expect(await reportFrom('127.0.0.2')).toBe(200)
    for (let round = 0; round < 11; round++) {
      for (let i = 0; i < 5; i++) await reportFrom(`127.0.1.${round}`)
    }
    expect(await reportFrom('127.0.0.99')).toBe(429)
    api.clock.advance(60 * MINUTE)
    expect(await reportFrom('127.0.0.99')).toBe(200)
  })

  let sent = 0
  function reportFrom(localAddress: string): Promise<number> {
    const n = ++sent
    const form = new URLSearchParams({ ...said, text: `from ${localAddress} ${n}`, household: `h${n}` }).toString()
    const { hostname, port } = new URL(api.service.addresses().http)
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(form.length) }
    return new Promise((resolve, reject) => {
      const options = { hostname, port, localAddress, path: '/report/default', method: 'POST', headers }
      const asked = request(options, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode ?? 0))
      })
      asked.on('error', reject).end(form)
    })
  }
})
