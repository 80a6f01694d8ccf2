import { connectAsync } from 'mqtt'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { firstLoadBytes, frameTimesMs, heapBytes, launchChromium, openSignedIn } from './browser.ts'
import { summarise, type Summary } from './histogram.ts'
import type { Credentials } from './packets.ts'
import { type Ask, askOf, provision, type Service, startService } from './service.ts'
import { openStream } from './stream.ts'

/** What the dashboard's faces take in a real browser, beside the service on the same machine. */
export interface DashboardFigures {
  /** Chromium's version. */
  browser: string
  loads: { face: string; bytes: number }[]
  /** From the server's receiving of a leak to its ring on the wallboard. */
  ring: Summary
  frames: { face: string; openAlarms: number; changesPerSecond: number; shareUnder50Ms: number; p95Ms: number }[]
  growth: { minutes: number; changesPerSecond: number; bytes: number }
}

export interface DashboardOptions {
  rings: number
  frameSeconds: number
  growthMinutes: number
  log: (line: string) => void
  signal?: AbortSignal
}

export const OPEN_ALARMS = 200
export const CHANGES_PER_SECOND = 50
const FACES = [
  ['wallboard', '#/wall'],
  ['console', '#/alarms'],
  ['phone', '#/jobs'],
] as const
const RING_WITHIN_MS = 10_000
const LOOK_EVERY_MS = 20

/** `null` where there is no browser to measure in. @throws Error when a ring never shows, or the load does not come. */
export async function measureDashboard(folder: string, options: DashboardOptions): Promise<DashboardFigures | null> {
  const browser = await launchChromium()
  if (browser === null) return null
  const service = await startService(folder)
  try {
    return await measureFaces(service, browser, options)
  } finally {
    await browser.close()
    await service.stop()
  }
}

async function measureFaces(service: Service, browser: Browser, options: DashboardOptions): Promise<DashboardFigures> {
  const { rings, frameSeconds, growthMinutes, log, signal } = options
  const ask = askOf(service, signal)
  await ask('POST', 'responders', { id: 'zhang', name: '张伟', sites: ['default'], skills: ['water'] })
  const token = async (role: string, name: string) =>
    ((await ask('POST', 'tokens', { role, name })) as { token: string }).token
  const tokens = {
    wallboard: await token('viewer', 'wall'),
    console: service.token,
    phone: await token('responder', 'zhang'),
  }

  const loads: DashboardFigures['loads'] = []
  for (const [face, path] of FACES) {
    log(`first load of the ${face}`)
    loads.push({ face, bytes: await firstLoadBytes(browser, service.http, tokens[face], path) })
  }

  log(`from a leak to its ring: ${rings} times`)
  const wall = await openSignedIn(browser, service.http, tokens.wallboard, '#/wall')
  const ring = await timeRings(service, ask, wall, rings)

  log(`frames with ${OPEN_ALARMS} open alarms and ${CHANGES_PER_SECOND} changes a second`)
  const load = await startChanging(service, ask, signal)
  const frames: DashboardFigures['frames'] = []
  try {
    const desk = await openSignedIn(browser, service.http, tokens.console, '#/alarms')
    frames.push(await timeFrames('console', desk, load, frameSeconds))
    await desk.context().close()
    await wall.bringToFront()
    frames.push(await timeFrames('wallboard', wall, load, frameSeconds))
    log(`the wallboard's memory over ${growthMinutes} minutes`)
    return { browser: browser.version(), loads, ring, frames, growth: await growthOf(wall, load, growthMinutes) }
  } finally {
    await load.stop()
  }
}

/** One leak after the other, each seen through to its end, so that the wallboard has room for the next. */
async function timeRings(service: Service, ask: Ask, wall: Page, count: number): Promise<Summary> {
  const sensors = await provision(service, 'water_leak', 'bench-ring', count)
  await wall.evaluate(`(() => {
    window.ringsAt = new Map()
    const look = () => {
      for (const card of document.querySelectorAll('[data-emergency]')) {
        if (!window.ringsAt.has(card.dataset.emergency)) requestAnimationFrame(() => {
          window.ringsAt.set(card.dataset.emergency, performance.timeOrigin + performance.now())
        })
      }
    }
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true })
  })()`)
  const timesMs: number[] = []
  for (const sensor of sensors) {
    const client = await connectTo(service, sensor)
    await client.publishAsync(`${sensor.topic}/event`, '{"event":"water.leak","active":true}', { qos: 1 })
    const ticket = await ticketOf(ask, sensor)
    const shown = await ringAt(wall, ticket.number)
    timesMs.push(shown - Date.parse(ticket.openedAt))
    await client.publishAsync(`${sensor.topic}/event`, '{"event":"water.leak","active":false}', { qos: 1 })
    await client.endAsync()
    await seeThrough(ask, ticket.id)
  }
  return summarise(timesMs)
}

/** When the wallboard first drew a ticket's ring, which it noted itself; in epoch milliseconds. */
async function ringAt(wall: Page, number: string): Promise<number> {
  const asked = performance.now()
  while (performance.now() - asked < RING_WITHIN_MS) {
    const at = await wall.evaluate<number | undefined>(`window.ringsAt.get(${JSON.stringify(number)})`)
    if (at !== undefined) return at
    await sleep(LOOK_EVERY_MS)
  }
  throw new Error(`the ring of ticket ${number} was not on the wallboard within ${RING_WITHIN_MS / 1_000} s`)
}

interface OpenedTicket {
  id: string
  number: string
  openedAt: string
}

async function ticketOf(ask: Ask, sensor: Credentials): Promise<OpenedTicket> {
  const device = sensor.topic.slice(sensor.topic.lastIndexOf('/') + 1)
  const { items } = (await ask('GET', `tickets?device=${device}`)) as { items: OpenedTicket[] }
  if (items[0] === undefined) throw new Error(`the leak of ${device} opened no ticket`)
  return items[0]
}

async function seeThrough(ask: Ask, id: string): Promise<void> {
  await ask('POST', `tickets/${id}/assign`, { assignee: 'zhang' })
  for (const step of ['accept', 'depart', 'arrive', 'complete']) await ask('POST', `tickets/${id}/${step}`, {})
  await ask('POST', `tickets/${id}/sign-off`, { signature: 'bench' })
  await ask('POST', `tickets/${id}/close`, {})
}

interface Changing {
  /** Alarm changes that the service has told since the start. @throws Error where its stream was lost. */
  told(): number
  stop(): Promise<void>
}

/**
 * Leak sensors that are all wet; then their alarms are shelved one after the other, and each is taken back when half of
 * the others are shelved. A sensor that came and went as often would chatter, which the service holds together.
 */
async function startChanging(service: Service, ask: Ask, signal?: AbortSignal): Promise<Changing> {
  const sensors = await provision(service, 'water_leak', 'bench-change', OPEN_ALARMS, signal)
  for (const sensor of sensors) {
    const client = await connectTo(service, sensor)
    await client.publishAsync(`${sensor.topic}/event`, '{"event":"water.leak","active":true}', { qos: 1 })
    await client.endAsync()
  }
  const alarms = await openAlarms(ask)
  let [told, turn] = [0, 0]
  let lost = null as Error | null
  const count = ({ event }: { event: string }) => void (event === 'alarm' && told++)
  const stream = await openStream(`${service.http}/api/v1/live`, service.token, count, (error) => (lost ??= error))
  const change = async () => {
    const [one, another] = [alarms[turn % alarms.length]!, alarms[(turn + alarms.length / 2) % alarms.length]!]
    turn += 1
    await ask('POST', `alarms/${one}/shelve`, { reason: 'bench' })
    if (turn > alarms.length / 2) await ask('POST', `alarms/${another}/unshelve`, {})
  }
  let stopped = false
  /** One after the other, so that none is taken back before it is shelved; what is late is made up for. */
  const run = async () => {
    for (const startedAt = performance.now(); !stopped;) {
      await change()
      await sleep(Math.max(0, startedAt + (turn * 2_000) / CHANGES_PER_SECOND - performance.now()))
    }
  }
  const running = run().catch((error: Error) => void (lost ??= error))
  return {
    told() {
      if (lost !== null) throw lost
      return told
    },
    async stop() {
      stopped = true
      await running
      stream.close()
    },
  }
}

async function openAlarms(ask: Ask): Promise<string[]> {
  const { items } = (await ask('GET', 'alarms?state=unacked&limit=500')) as { items: { id: string; device: string }[] }
  const ours = items.filter(({ device }) => device.startsWith('bench-change')).map(({ id }) => id)
  if (ours.length !== OPEN_ALARMS) throw new Error(`${ours.length} alarms stand, not ${OPEN_ALARMS}`)
  return ours
}

async function timeFrames(face: string, page: Page, load: Changing, seconds: number) {
  await sleep(3_000)
  const [toldBefore, startedAt] = [load.told(), performance.now()]
  const timesMs = await frameTimesMs(page, seconds)
  const changesPerSecond = ((load.told() - toldBefore) * 1_000) / (performance.now() - startedAt)
  const sorted = [...timesMs].sort((a, b) => a - b)
  return {
    ...{ face, openAlarms: OPEN_ALARMS, changesPerSecond },
    shareUnder50Ms: timesMs.filter((time) => time < 50).length / timesMs.length,
    p95Ms: sorted[Math.floor(sorted.length * 0.95)]!,
  }
}

async function growthOf(page: Page, load: Changing, minutes: number): Promise<DashboardFigures['growth']> {
  const session = await page.context().newCDPSession(page)
  const [before, toldBefore, startedAt] = [await heapBytes(session), load.told(), performance.now()]
  await sleep(minutes * 60_000)
  const changesPerSecond = ((load.told() - toldBefore) * 1_000) / (performance.now() - startedAt)
  return { minutes, changesPerSecond, bytes: (await heapBytes(session)) - before }
}

const connectTo = (service: Service, { username, password, clientId }: Credentials) =>
  connectAsync(`mqtt://${service.mqtt.host}:${service.mqtt.port}`, { username, password, clientId })
