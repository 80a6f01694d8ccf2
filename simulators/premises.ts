import { type Fault, type Moment, type SimulatedDevice, startDevice } from './devices/index.ts'
import type { Edge, Packet } from './languages/language.ts'
import { createChatter, type Chatter } from './network/chatter.ts'
import { createLink, type Delivery, type Link } from './network/link.ts'
import type { LinkTrouble } from './network/passage.ts'
import type { LocalTime } from './local-time.ts'
import type { SeededRandom } from './random.ts'
import type { NetworkTrouble, Said, Scenario } from './scenario.ts'

/** By whose login a packet gets to the broker. */
export interface Sender {
  device: string
  /** `null`: by the device's own. */
  gateway: string | null
}

export interface Sent extends Delivery {
  sender: Sender
}

/** What the premises did up to a moment. */
export interface Passed {
  sent: Sent[]
  /** What happened in the building, in plain English, one line each. */
  happenings: string[]
}

/**
 * A scenario's devices with what lies between them and the broker. It knows neither sockets nor timers: whoever runs it
 * comes at `nextMs`. Times never go back.
 */
export interface Premises {
  nextMs(): number
  due(atMs: number): Passed
  /** Every device connects and tells what it knows. */
  switchOn(atMs: number): void
  suffer(device: string, fault: Fault, atMs: number): void
  /** Takes a fault away, or every one; tells which there were. */
  repair(device: string, atMs: number, fault?: Fault): Fault[]
  faults(device: string): readonly Fault[]
  trouble(device: string, trouble: NetworkTrouble, atMs: number): void
  /** One trouble ends, or every one. */
  calm(device: string, atMs: number, trouble?: NetworkTrouble): void
  /** Bytes that a device publishes, whatever they are; what a broker says for it does not go over its link. */
  publish(packet: Packet, said: Said, atMs: number): void
  /** A command on its way to a device, or through its gateway; whether somebody took it. */
  obey(topic: string, payload: string): boolean
  device(id: string): SimulatedDevice
}

export interface PremisesOptions {
  scenario: Pick<Scenario, 'site' | 'devices'>
  random: SeededRandom
  startMs: number
  time: Pick<LocalTime, 'hourOfDay' | 'dayOfWeek'>
}

interface Place {
  device: SimulatedDevice
  link: Link
  sender: Sender
  /** A loose contact. */
  chatter: { trouble: NetworkTrouble; of: Chatter } | null
  /** What its silence does to its link. */
  dead: LinkTrouble | null
}

export function createPremises({ scenario, random, startMs, time }: PremisesOptions): Premises {
  const edges = new Map<string, Edge>()
  const edgeOf = (gateway: string | null): Edge => {
    const known = gateway === null ? undefined : edges.get(gateway)
    const edge: Edge = known ?? new Map<string, unknown>()
    if (gateway !== null) edges.set(gateway, edge)
    return edge
  }
  let shown = { atMs: NaN, hourOfDay: 0, dayOfWeek: 0 }
  const momentAt = (atMs: number, ownMs = atMs): Moment => {
    if (shown.atMs !== atMs) shown = { atMs, hourOfDay: time.hourOfDay(atMs), dayOfWeek: time.dayOfWeek(atMs) }
    return { atMs, ownMs, hourOfDay: shown.hourOfDay, dayOfWeek: shown.dayOfWeek }
  }
  const devicesRandom = random.fork('devices')
  const links = random.fork('links')
  const places = scenario.devices.map((described): Place => {
    const gateway = described.gateway ?? null
    const start = { site: scenario.site.id, random: devicesRandom, startMs, edge: edgeOf(gateway) }
    const device = startDevice(described, start)
    // Lets it measure once, so that its first words are not those of a device without load.
    device.advance(momentAt(startMs))
    const { id } = described
    const link = createLink({
      ...{ id, random: links, keeps: false },
      will: (ownMs) => device.will(ownMs),
      greet: (ownMs) => [...welcomeOf(scenario.site.id, id, gateway), ...device.whole(ownMs)],
    })
    return { device, link, sender: { device: id, gateway }, chatter: null, dead: null }
  })
  const byId = new Map(places.map((place) => [place.sender.device, place]))
  // Looked through at each moment: numbers side by side, since a day has a million of them.
  const next = Float64Array.from(places, ({ device }) => device.nextMs())

  const placeOf = (id: string): Place => {
    const place = byId.get(id)
    if (!place) throw new Error(`there is no device ${id} in this building`)
    return place
  }
  const look = (place: Place) => {
    next[places.indexOf(place)] = nextOf(place)
  }

  function goOn(place: Place, atMs: number, passed: Passed): void {
    const { device, link, sender, chatter } = place
    const turn = chatter?.of.due(atMs) ?? null
    if (turn !== null) device.flip(turn === 'suffer')
    const spoken = device.advance(momentAt(atMs, link.clockOf(atMs)))
    for (const happening of spoken.happenings) passed.happenings.push(happening)
    const deliveries = link.carry(spoken.packets, atMs)
    if (device.silent() !== (place.dead !== null)) turnDead(place, atMs)
    for (const { packet, retained, will, dup } of deliveries) passed.sent.push({ packet, retained, will, dup, sender })
    for (const { turn: turned } of link.turns()) {
      passed.happenings.push(`${sender.device} ${turned === 'broke' ? 'lost its link' : 'has its link back'}`)
    }
  }

  /** Who has no power left does not say farewell. */
  function turnDead(place: Place, atMs: number): void {
    if (place.dead === null) place.link.trouble((place.dead = { kind: 'cut', keeps: false }), atMs)
    else {
      place.link.calm(atMs, place.dead)
      place.dead = null
    }
  }

  /** Up to now things were as they were: what changes does so from here on. */
  let waiting: Passed = { sent: [], happenings: [] }
  const upTo = (id: string, atMs: number): Place => {
    const place = placeOf(id)
    goOn(place, atMs, waiting)
    return place
  }

  return {
    nextMs() {
      if (waiting.sent.length + waiting.happenings.length > 0) return -Infinity
      let soonest = Infinity
      for (const atMs of next) if (atMs < soonest) soonest = atMs
      return soonest
    },
    due(atMs) {
      const passed = waiting
      waiting = { sent: [], happenings: [] }
      for (let index = 0; index < next.length; index += 1) {
        if (next[index]! > atMs) continue
        const place = places[index]!
        goOn(place, atMs, passed)
        next[index] = nextOf(place)
      }
      return passed
    },
    switchOn(atMs) {
      for (const place of places) {
        const { device, link, sender } = place
        const welcome = welcomeOf(scenario.site.id, sender.device, sender.gateway)
        link.send([...welcome, ...device.whole(link.clockOf(atMs))], atMs)
        look(place)
      }
    },
    suffer(id, fault, atMs) {
      const place = upTo(id, atMs)
      place.device.suffer(fault)
      look(place)
    },
    repair(id, atMs, fault) {
      const place = upTo(id, atMs)
      const had = place.device.repair(fault)
      look(place)
      return had
    },
    faults: (id) => placeOf(id).device.faults(),
    trouble(id, trouble, atMs) {
      const place = placeOf(id)
      if (trouble.kind === 'chatter') {
        place.chatter = { trouble, of: createChatter({ everyMs: trouble.everyMs, startMs: atMs }) }
      } else place.link.trouble(trouble, atMs)
      look(place)
    },
    calm(id, atMs, trouble) {
      const place = placeOf(id)
      const { chatter } = place
      if (chatter && (trouble === undefined || trouble === chatter.trouble)) {
        if (chatter.of.end() === 'repair') place.device.flip(false)
        place.chatter = null
      }
      if (trouble?.kind !== 'chatter') place.link.calm(atMs, trouble)
      look(place)
    },
    publish(packet, said, atMs) {
      const place = upTo(packet.device, atMs)
      const { link, sender } = place
      if (said === 'live') link.send([packet], atMs)
      else waiting.sent.push({ packet, sender, retained: said === 'kept', will: said === 'will', dup: false })
      look(place)
    },
    obey(topic, payload) {
      let taken = false
      for (const place of places) {
        if (!place.device.obey(topic, payload)) continue
        taken = true
        look(place)
      }
      return taken
    },
    device: (id) => placeOf(id).device,
  }
}

/** Shifen's own devices say that they are there; in other families it is part of what they tell. */
function welcomeOf(site: string, device: string, gateway: string | null): Packet[] {
  if (gateway !== null) return []
  return [{ device, topic: `shifen/${site}/${device}/status`, payload: 'online', once: false, retain: true }]
}

const nextOf = ({ device, link, chatter }: Place): number =>
  Math.min(device.nextMs(), link.nextMs(), chatter?.of.nextMs() ?? Infinity)
