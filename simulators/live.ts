import { setTimeout as sleep } from 'node:timers/promises'
import { SECOND_MS } from '../rules/model.ts'
import { systemClock } from '../rules/clock.ts'
import type { DrillAsked } from './drill.ts'
import type { News, SeenDevice, SeenTicket } from './facts.ts'
import { createFleet, reasonOf } from './fleet.ts'
import { followService, type LiveEvent } from './follow.ts'
import type { Answer, Ground } from './ground.ts'
import { createNoticeReader, createRejectionReader } from './lists.ts'
import { createOwnNews, type SitedNotice, type Snapshot } from './own-news.ts'
import { sentenceOf } from './provision.ts'
import type { Scenario } from './scenario.ts'

export interface LiveTarget {
  /** Where devices publish, as `mqtt://host:port`; a login in it is every device's, as at a broker outside. */
  mqttUrl: string
  /** Where the API is, as `http://host:port`. */
  httpUrl: string
  /** An admin's. */
  token: string
  /** So many seconds of devices and people pass in one of the service's. */
  speed: number
  /** The run is a drill (演练) of which only these hear; absent: it is none. */
  drill?: DrillAsked
  /** What somebody should know beside what happens, in a sentence. */
  onNote?: (note: string) => void
  /** Hears why, and the run goes on, where the service stumbles; unless set that is the end of the run. */
  onStumble?: (why: string) => void
}

export interface LiveOptions extends LiveTarget {
  scenario: Pick<Scenario, 'devices' | 'site'>
  tellsRejections: boolean
}

const ANSWER_WITHIN_MS = 15 * SECOND_MS
const LISTS_EVERY_MS = 500

/**
 * A service that is up, in its own time, over HTTP and MQTT. @throws Error, in a sentence, here and at every turn,
 * where it or its broker is not there or goes away.
 */
export async function startLive(options: LiveOptions): Promise<Ground> {
  const { httpUrl, token, speed, scenario, tellsRejections, onNote } = options
  const clock = systemClock()
  const tokens = new Map<string, string>()
  const madeTokens: string[] = []
  const ending = new AbortController()
  let news: News[] = []
  let lost: Error | null = null
  let isStirred = false
  let wake = () => {}

  const stir = () => {
    isStirred = true
    wake()
  }
  const lose = (why: string) => {
    lost ??= new Error(why)
    stir()
  }
  const mustGoOn = () => {
    const why = lost
    lost = null
    if (why !== null) throw why
  }
  const ask: Ground['ask'] = async (as, method, path, body) => {
    const bearer = as === null ? token : tokens.get(as)
    if (bearer === undefined) throw new Error(`nobody knows a token of ${as}`)
    const answer = await request(new URL(`/api/v1/${path}`, httpUrl), method, bearer, body)
    if (path === 'tokens' && answer.status === 201) madeTokens.push((answer.body as { id: string }).id)
    return answer
  }
  const get = (path: string) => ask(null, 'GET', path)
  mustKnow(await get('sites?limit=1'), httpUrl)

  let began: (snapshot: Snapshot) => void = () => {}
  const beginning = new Promise<Snapshot>((resolve) => (began = resolve))
  let onEvent = ({ event, data }: LiveEvent) => {
    if (event === 'snapshot') began(data as Snapshot)
  }
  const following = followService({
    ...{ httpUrl, token, signal: ending.signal },
    onEvent: (event) => onEvent(event),
    onTrouble: (reason) => lose(`the service at ${httpUrl} went away: ${reason}`),
  })
  const trouble = new Promise<null>((resolve) => (wake = () => resolve(null)))
  const before = await Promise.race([beginning, trouble])
  const own = createOwnNews(scenario, before ?? { serverTime: '', tickets: [], alarms: [] })
  const fleet = createFleet({ mqttUrl: options.mqttUrl, scenario, onLost: lose, onMessage: stir })

  async function close(): Promise<void> {
    ending.abort()
    await following
    await fleet.close()
    for (const id of madeTokens) await ask(null, 'DELETE', `tokens/${id}`).catch(() => undefined)
  }
  if (before === null) {
    await close()
    throw lost!
  }

  const [startMs, begunMs] = [Date.parse(before.serverTime), clock.now()]
  const now = () => Math.floor(startMs + (clock.now() - begunMs) * speed)
  const inRunTime = (iso: string) => new Date(startMs + (Date.parse(iso) - startMs) * speed).toISOString()
  onEvent = (event) => {
    for (const each of event.event === 'snapshot' ? eventsOf(event.data as Snapshot) : [event]) {
      const told = own.of(each)
      if (told === null) continue
      news.push(told.about === 'ticket' ? { ...told, ticket: retimed(told.ticket, inRunTime) } : told)
      stir()
    }
  }
  if (own.leftOver.length > 0) {
    onNote?.(`${own.leftOver.join(', ')} of ${scenario.site.id} are still open from before; they are left alone`)
  }

  const notices = createNoticeReader(get)
  const rejections = createRejectionReader(get)
  // What was there before is not of this run.
  await notices.read()
  if (tellsRejections) await rejections()
  for (const device of await devicesOf(get, scenario.site.id)) news.push({ about: 'device', device, what: 'known' })
  let listsReadMs = -Infinity

  async function readLists(): Promise<void> {
    if (clock.now() - listsReadMs < LISTS_EVERY_MS) return
    listsReadMs = clock.now()
    for (const notice of await notices.read()) {
      if (own.isOwnNotice(notice as SitedNotice)) news.push({ about: 'notice', notice })
    }
    if (tellsRejections) for (const each of await rejections()) news.push({ about: 'rejection', rejection: each })
  }

  return {
    now,
    async until(atMs) {
      const leftMs = (atMs - now()) / speed
      const woken = new Promise<void>((resolve) => (wake = resolve))
      if (!isStirred && leftMs > 0) {
        const late = new AbortController()
        const waitMs = Math.min(leftMs, LISTS_EVERY_MS)
        const slept = sleep(waitMs, undefined, { signal: late.signal }).catch(() => undefined)
        await Promise.race([slept, woken])
        late.abort()
      }
      isStirred = false
      mustGoOn()
    },
    nextMs: () => Promise.resolve(Infinity),
    tick: () => Promise.resolve(),
    async deliver(sent) {
      await fleet.publish(sent)
      mustGoOn()
    },
    ask,
    async news() {
      mustGoOn()
      await readLists()
      const told = news
      news = []
      return told
    },
    toDevices: () => fleet.toDevices(),
    knowToken: (name, known) => void tokens.set(name, known),
    knowLogins: (logins) => fleet.connect(logins),
    provider: () => refuse('what providers answer cannot be changed in a live run'),
    restart: () => refuse('a live service is not ours to end'),
    close,
  }
}

const refuse = (why: string): never => {
  throw new Error(`${why}; play this scenario without --live`)
}

function mustKnow(answer: Answer, httpUrl: string): void {
  if (answer.status === 200) return
  const isStranger = answer.status === 401 || answer.status === 403
  const hint = isStranger ? '; give an admin token by --token or SHIFEN_TOKEN' : ''
  throw new Error(`the service at ${httpUrl} answers ${answer.status}: ${sentenceOf(answer)}${hint}`)
}

async function request(url: URL, method: string, token: string, body: unknown): Promise<Answer> {
  const picture = body instanceof Uint8Array
  const type = picture ? 'image/png' : 'application/json'
  const asked = {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body: picture ? Buffer.from(body) : JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }
  try {
    const response = await fetch(url, asked)
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, body: isJson ? JSON.parse(text) : text }
  } catch (error) {
    throw new Error(`the service at ${url.origin} does not answer: ${reasonOf(error)}`, { cause: error })
  }
}

/** A stream that broke off begins anew with how things stand. */
const eventsOf = ({ tickets, alarms }: Snapshot): LiveEvent[] => [
  ...tickets.map((ticket) => ({ event: 'ticket', data: { ticket, what: 'known' } })),
  ...alarms.map((alarm) => ({ event: 'alarm', data: { alarm, events: [] } })),
]

async function devicesOf(get: (path: string) => Promise<Answer>, site: string): Promise<SeenDevice[]> {
  const found: SeenDevice[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { status, body } = await get(`devices?limit=500&site=${site}${from}`)
    if (status !== 200) return found
    const { items, next } = body as { items: SeenDevice[]; next: string | null }
    found.push(...items)
    cursor = next
  }
  return found
}

/** With all its times as the run has them. */
function retimed(ticket: SeenTicket, inRunTime: (iso: string) => string): SeenTicket {
  const clocks = ticket.clocks.map((clock) => {
    return { ...clock, dueAt: inRunTime(clock.dueAt), metAt: clock.metAt === null ? null : inRunTime(clock.metAt) }
  })
  return { ...ticket, openedAt: inRunTime(ticket.openedAt), clocks }
}
