import { HOUR_MS, MINUTE_MS, PRIORITIES, SECOND_MS, TICKET_CATEGORIES } from '../../rules/model.ts'
import { FAULTS } from '../devices/index.ts'
import type { SeededRandom } from '../random.ts'
import { spellDuration, startMs } from '../reading/times.ts'
import { inventMoment, inventRange, inventSpan } from './invent-times.ts'
import type { TreeDevice, TreeMap, TreePeople } from './tree.ts'

export interface Setting {
  devices: readonly TreeDevice[]
  people: TreePeople
  lastsMs: number
  startsAt: string
}

const TIMEZONE = 'Asia/Shanghai'
const SITE = 'riverside'

type Inventor = (random: SeededRandom, setting: Setting) => TreeMap | null

/** One thing that happens, at a moment that is known or upon something that comes to be. */
export function inventStep(random: SeededRandom, setting: Setting): TreeMap {
  const inventor = weighted(random)
  const act = inventor(random, setting)
  if (act === null) return inventStep(random, setting)
  return 'at' in act ? act : { ...inventWhen(random, setting), ...act }
}

/** Where a promise or a ladder turns: what happens then, a millisecond earlier or later, matters most. */
const TURNS_MS = [0, 3, 6, 10, 15, 30].map((minutes) => minutes * MINUTE_MS)
const BESIDE_MS = [0, 0, -1, 1, SECOND_MS]
const FACTS = ['ticket opened', 'ticket accepted', 'ticket on_site', 'alarm raised', 'alarm acknowledged']

function inventWhen(random: SeededRandom, { lastsMs }: Setting): TreeMap {
  if (random.chance(0.3)) {
    const byMs = Math.max(0, random.pick(TURNS_MS) + random.pick(BESIDE_MS))
    return { when: { [random.pick(FACTS)]: {} }, by: spellDuration(byMs) }
  }
  return { at: spellDuration(inventMoment(random, lastsMs)) }
}

const sometimes = (random: SeededRandom, share: number, more: () => TreeMap): TreeMap =>
  random.chance(share) ? more() : {}

const fault: Inventor = (random, { devices }) => {
  const { id, kind } = random.pick(devices)
  const faults = FAULTS[kind as keyof typeof FAULTS]
  if (faults.length === 0) return null
  return {
    device: id,
    fault: random.pick(faults),
    ...sometimes(random, 0.6, () => ({ for: inventSpan(random, HOUR_MS) })),
  }
}

const repair: Inventor = (random, { devices }) => ({ device: random.pick(devices).id, repair: true })

/** Clocks that are wrong by a little, by hours, and by years. */
const SKEWS = ['1s', '-1s', '10m', '-10m', '9h', '-9h', '3650d', '-3650d']

const TROUBLES: readonly ((random: SeededRandom) => unknown)[] = [
  () => 'cut',
  () => 'retained',
  (random) => ({ drop: random.pick([0.05, 0.3, 0.9]) }),
  (random) => ({ delay: inventRange(random, 5 * MINUTE_MS) }),
  (random) => ({ duplicate: random.pick([0.1, 0.5, 1]), after: inventRange(random, MINUTE_MS) }),
  (random) => ({ reorder: random.pick([0.1, 0.5, 1]), by: inventRange(random, MINUTE_MS) }),
  () => ({ cut: { keeps: true } }),
  (random) => ({ flap: { up: inventRange(random, 5 * MINUTE_MS), down: inventRange(random, 2 * MINUTE_MS) } }),
  (random) => ({ corrupt: random.pick([0.05, 0.5, 1]) }),
  (random) => ({ clock: { skew: random.pick(SKEWS), drift_ppm: random.pick([0, 50, -5000]) } }),
  (random) => ({ chatter: random.pick(['2s', '30s', '5m']) }),
]

const network: Inventor = (random, { devices }) => ({
  devices: [...new Set(Array.from({ length: random.integer(1, 4) }, () => random.pick(devices).id))],
  network: random.pick(TROUBLES)(random),
  // What flaps or chatters for long is many messages, and nothing else.
  for: inventSpan(random, HOUR_MS),
})

const powerCut: Inventor = (random, { devices }) => {
  const [first = ''] = random.pick(devices).location.split(' ')
  const building = /^B\d/.test(first) ? '地下室' : first
  return { power_cut: building, ...sometimes(random, 0.8, () => ({ for: inventSpan(random, HOUR_MS) })) }
}

const EVENTS: readonly TreeMap[] = [
  { loses: 'phone' },
  { takes: 'break' },
  { declines: 'next' },
  { is: 'late' },
  { quits: true },
]

const person: Inventor = (random, { people }) => {
  // Of a firm only its coming is known.
  const responders = people.responders.filter(({ roles }) => !(roles as string[]).includes('maintenance_firm'))
  if (responders.length === 0) return null
  const event = random.pick(EVENTS)
  const lasts = 'loses' in event || 'takes' in event ? { for: inventSpan(random, HOUR_MS) } : {}
  return { person: random.pick(responders).id, ...event, ...lasts }
}

const report: Inventor = (random, { devices }) => {
  const native = devices.filter(({ speaks }) => speaks === undefined)
  return {
    report: {
      ...{ title: '厨房漏水', category: random.pick(TICKET_CATEGORIES), location: random.pick(devices).location },
      ...sometimes(random, 0.5, () => ({ priority: random.pick(PRIORITIES) })),
      ...sometimes(random, native.length > 0 ? 0.3 : 0, () => ({ device: random.pick(native).id })),
      ...sometimes(random, 0.2, () => ({ problems: [random.pick(['water.burst', 'elevator.entrapment'])] })),
    },
  }
}

const restart: Inventor = (random) => ({
  restart: random.pick(['0s', '1s', inventSpan(random, MINUTE_MS), inventSpan(random, 30 * MINUTE_MS), '10m']),
})

const channel: Inventor = (random) => ({
  channel: 'sms',
  answers: random.pick(['nothing', 'error', 'too_many']),
  for: inventSpan(random, HOUR_MS),
})

/** Out of service: a device, a building, a category or everything, for a while that may go beyond the end. */
const mute: Inventor = (random, { devices, lastsMs, startsAt }) => {
  const native = devices.filter(({ speaks }) => speaks === undefined)
  const over = random.pick<TreeMap>([
    { category: random.pick(TICKET_CATEGORIES) },
    { rules: [random.pick(['*.silent', 'water_leak.*', 'elevator.*', 'power_meter.*'])] },
    ...(native.length > 0 ? [{ device: random.pick(native).id }] : []),
  ])
  const endsMs = startMs(startsAt, TIMEZONE)! + lastsMs + random.integer(1, 4) * HOUR_MS - HOUR_MS / 2
  const until = new Date(endsMs).toISOString()
  return { request: { post: 'mutes', body: { site: SITE, reason: '检修', until, ...over } } }
}

/** A mute that is known to be planned ahead ends while the story goes on. */
const planned: Inventor = (random, { devices, lastsMs, startsAt }) => {
  const native = devices.filter(({ speaks }) => speaks === undefined)
  if (native.length === 0) return null
  const atMs = startMs(startsAt, TIMEZONE)!
  const [from, until] = [random.next(), random.next()].sort((one, other) => one - other)
  const iso = (share: number) => new Date(atMs + Math.round(share * lastsMs)).toISOString()
  const body = {
    site: SITE,
    reason: '检修',
    device: random.pick(native).id,
    from: iso(from!),
    until: iso(until! + 0.01),
  }
  return { at: '0s', request: { post: 'mutes', body } }
}

const promise = (milestone: string, minutes: number): TreeMap => {
  return { milestone, withinMs: minutes * MINUTE_MS, calendar: 'around_the_clock' }
}

const commitment: Inventor = (random) => ({
  request: {
    put: 'commitments/default',
    body: {
      ...{ id: 'default', name: { zh: '到场承诺', en: 'On site' }, sites: null },
      targets: [
        promise('accept', random.integer(1, 5)),
        promise('arrive', random.integer(5, 40)),
        promise('complete', random.integer(60, 600)),
      ],
    },
  },
})

/** What a device may say that no device should: nonsense, and times that cannot be. */
const publish: Inventor = (random, { devices }) => {
  const native = devices.filter(({ speaks }) => speaks === undefined)
  if (native.length === 0) return null
  const { id } = random.pick(native)
  const topic = (last: string) => `shifen/${SITE}/${id}/${last}`
  return {
    publish: {
      device: id,
      ...random.pick<TreeMap>([
        { topic: topic('telemetry'), text: '{"values": {' },
        { topic: topic('telemetry'), hex: '00 ff fe 80' },
        { topic: topic('nowhere'), json: {} },
        { topic: `shifen/${SITE}/somebody-else/event`, json: { event: 'water.leak', active: true } },
        {
          topic: topic('event'),
          json: { event: 'water.leak', active: true, ts: random.pick([0, 1, 4_102_444_800_000]) },
        },
        { topic: topic('event'), json: { event: 'elevator.alarm_button' } },
        { topic: topic('status'), text: random.pick(['offline', 'online', 'OFFLINE']) },
        {
          topic: topic('telemetry'),
          json: [{ ts: 1, values: { 'water.leak': true } }, { values: { batteryPercent: 3 } }],
        },
      ]),
    },
  }
}

const INVENTORS: readonly (readonly [Inventor, weight: number])[] = [
  [fault, 8],
  [network, 5],
  [restart, 3],
  [report, 2],
  [person, 2],
  [powerCut, 2],
  [mute, 1],
  [planned, 1],
  [commitment, 1],
  [channel, 1],
  [publish, 2],
  [repair, 1],
]
const WEIGHT = INVENTORS.reduce((sum, [, weight]) => sum + weight, 0)

function weighted(random: SeededRandom): Inventor {
  let left = random.integer(0, WEIGHT - 1)
  for (const [inventor, weight] of INVENTORS) {
    if (left < weight) return inventor
    left -= weight
  }
  throw new Error('the weights do not add up')
}
