import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../rules/clock.ts'
import { type FleetDevice, fleetMessages } from './fleet.ts'
import { summarise, type Summary } from './histogram.ts'
import { type InsideService, listRules, startInside } from './inside.ts'
import { DAY_MS } from '../../rules/model.ts'

/** How late the silence of devices was found, that all fell silent within a while. */
export interface SilenceTimes {
  devices: number
  /** Over which their last words were spread. */
  withinMs: number
  /** From the end of a device's timeout to the time of its alarm. */
  late: Summary
  /** From the end of the last timeout until the last alarm was committed. */
  lastCommittedMs: number
}

/** A second's worth of 500 devices, which is more than a site with a broken line loses in one. */
const WITHIN_MS = 20_000
const PARTS = 100
const TIMEOUT_MS = 45_000
const FOUND_WITHIN_MS = 60_000
const POLL_MS = 10
const ONE_PAGE = 500

/**
 * Every device speaks once more, and never again. In this process by the real clock, since what it commits is counted
 * most closely here.
 *
 * @throws Error when a silence was not found once, after its timeout, or the machine is too slow to tell.
 */
export async function measureSilence(
  dataDir: string,
  devices: readonly FleetDevice[],
  signal?: AbortSignal,
): Promise<SilenceTimes> {
  const clock = systemClock()
  const service = await startInside(dataDir, clock)
  try {
    await eachSilence(service, DAY_MS)
    const part = Math.ceil(devices.length / PARTS)
    for (let from = 0; from < devices.length; from += part) {
      signal?.throwIfAborted()
      const speaking = devices.slice(from, from + part)
      await Promise.all(speaking.map((device) => lastWords(service, device)))
      await sleep(WITHIN_MS / PARTS)
    }
    const spokeAt = await lastSeen(service)
    const before = await service.raised()
    await eachSilence(service, TIMEOUT_MS)
    const deadlines = devices.map(({ id }) => spokeAt.get(id)! + TIMEOUT_MS)
    if (clock.now() > Math.min(...deadlines)) throw new Error('this machine is too slow to change the timeouts in time')
    const last = Math.max(...deadlines)
    while ((await service.raised()) - before < devices.length) {
      signal?.throwIfAborted()
      if (clock.now() > last + FOUND_WITHIN_MS) throw new Error('not every silence was found')
      await sleep(POLL_MS)
    }
    const lastCommittedMs = Math.max(0, clock.now() - last)
    const late = await lateness(service, spokeAt)
    if (late.length !== devices.length || Math.min(...late) < 0) {
      throw new Error(`${late.length} silences of ${devices.length} devices were raised, or some before their time`)
    }
    return { devices: devices.length, withinMs: WITHIN_MS, late: summarise(late), lastCommittedMs }
  } finally {
    await service.stop()
  }
}

function lastWords(service: InsideService, device: FleetDevice): Promise<void> {
  const message = fleetMessages.find(({ kind }) => kind === device.kind)!
  return service.say(device, message.channel, message.payload(0))
}

async function eachSilence(service: InsideService, silenceMs: number): Promise<void> {
  for (const rule of await listRules(service)) {
    if (rule.silenceMs === undefined) continue
    const { version: _, updatedAt: __, updatedBy: ___, ...kept } = rule
    await service.api('PUT', `rules/${rule.id}`, { ...kept, silenceMs })
  }
}

async function lastSeen(service: InsideService): Promise<Map<string, number>> {
  const seen = new Map<string, number>()
  for await (const { id, lastSeenAt } of all<{ id: string; lastSeenAt: string }>(service, 'devices')) {
    seen.set(id, Date.parse(lastSeenAt))
  }
  return seen
}

async function lateness(service: InsideService, spokeAt: ReadonlyMap<string, number>): Promise<number[]> {
  const late: number[] = []
  for await (const alarm of all<{ rule: string; device: string; raisedAt: string }>(service, 'alarms')) {
    if (!alarm.rule.endsWith('.silent')) continue
    late.push(Date.parse(alarm.raisedAt) - (spokeAt.get(alarm.device)! + TIMEOUT_MS))
  }
  return late
}

/** Everything of a list, page by page. */
async function* all<T>(service: InsideService, path: string): AsyncIterable<T> {
  let cursor: string | null = null
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = (await service.api('GET', `${path}?limit=${ONE_PAGE}${after}`)) as { items: T[]; next: string | null }
    yield* page.items
    cursor = page.next
  } while (cursor !== null)
}
