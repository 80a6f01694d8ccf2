import type { Clock } from '../clock.ts'
import type { Engine } from '../engine.ts'
import type { ChannelKind, ChannelSettings, Delivery, Notice, Random, Route } from '../model.ts'
import { planOf as settingsOf } from '../plans/book.ts'
import type { Db } from '../storage/connect.ts'
import { answeredSince } from '../storage/deliveries.ts'
import { dueNotices, dueTargets, strandedEmergency } from '../storage/outbox.ts'
import type { ChannelType, Sent } from './channel.ts'
import {
  answered,
  beginTry,
  type Breakers,
  breakerOf,
  depart,
  endTry,
  type Lane,
  lookAt,
  newLane,
  targetOf,
} from './channel-state.ts'
import { longestOf } from './limits.ts'
import { type LinkOf, messageOf } from './message.ts'
import { afterSending, whileWaiting } from './outcome.ts'
import { type Parcel, type Plan, planOf } from './plan.ts'
import { createRecorder } from './recorder.ts'
import { createGate } from './gate.ts'

export interface Outbox {
  /** Sends what is due, and resolves when it is recorded what became of it. */
  flush(): Promise<void>
  /**
   * Sends these now, whatever waits before them, and answers what came back for each; `held` where the provider allows
   * no more at the moment.
   */
  sendNow(notices: readonly Notice[]): Promise<Delivery[]>
  /** `null` when well, else which emergency cannot be sent in any way, and through which channel it is tried. */
  trouble(): string | null
  /** Begins no more, and waits for what is in the air. */
  stop(): Promise<void>
}

export interface OutboxOptions {
  engine: Engine
  reader: Db
  clock: Clock
  random: Random
  types: Readonly<Record<ChannelKind, ChannelType>>
  /** A channel with its secrets as they are; `null` where they cannot be opened. */
  open: (channel: ChannelSettings) => ChannelSettings | null
  linkOf: LinkOf
  onResult: (kind: ChannelKind, result: 'sent' | 'retried' | 'failed') => void
}

/** So many lanes are looked at before others have their turn: what each lets go of costs milliseconds. */
const LANES_IN_ONE_GO = 1
/** So many of a channel that is gone are given up in one go. */
const GONE_AT_ONCE = 200

const RESULTS = { sent: 'sent', queued: 'retried', failed: 'failed', withdrawn: 'failed' } as const

const GONE: Sent = { ok: false, retry: false, answer: 'the channel does not exist any more, or is not enabled' }
const SEALED: Sent = {
  ...{ ok: false, retry: true },
  answer: 'its secrets were sealed with another secretKey; set that one again, or enter the secrets anew',
}

/** One lane for each target, so that one that is slow or dead keeps no other waiting. */
export function createOutbox({ engine, reader, clock, random, types, open, linkOf, onResult }: OutboxOptions): Outbox {
  const recorder = createRecorder(engine)
  const gate = createGate(LANES_IN_ONE_GO)
  const lanes = new Map<string, Promise<Lane>>()
  const breakers: Breakers = new Map()
  const flights = new Set<Promise<unknown>>()
  let stranded: string | null = null
  let doubtful = true
  let stopped = false

  const channelOf = (id: string) => settingsOf(engine.world().plans, 'channel', id)

  /** With what was sent before the start: the provider has not forgotten it. */
  function laneOf(route: Route): Promise<Lane> {
    const key = `${route.channel}\n${route.address}`
    const known = lanes.get(key)
    if (known !== undefined) return known
    const channel = channelOf(route.channel)
    const longestMs = channel === undefined ? 0 : longestOf(types[channel.kind].limits)
    const made = answeredSince(reader, route, clock.now() - longestMs).then((sentAt) => newLane(route, sentAt))
    lanes.set(key, made)
    made.catch(() => lanes.delete(key))
    return made
  }

  function send(channel: ChannelSettings | undefined, parcel: Parcel): Promise<Sent> {
    if (!channel?.enabled) return Promise.resolve(GONE)
    const opened = open(channel)
    if (opened === null) return Promise.resolve(SEALED)
    return types[channel.kind].send(messageOf(parcel, channel, engine, linkOf), opened, clock.now())
  }

  /** One try, from its beginning until it is recorded. */
  async function attempt(lane: Lane, channel: ChannelSettings | undefined, parcel: Parcel): Promise<Delivery[]> {
    const at = clock.now()
    depart(lane, parcel)
    if (channel) beginTry(breakers, channel)
    const sent = await send(channel, parcel)
    const now = clock.now()
    answered(lane, parcel, sent, now)
    if (channel) endTry(breakers, channel, sent, now)
    const notices = afterSending(parcel, sent, now, random)
    if (!sent.ok) doubtful = true
    for (const { state } of notices) if (channel) onResult(channel.kind, RESULTS[state])
    const about = { message: parcel.id, at, answer: sent.answer, tookMs: now - at, gathered: notices.length }
    const result = sent.ok ? ('sent' as const) : ('failed' as const)
    const deliveries = notices.map(({ id, channel, address }) => ({ notice: id, channel, address, result, ...about }))
    try {
      await recorder.record({ notices, deliveries })
    } finally {
      for (const { id } of notices) lane.inAir.delete(id)
    }
    return deliveries
  }

  /** What is held is said once for each reason. */
  async function hold({ wait }: Plan): Promise<Delivery[]> {
    if (wait.length === 0) return []
    doubtful ||= wait.some(({ notice }) => notice.emergency)
    const at = clock.now()
    const notices = wait.map((waiting) => whileWaiting(waiting, at))
    const fresh = wait.filter(({ notice, why }) => notice.reason !== why)
    const deliveries = fresh.map(({ notice: { id, channel, address }, why }): Delivery => {
      return { notice: id, message: id, channel, address, at, result: 'held', answer: why, tookMs: 0, gathered: 1 }
    })
    await recorder.record({ notices, deliveries })
    return deliveries
  }

  /** Tries what was asked for now, also through a channel that failed, but never more than its provider allows. */
  async function tryNow(notice: Notice): Promise<Delivery[]> {
    const lane = await laneOf(notice)
    const channel = channelOf(notice.channel)
    if (channel !== undefined) {
      const now = clock.now()
      const target = targetOf(lane, breakerOf(new Map(), channel), types[channel.kind], channel.kind, now)
      const plan = planOf([notice], target, now)
      if (plan.wait.length > 0) return hold(plan)
    }
    return attempt(lane, channel, parcelOf([notice]))
  }

  /** Lets go of a target's due notices what may go now, and after each what follows. */
  async function look(lane: Lane): Promise<void> {
    await gate()
    if (stopped) return
    const now = clock.now()
    const channel = channelOf(lane.channel)
    const most = channel === undefined ? GONE_AT_ONCE : lookAt(lane, types[channel.kind], channel.kind)
    const all = await dueNotices(reader, lane, now, most)
    const due = all.filter(({ id }) => !lane.inAir.has(id) && !recorder.owes(id))
    if (due.length === 0) return
    if (!channel?.enabled) {
      follow(
        lane,
        attempt(lane, undefined, parcelOf(due)).then(() => lookNext(lane)),
      )
      return
    }
    const target = targetOf(lane, breakerOf(breakers, channel), types[channel.kind], channel.kind, now)
    const plan = planOf(due, target, now)
    for (const parcel of plan.go)
      follow(
        lane,
        attempt(lane, channel, parcel).then(() => lookNext(lane)),
      )
    await hold(plan)
    if (plan.go.length === 0 && plan.wait.length > 0) await look(lane)
  }

  function lookNext(lane: Lane): Promise<void> {
    lane.next ??= lane.looking.then(() => {
      lane.next = null
      return look(lane)
    })
    lane.looking = lane.next.catch(() => undefined)
    return lane.next
  }

  function follow(lane: Lane, flight: Promise<void>): void {
    const ended = flight.finally(() => {
      lane.running.delete(flight)
      flights.delete(ended)
    })
    lane.running.add(flight)
    flights.add(ended)
    ended.catch(() => undefined)
  }

  async function workOn(route: Route): Promise<void> {
    const lane = await laneOf(route)
    await lookNext(lane)
    while (lane.running.size > 0) await Promise.all(lane.running)
  }

  async function flush(): Promise<void> {
    const recorded = recorder.again()
    recorded.catch(() => undefined)
    // What is sent another way is due at once, in another lane.
    for (let before = ''; !stopped;) {
      const targets = await dueTargets(reader, clock.now())
      const seen = JSON.stringify(targets)
      if (targets.length === 0 || seen === before) break
      before = seen
      await Promise.all(targets.map(workOn))
    }
    await recorded
    if (!doubtful) return
    const waiting = await strandedEmergency(reader)
    stranded = waiting && `${waiting.channel}: ${waiting.reason}; an emergency waits for it`
    doubtful = waiting !== null
  }

  return {
    flush() {
      const flushing = flush().finally(() => flights.delete(flushing))
      flights.add(flushing)
      return flushing
    },
    async sendNow(notices) {
      return (await Promise.all(notices.map(tryNow))).flat()
    },
    trouble: () => stranded,
    async stop() {
      stopped = true
      await Promise.allSettled(flights)
    },
  }
}

const parcelOf = (notices: readonly Notice[]): Parcel => {
  const [first] = notices
  return { id: first!.id, notices, emergency: first!.emergency }
}
