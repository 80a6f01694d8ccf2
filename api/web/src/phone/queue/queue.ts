import { computed, inject, readonly, shallowRef } from 'vue'
import type { InjectionKey, Ref } from 'vue'
import type { Client } from '../../api/client.ts'
import { newIdempotencyKey } from '../../api/idempotencyKey.ts'
import { readSession } from '../../api/session.ts'
import type { SessionInfo, TicketView } from '../../api/types.ts'
import { waitMsAfter } from '../../live/connection.ts'
import type { PhoneClock } from '../clock.ts'
import { isHeld, nextToSend } from './entry.ts'
import type { Deed, Entry } from './entry.ts'
import { sendEntry } from './send.ts'
import type { Others, PhoneStorage } from './storage.ts'

/** What was done and not answered yet: kept on this device, sent in order, shown for as long as it is here. */
export interface Queue {
  entries: Readonly<Ref<readonly Entry[]>>
  /** The `order` of the one that is being sent. */
  sending: Readonly<Ref<number | null>>
  /** Those that nothing but the network keeps from going. */
  waiting: Readonly<Ref<number>>
  refused: Readonly<Ref<number>>
  /** `false` until what was kept is read. */
  loaded: Readonly<Ref<boolean>>
  durable: Readonly<Ref<boolean>>
  /** What others have left on this device: it waits for them. */
  others: Readonly<Ref<readonly Others[]>>
  /**
   * Keeps it on this device, then sends it as soon as there is a network. Throws where the device has no room: nothing
   * of it is then kept.
   */
  add(job: Pick<TicketView, 'id' | 'number'>, ...deeds: readonly Deed[]): Promise<void>
  /** The network may be back. */
  sendNow(): void
  /**
   * Sends a refused one anew, as `deed` where that is given: after what was done since, which it may have lacked, and
   * before those that waited for it.
   */
  retry(entry: Entry, deed?: Deed): Promise<void>
  discard(entry: Entry): Promise<void>
  close(): void
}

export const queueKey: InjectionKey<Queue> = Symbol('queue')

export function useQueue(): Queue {
  const queue = inject(queueKey)
  if (!queue) throw new Error('no queue provided')
  return queue
}

export interface QueueOptions {
  client: Client
  who: SessionInfo
  storage: Promise<PhoneStorage>
  clock: Pick<PhoneClock, 'read' | 'isEstimated'>
  /** The ticket as it is after something of it was sent or refused; `null`: to be asked for. */
  onAnswer: (job: string, ticket: TicketView | null) => void
  /** Somebody else is signed in here by now. */
  onOther: () => void
  random?: () => number
}

/** Of a dead network; a wait is also ended by the network's own word that it is back. */
const FIRST_WAIT_MS = 1_000

export function createQueue(options: QueueOptions): Queue {
  const { client, who, storage, clock, onAnswer, onOther, random = Math.random } = options
  const entries = shallowRef<readonly Entry[]>([])
  const sending = shallowRef<number | null>(null)
  const loaded = shallowRef(false)
  const durable = shallowRef(true)
  const others = shallowRef<readonly Others[]>([])
  let closed = false
  let running = false
  /** Something was added while it ran, perhaps after its last look. */
  let isAskedAgain = false
  let endWait: () => void = () => undefined

  const replace = (order: number, next: Entry | null) => {
    entries.value = entries.value.flatMap((entry) => (entry.order !== order ? [entry] : next ? [next] : []))
  }

  async function save(entry: Entry): Promise<void> {
    await (await storage).put(entry)
    replace(entry.order, entry)
  }

  /** Of a device without any room this is lost with the page; what was done is not. */
  const count = (entry: Entry) => save(entry).catch(() => replace(entry.order, entry))

  async function remove(order: number): Promise<void> {
    await (await storage).remove(order)
    replace(order, null)
  }

  async function load(): Promise<void> {
    const kept = await storage
    durable.value = kept.durable
    entries.value = await kept.entriesOf(who.name)
    others.value = await kept.othersThan(who.name)
    loaded.value = true
  }

  /** Another page of this browser may have signed in as somebody else, whose session all of them then share. */
  async function isStillHim(): Promise<boolean> {
    const now = await readSession(client)
    return now.name === who.name && now.role === who.role
  }

  async function sendFirst(entry: Entry): Promise<void> {
    sending.value = entry.order
    try {
      const outcome = await sendEntry(client, entry, save)
      if (outcome.kind === 'done') await remove(entry.order)
      else await save({ ...entry, ifMatch: null, refusal: outcome.refusal })
      onAnswer(entry.job, outcome.kind === 'done' ? outcome.ticket : null)
    } finally {
      sending.value = null
    }
  }

  async function sendAll(): Promise<void> {
    await load()
    let failures = 0
    let sure = false
    for (let entry = nextToSend(entries.value); entry && !closed; entry = nextToSend(entries.value)) {
      try {
        sure ||= await isStillHim()
        if (!sure) return onOther()
        await sendFirst(entry)
        failures = 0
      } catch {
        sure = false
        const current = entries.value.find(({ order }) => order === entry!.order)
        if (current) await count({ ...current, unanswered: current.unanswered + 1 })
        await wait(waitMsAfter(failures++, FIRST_WAIT_MS, random))
      }
    }
  }

  const wait = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      endWait = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  /** One page of this browser sends at a time, where browsers can agree on that; keys make it happen once anyway. */
  async function run(): Promise<void> {
    if (closed) return
    isAskedAgain = running
    if (running) return
    running = true
    try {
      if (navigator.locks) await navigator.locks.request('shifen.queue', sendAll)
      else await sendAll()
    } finally {
      running = false
    }
    if (isAskedAgain) await run()
  }

  function sendNow(): void {
    endWait()
    void run()
  }

  void load().then(run)
  const comeBack = () => sendNow()
  window.addEventListener('online', comeBack)

  return {
    // Not wrapped: what is wrapped cannot be written to the database.
    entries,
    sending: readonly(sending),
    waiting: computed(() => entries.value.filter((each) => !each.refusal && !isHeld(each, entries.value)).length),
    refused: computed(() => entries.value.filter(({ refusal }) => refusal !== null).length),
    loaded: readonly(loaded),
    durable: readonly(durable),
    others,
    async add(job, ...deeds) {
      const about = { owner: who.name, job: job.id, number: job.number, ifMatch: null, unanswered: 0, refusal: null }
      const when = { doneAtMs: clock.read(), isEstimated: clock.isEstimated.value }
      const wanted = deeds.map((deed) => ({ ...about, ...when, idempotencyKey: newIdempotencyKey(crypto), deed }))
      const added = await (await storage).add(wanted)
      entries.value = [...entries.value, ...added]
      void run()
    },
    sendNow,
    async retry(entry, deed = entry.deed) {
      const kept = await storage
      const held = entries.value.filter((each) => each.job === entry.job && isHeld(each, entries.value))
      const again = { ...entry, deed, ifMatch: null, unanswered: 0, refusal: null }
      const moved = [again, ...held]
      const added = await kept.add(moved.map(({ order: _order, ...rest }) => rest))
      entries.value = [...entries.value, ...added]
      for (const { order } of moved) await remove(order)
      sendNow()
    },
    async discard(entry) {
      await remove(entry.order)
      sendNow()
    },
    close() {
      closed = true
      endWait()
      window.removeEventListener('online', comeBack)
    },
  }
}
