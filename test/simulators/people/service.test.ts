import { afterEach, describe, expect, it } from 'vitest'
import type { Doors } from '../../../api/notices.ts'
import { NOWHERE } from '../../../api/service.ts'
import type { NoticeKind } from '../../../rules/model.ts'
import { createPeople } from '../../../simulators/people/people.ts'
import type { Action, SeenAlarm, SeenTicket } from '../../../simulators/people/news.ts'
import { setUp } from '../../../simulators/people/setup.ts'
import { seededRandom } from '../../../simulators/random.ts'
import type { People as Described } from '../../../simulators/scenario.ts'
import { type ApiTest, startApi, START_MS } from '../../support/api-client.ts'
import { crew, somebody } from './described.ts'

const SITE = 'default'
const MINUTE_MS = 60_000
const LOOKS_EVERY_MS = 30_000
const LEAK = { id: 'leak-1', building: '2号楼', location: '2号楼 B2 水泵房' }

interface Notice {
  id: string
  kind: NoticeKind
  recipient: string | null
  ticket: string | null
}

let test: ApiTest
afterEach(() => test.end())

/** A real service with people around it: what reaches a phone is heard, and what they do is asked of the API. */
async function town(described: Described) {
  const onPhones: string[] = []
  const doors: Doors = {
    ...NOWHERE,
    post({ headers }) {
      onPhones.push(headers['idempotency-key']!)
      return Promise.resolve({ ok: true, status: 200, headers: {}, body: '' })
    },
  }
  test = await startApi({}, doors)
  const ok = <T>({ status, text, body }: { status: number; text: string; body: T }): T => {
    if (status > 202) throw new Error(text)
    return body
  }
  const options = { url: 'http://sms.example/send', body: '{{phone}} {{text}}' }
  ok(await test.post('/channels', { id: 'sms', name: 'SMS', kind: 'http_sms', sites: null, language: 'zh', options }))
  const tokens = new Map<string, string>()
  for (const { path, body } of setUp(described, SITE)) {
    const { token } = ok(await test.post<{ token?: string }>(`/${path}`, body))
    if (token !== undefined) tokens.set(body.name as string, token)
  }
  const { id, building, location } = LEAK
  ok(await test.device(id, 'water_leak', SITE, { building, location, zone: 'z' }))
  ok(await test.device('valve-1', 'valve', SITE, { zone: 'z' }))
  const people = createPeople({ people: described, devices: [LEAK], random: seededRandom(1), hourOfDay: () => 10 })
  return { people, tokens, onPhones, log: [] as string[] }
}

type Town = Awaited<ReturnType<typeof town>>

/** Everything that is new since it was last looked at. */
async function listen({ people, onPhones }: Town) {
  const now = test.clock.now()
  const { items: tickets } = (await test.get<{ items: SeenTicket[] }>('/tickets')).body
  const { items: alarms } = (await test.get<{ items: SeenAlarm[] }>('/alarms')).body
  for (const ticket of tickets) people.hear({ about: 'ticket', ticket }, now)
  for (const alarm of alarms) people.hear({ about: 'alarm', alarm }, now)
  const { items: notices } = (await test.get<{ items: Notice[] }>('/notices')).body
  for (const id of onPhones.splice(0)) {
    const notice = notices.find((each) => each.id === id)
    if (!notice?.recipient) continue
    const { kind, recipient, ticket } = notice
    people.hear({ about: 'notice', recipient, kind, ticket }, now)
  }
}

async function perform({ people, tokens, log }: Town, action: Action) {
  const minute = ((test.clock.now() - START_MS) / MINUTE_MS).toFixed(1)
  if ('says' in action) log.push(`${minute} ${action.says}`)
  else if ('repairs' in action) {
    log.push(`${minute} ${action.person} repairs ${action.repairs}`)
    await test.publish(action.repairs, 'event', { event: 'water.leak', active: false })
  } else {
    const { path, body, as } = action
    const token = tokens.get(as)
    if (token === undefined) throw new Error(`nobody has a token ${as}`)
    const picture = body instanceof Uint8Array
    const { status, text } = picture ? await send(path, body, token) : await test.post(`/${path}`, body, token)
    log.push(`${minute} ${as} ${path.split('/').at(-1)} ${status}`)
    if (status >= 300) people.hear({ about: 'refusal', of: action, status, detail: text }, test.clock.now())
  }
}

async function send(path: string, picture: Uint8Array, token: string) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'image/png' }
  const request = new Request(`http://localhost/api/v1/${path}`, {
    method: 'POST',
    headers,
    body: Buffer.from(picture),
  })
  const response = await test.service.fetch(request)
  return { status: response.status, text: await response.text() }
}

/** Jumps from one moment at which somebody has something to do to the next; the service looks every half minute. */
async function live(around: Town, untilMs: number) {
  await test.service.tick()
  await listen(around)
  while (test.clock.now() < untilMs) {
    const tickMs = (Math.floor(test.clock.now() / LOOKS_EVERY_MS) + 1) * LOOKS_EVERY_MS
    test.clock.set(Math.min(Math.max(around.people.nextMs(), test.clock.now()), tickMs, untilMs))
    for (const action of around.people.due(test.clock.now())) await perform(around, action)
    await test.service.tick()
    await listen(around)
  }
}

const ticketNow = async () => (await test.get<{ items: SeenTicket[] }>('/tickets')).body.items[0]!
const leak = () => test.publish(LEAK.id, 'event', { event: 'water.leak', active: true })

describe('people around a real service', () => {
  it('take a leak from the first call to the closed ticket', async () => {
    const around = await town(crew([somebody('li')]))
    await leak()
    await live(around, START_MS + 20 * MINUTE_MS)
    expect(await ticketNow()).toMatchObject({ state: 'closed', assignee: 'li' })
    expect(around.log).toEqual([
      ...['0.5 li accept 200', '0.8 engineer acknowledge 200', '0.8 li depart 200', '2.4 li arrive 200'],
      ...['4.4 li first-handling 200', '10.4 li repairs leak-1', '12.4 li complete 200'],
      ...['13.1 engineer commands 202', '13.4 li signatures 201', '13.4 li sign-off 200', '18.4 dispatcher close 200'],
    ])
  })

  it('are called one after the other where the first has lost his phone', async () => {
    const around = await town(crew([somebody('li'), somebody('wang', { phone: '13900000000' })]))
    around.people.event('li', 'loses_phone', 10 * MINUTE_MS, START_MS)
    await leak()
    await live(around, START_MS + 23 * MINUTE_MS)
    expect(await ticketNow()).toMatchObject({ state: 'closed', assignee: 'wang' })
    const told = around.log.filter((line) => !line.includes('engineer'))
    expect(told).toEqual([
      '0.0 name of li does not hear that he is called: he has lost his phone',
      // The ladder passes the ticket on after three minutes.
      ...['3.5 wang accept 200', '3.8 wang depart 200', '5.4 wang arrive 200', '7.4 wang first-handling 200'],
      '10.0 name of li has found his phone',
      ...['13.4 wang repairs leak-1', '15.4 wang complete 200'],
      ...['16.4 wang signatures 201', '16.4 wang sign-off 200', '21.4 dispatcher close 200'],
    ])
  })

  it('show photos and sign where that is what the property has promised', async () => {
    const around = await town(crew([somebody('li')]))
    const promised = {
      ...{ id: 'own', name: { zh: '承诺', en: 'Promise' }, sites: [SITE], targets: [] },
      ...{ completion: { needs: ['cause', 'measure', 'photo_before', 'photo_after'] } },
      acceptance: { signers: ['customer', 'responder'] },
    }
    const target = { milestone: 'complete', withinMs: 60 * MINUTE_MS, calendar: 'around_the_clock' }
    const made = await test.post('/commitments', { ...promised, targets: [target] })
    expect(made.status).toBe(201)
    await leak()
    await live(around, START_MS + 20 * MINUTE_MS)
    expect(await ticketNow()).toMatchObject({ state: 'closed' })
    const names = ['complete', 'photos', 'signatures', 'sign-off']
    const steps = around.log.filter((line) => names.some((name) => line.includes(name)))
    expect(steps).toEqual([
      ...['12.4 li complete 409', '12.4 li photos?kind=before 201', '12.4 li photos?kind=after 201'],
      ...['12.4 li complete 200', '13.4 li signatures 201', '13.4 li sign-off 409'],
      ...['13.4 li signatures 201', '13.4 li sign-off 200'],
    ])
  })
})
