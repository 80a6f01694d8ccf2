import { SECOND_MS } from '../../rules/model.ts'
import type { Packet } from '../languages/language.ts'
import type { SeededRandom } from '../random.ts'
import { clockShown, type Going, type LinkTrouble, passageOf } from './passage.ts'
import { reconnectsAt } from './reconnect.ts'

/** A packet as the broker has it. */
export interface Delivery {
  packet: Packet
  /** The broker had kept it and hands it out once more. */
  retained: boolean
  /** The broker says it for a device whose link broke. */
  will: boolean
  /** It was delivered before. */
  dup: boolean
}

export interface LinkCounts {
  sent: number
  delivered: number
  /** By a trouble that drops. */
  dropped: number
  /** Said while the link was broken, and not kept. */
  lost: number
  corrupted: number
  breaks: number
}

export interface LinkOptions {
  id: string
  random: SeededRandom
  /** Whether the device keeps what it says while its link flaps; a cut says so itself. */
  keeps: boolean
  /** What the broker says when the link breaks without a farewell, at the device's own time. */
  will: (ownMs: number) => Packet | null
  /** What the device says after each connect. */
  greet: (ownMs: number) => Packet[]
}

/**
 * What lies between one device and the broker. Times never go back; without a trouble a packet is delivered when it is
 * sent. It knows neither sockets nor timers: the same chance, troubles and times give the same deliveries.
 */
export interface Link {
  /** Something goes wrong from now on; `retained` happens at once and is over. */
  trouble(trouble: LinkTrouble, atMs: number): void
  /** This trouble ends, or every one. */
  calm(atMs: number, trouble?: LinkTrouble): void
  send(packets: readonly Packet[], atMs: number): void
  /** Sends, and answers what the broker gets by then: most of the time, the same at once. */
  carry(packets: readonly Packet[], atMs: number): Delivery[]
  /** What the broker gets up to now, in the order in which it gets it. */
  due(atMs: number): Delivery[]
  /** When `due` will have something to do. */
  nextMs(): number
  /** The device's own time. */
  clockOf(atMs: number): number
  up(): boolean
  /** Whether the link broke or came back up to the last time, each told once. */
  turns(): { turn: 'broke' | 'came_back'; atMs: number }[]
  counts(): Readonly<LinkCounts>
}

/** A device that keeps what it says has room for so many packets, and gives up the oldest. */
export const KEPT_MAX = 1_000
/** One that keeps only what is said once: the latest beyond it are given up. */
export const KEPT_ONCE_MAX = 50

/**
 * A broker gives a client up one and a half keep-alives after its last packet (MQTT 3.1.1, 3.1.2.10). With the usual
 * 30 s that packet is at most 30 s old when the link breaks, so that the break is seen 15 to 45 s after it.
 */
export const SEEN_AFTER_MS = [15 * SECOND_MS, 45 * SECOND_MS] as const

interface Broken {
  sinceMs: number
  /** Infinity: it was seen, and the will is said. */
  seenMs: number
  /** Infinity: what broke it goes on. */
  backMs: number
  keeps: boolean
  kept: Packet[]
}

interface Flap {
  going: Going & { trouble: { kind: 'flap' } }
  down: boolean
  turnsMs: number
}

export function createLink({ id, random, keeps, will, greet }: LinkOptions): Link {
  const own = random.fork(`link ${id}`)
  const counts: LinkCounts = { sent: 0, delivered: 0, dropped: 0, lost: 0, corrupted: 0, breaks: 0 }
  const underWay = createQueue()
  const lastWords = new Map<string, Packet>()
  const breaks = own.fork('breaks')
  let told: { turn: 'broke' | 'came_back'; atMs: number }[] = []
  let going: Going[] = []
  let flaps: Flap[] = []
  let begun = 0
  /** Nothing that keeps its place in the order comes earlier than what was sent before it. */
  let orderedMs = -Infinity
  let broken: Broken | null = null

  const pass = (packet: Packet, atMs: number) => {
    const passage = passageOf(packet, going)
    if (passage === null) {
      counts.dropped += 1
      return
    }
    if (passage.packet !== packet) counts.corrupted += 1
    const inOrderMs = Math.max(orderedMs, atMs + passage.delayMs)
    if (passage.behindMs === null) orderedMs = inOrderMs
    const arrivesMs = inOrderMs + (passage.behindMs ?? 0)
    underWay.add(arrivesMs, { packet: passage.packet, retained: false, will: false, dup: false })
    for (const afterMs of passage.copiesAfterMs) {
      underWay.add(arrivesMs + afterMs, { packet: passage.packet, retained: false, will: false, dup: true })
    }
  }

  const breakOff = (atMs: number, keepsAll: boolean) => {
    if (broken) {
      broken.backMs = Infinity
      broken.keeps ||= keepsAll
      return
    }
    counts.breaks += 1
    told.push({ turn: 'broke', atMs })
    broken = {
      sinceMs: atMs,
      seenMs: atMs + breaks.integer(...SEEN_AFTER_MS),
      backMs: Infinity,
      keeps: keepsAll,
      kept: [],
    }
  }

  const sayWill = (link: Broken, atMs: number) => {
    link.seenMs = Infinity
    const packet = will(clockShown(link.sinceMs, going))
    if (packet) underWay.add(atMs, { packet, retained: false, will: true, dup: false })
  }

  /** A new connection takes the old one over, so that a break which was not seen yet is seen now. */
  const comeBack = (link: Broken, atMs: number) => {
    if (link.seenMs !== Infinity) sayWill(link, atMs)
    broken = null
    told.push({ turn: 'came_back', atMs })
    const greeting = greet(clockShown(atMs, going))
    for (const packet of link.keeps ? [...link.kept, ...greeting] : [...greeting, ...link.kept]) pass(packet, atMs)
  }

  const isHeld = () => flaps.some(({ down }) => down) || going.some(({ trouble }) => trouble.kind === 'cut')

  const mend = (backMs: number) => {
    if (broken && !isHeld()) broken.backMs = backMs
  }

  const turn = (flap: Flap, atMs: number) => {
    const { trouble, random: chance } = flap.going
    flap.down = !flap.down
    flap.turnsMs = atMs + Math.max(1, chance.integer(...(flap.down ? trouble.downMs : trouble.upMs)))
    if (flap.down) breakOff(atMs, keeps)
    else mend(atMs)
  }

  const nextTurnMs = () => {
    let nextMs = broken ? Math.min(broken.seenMs, broken.backMs) : Infinity
    for (const { turnsMs } of flaps) nextMs = Math.min(nextMs, turnsMs)
    return nextMs
  }

  /** Everything that happens to the link itself until then, in its order. */
  const goOn = (atMs: number) => {
    for (let nextMs = nextTurnMs(); nextMs <= atMs; nextMs = nextTurnMs()) {
      const flap = flaps.find(({ turnsMs }) => turnsMs === nextMs)
      if (flap) turn(flap, nextMs)
      else if (broken && broken.backMs === nextMs) comeBack(broken, nextMs)
      else if (broken) sayWill(broken, nextMs)
    }
  }

  const keep = (packet: Packet, link: Broken) => {
    if (!link.keeps && (!packet.once || link.kept.length >= KEPT_ONCE_MAX)) counts.lost += 1
    else {
      link.kept.push(packet)
      if (link.kept.length > KEPT_MAX) {
        link.kept.shift()
        counts.lost += 1
      }
    }
  }

  const send = (packets: readonly Packet[], atMs: number) => {
    goOn(atMs)
    counts.sent += packets.length
    for (const packet of packets) {
      if (broken) keep(packet, broken)
      else pass(packet, atMs)
    }
  }
  const due = (atMs: number) => {
    goOn(atMs)
    const deliveries = underWay.take(atMs)
    counts.delivered += deliveries.length
    for (const { packet } of deliveries) lastWords.set(packet.topic, packet)
    return deliveries
  }
  const isCalm = () => going.length === 0 && flaps.length === 0 && broken === null && underWay.nextMs() === Infinity

  return {
    trouble(trouble, atMs) {
      goOn(atMs)
      if (trouble.kind === 'retained') {
        for (const packet of lastWords.values()) underWay.add(atMs, { packet, retained: true, will: false, dup: false })
        return
      }
      const began: Going = { trouble, sinceMs: atMs, random: own.fork(`${trouble.kind} ${(begun += 1)}`) }
      going = [...going, began]
      if (trouble.kind === 'cut') breakOff(atMs, trouble.keeps)
      if (trouble.kind === 'flap') {
        const turnsMs = atMs + Math.max(1, began.random.integer(...trouble.upMs))
        flaps.push({ going: { ...began, trouble }, down: false, turnsMs })
      }
    },
    calm(atMs, trouble) {
      goOn(atMs)
      going = trouble === undefined ? [] : going.filter((each) => each.trouble !== trouble)
      flaps = trouble === undefined ? [] : flaps.filter((each) => each.going.trouble !== trouble)
      if (broken?.backMs === Infinity) mend(reconnectsAt(broken.sinceMs, atMs, breaks))
    },
    send,
    due,
    carry(packets, atMs) {
      if (!isCalm()) {
        send(packets, atMs)
        return due(atMs)
      }
      counts.sent += packets.length
      counts.delivered += packets.length
      return packets.map((packet) => {
        lastWords.set(packet.topic, packet)
        return { packet, retained: false, will: false, dup: false }
      })
    },
    nextMs: () => Math.min(nextTurnMs(), underWay.nextMs()),
    clockOf: (atMs) => clockShown(atMs, going),
    up: () => broken === null,
    turns() {
      const since = told
      if (since.length > 0) told = []
      return since
    },
    counts: () => counts,
  }
}

/** By time; of one time, as they were added. */
function createQueue() {
  let entries: { atMs: number; delivery: Delivery }[] = []
  return {
    add(atMs: number, delivery: Delivery) {
      let place = entries.length
      while (place > 0 && entries[place - 1]!.atMs > atMs) place -= 1
      if (place === entries.length) entries.push({ atMs, delivery })
      else entries.splice(place, 0, { atMs, delivery })
    },
    take(atMs: number): Delivery[] {
      const left = entries.findIndex((entry) => entry.atMs > atMs)
      const taken = left === -1 ? entries : entries.slice(0, left)
      entries = left === -1 ? [] : entries.slice(left)
      return taken.map(({ delivery }) => delivery)
    },
    nextMs: () => entries[0]?.atMs ?? Infinity,
  }
}
