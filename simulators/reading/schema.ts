import { z } from 'zod'
import { PRIORITIES, TICKET_KINDS, TICKET_SIZES } from '../../rules/model.ts'
import { FACTS, FIELDS, SAID, SETTING_COLLECTIONS } from '../scenario.ts'
import type { FieldKind, FieldValue, Matcher } from '../scenario.ts'
import { COUNTED, SIMULATED, wordsOf } from './kinds.ts'
import type { Kind } from './kinds.ts'
import { meant } from './faults.ts'
import { count, duration, flag, id, interval, list, map, mapOf, moment, number, oneOf, only } from './scalars.ts'
import { range, share, signedDuration, start, text, timeOfShift, whole } from './scalars.ts'

/** The shape of a scenario file: what the reader checks, and what editors complete and show. */

/* Facts and what is asked of them */

const notAValue = 'a value belongs here: a word, a list of words, {not: …}, {at least: …} or {at most: …}'

const MATCHERS = { not: 'anything but this', 'at least': 'this number or more', 'at most': 'this number or less' }

function matcherOf(value: z.ZodType<FieldValue>) {
  const limits = map({
    not: value.optional().describe(MATCHERS.not),
    'at least': number.optional().describe(MATCHERS['at least']),
    'at most': number.optional().describe(MATCHERS['at most']),
  }).refine((limit) => Object.keys(limit).length === 1, { error: 'write one of them: not, at least or at most' })
  return z.union([value, list(value), limits], { error: notAValue }).transform((told): Matcher => {
    if (typeof told === 'string' && told.includes('*')) return { like: told }
    if (Array.isArray(told)) return { oneOf: told }
    if (typeof told !== 'object' || told === null) return told
    if ('at least' in told) return { atLeast: told['at least'] as number }
    if ('at most' in told) return { atMost: told['at most'] as number }
    return { not: (told as { not: FieldValue }).not }
  })
}

const word = z.union([z.string(), z.number().transform(String), z.null()], { error: notAValue })
const anyValue = z.union([z.string(), z.number(), z.boolean(), z.null()], { error: notAValue })

const FIELD_MATCHERS = {
  text: matcherOf(word).describe('A text; * stands for any'),
  device: matcherOf(word).describe('Id of a device of this scenario; * stands for any text'),
  person: matcherOf(word).describe('Id of a responder'),
  number: matcherOf(number).describe('A number'),
  flag: matcherOf(flag).describe('true or false'),
}

const fieldMatcher = (kind: FieldKind) => (typeof kind === 'string' ? FIELD_MATCHERS[kind] : matcherOf(oneOf(kind)))

const FACT_SHAPE = Object.fromEntries(
  Object.entries(FACTS).flatMap(([about, all]) => {
    const fields = Object.entries(FIELDS[about as keyof typeof FIELDS])
    const where = map(Object.fromEntries(fields.map(([field, kind]) => [field, fieldMatcher(kind).optional()])))
      .nullable()
      .optional()
    return all.map((what) => [`${about} ${what}`, where])
  }),
)
export const FACT_NAMES: readonly string[] = Object.keys(FACT_SHAPE)

const fact = map(FACT_SHAPE)
  .refine((facts) => Object.keys(facts).length === 1, {
    error: 'one fact belongs here, such as {ticket opened: {device: leak-b2}}',
  })
  .describe("A fact by its name, '<about> <what>', with what its fields must be")

/* The building */

const kind = oneOf(SIMULATED as [Kind, ...Kind[]])

const DEVICE_SHAPE = {
  id: id.describe('Letters, digits, _ and -'),
  name: text.optional().describe('As people call it; its location with the kind unless set'),
  location: text.describe('Where in the building'),
  building: text
    .optional()
    .describe('The building it stands in; unless set the first word of its location, and 地下室 for B1, B2 …'),
  zone: text.optional().describe('Devices of one zone belong together: a leak closes the valve of its zone'),
  speaks: text.optional().describe('Its language, such as zigbee2mqtt; native unless set'),
  gateway: id.optional().describe('The gateway it speaks through; made as needed unless set'),
  reports_every: interval.optional().describe('How often it reports when nothing happens: 1m, 12h'),
  tags: list(text).optional().describe('Words of its owner, which rules may name'),
}

const deviceOf = (each: Kind) =>
  map({
    kind: only(each),
    ...DEVICE_SHAPE,
    spec: map(wordsOf(each).spec).partial().optional().describe('Its physics, where it is not the usual'),
  })

export const device = z
  .discriminatedUnion('kind', SIMULATED.map(deviceOf) as [ReturnType<typeof deviceOf>], {
    error: ({ code, input }) => {
      if (code !== 'invalid_union') return 'a device belongs here: {id: leak-b2, kind: water_leak, location: B2 水泵房}'
      const told = (input as { kind?: unknown }).kind
      return told === undefined
        ? '"kind" is missing'
        : `${JSON.stringify(told)} is no kind; ${meant(typeof told === 'string' ? told : '', SIMULATED)}`
    },
  })
  .describe('A device of its own, beside or instead of those of the building')

const byKind = <Value extends z.ZodType>(value: Value) =>
  map(Object.fromEntries(SIMULATED.map((each) => [each, value.optional()])))

export const building = map({
  size: z
    .union(
      [
        count.min(1, { error: 'a building has at least one device' }).max(20_000, { error: 'at most 20000 devices' }),
        map({
          towers: count.min(1).max(99).optional().describe('Buildings beside the basement; 3 unless set'),
          floors: count.min(1).max(99).optional().describe('Of each tower; 18 unless set'),
          ...Object.fromEntries(
            COUNTED.map(({ many }) => [many, count.optional().describe('How many; none unless set')]),
          ),
        }),
      ],
      { error: 'write how many devices there are, or how many of each: {leak_sensors: 20, lifts: 6}' },
    )
    .describe('How many devices in all, spread as in the field, or how many of each'),
  reports_every: byKind(interval).optional().describe('By kind: how often they report when nothing happens'),
  speaks: byKind(text).optional().describe('By kind: their language; gateways are made as needed'),
}).describe('Devices that are made up: always the same for the same size')

/* People */

const responder = map({
  id: id.describe('Letters, digits, _ and -'),
  name: text.describe('As people call him'),
  skills: list(text).optional().describe('water, power, lift, general or a word of the property; general unless set'),
  roles: list(text).optional().describe('What he is called for beside his skills: supervisor, engineering_manager …'),
  phone: text.optional().describe('Made up unless set'),
  building: text.nullable().optional().describe('Where he waits for work; at the desk unless set'),
  accepts: range.optional().describe('From being told until he takes it; 20s..60s unless set'),
  departs: range.optional().describe('From taking it until he sets out; 10s..30s unless set'),
  walks: number
    .gt(0, { error: 'he walks at more than 0 metres a second' })
    .optional()
    .describe('Metres a second; 1.2 unless set'),
  repairs: range.optional().describe('From his arrival until the fault is gone; 5m..15m unless set'),
  completes: range.optional().describe('From the repair until he says so; 1m unless set'),
  declines: share.optional().describe('Share of his jobs that he declines; none unless set'),
  late: share
    .optional()
    .describe('Share of his jobs for which he needs three times as long on the way; none unless set'),
})

export const people = {
  responders: responder,
  shifts: map({
    responders: list(text).describe('Their ids'),
    from: timeOfShift.describe('Local time HH:MM'),
    to: timeOfShift.describe('Local time HH:MM; not after `from`: on the next day'),
  }),
  customers: map({
    sign: share.optional().describe('Share of completed jobs that somebody signs for; all unless set'),
    signs: range.optional().describe('From the completion until the signature; 1m..5m unless set'),
  }),
  desk: z
    .union(
      [
        only('nobody'),
        map({
          acknowledges: z
            .union([range, only('nobody')], { error: 'write 30s, 20s..60s or nobody' })
            .optional()
            .describe('From an alarm until it is acknowledged; 30s unless set'),
          closes: z
            .union([range, only('nobody')], { error: 'write 30s, 20s..60s or nobody' })
            .optional()
            .describe('From the signature until the ticket is closed; 2m unless set'),
          rounds: range
            .optional()
            .describe('From an alarm that nobody is sent to until somebody on a round sees to it; never unless set'),
        }),
      ],
      { error: 'write {acknowledges: 30s, closes: 2m}, or nobody' },
    )
    .describe('Whoever watches; nobody: alarms are not acknowledged, and tickets stay open'),
}

/* What happens */

const trouble = z
  .union(
    [
      oneOf(['cut', 'calm', 'retained']),
      map({
        drop: share.optional().describe('Share of packets that are lost'),
        delay: range.optional().describe('How late packets come'),
        duplicate: share.optional().describe('Share of packets that come twice'),
        after: range.optional().describe('With duplicate: how much later; 0s..5s unless set'),
        reorder: share.optional().describe('Share of packets that others overtake'),
        by: range.optional().describe('With reorder: how much later they come; 1s..5s unless set'),
        cut: map({ keeps: flag.describe('Whether what was said meanwhile comes at the end') })
          .optional()
          .describe('Nothing gets through'),
        flap: map({ up: range, down: range }).optional().describe('The link breaks and comes back, again and again'),
        corrupt: share.optional().describe('Share of packets whose bytes are changed'),
        clock: map({
          skew: signedDuration.optional().describe('How far its clock is ahead: 1h, -10m'),
          drift_ppm: number.optional().describe('How much faster its clock goes, in millionths'),
        })
          .optional()
          .describe("The device's own clock is wrong"),
        chatter: duration.optional().describe('It says everything it says over and over, so often'),
      }),
    ],
    { error: 'write cut, calm, retained, or {drop: 20%}, {delay: 1s..30s}, {flap: {up: 10s..60s, down: 1s..5s}} …' },
  )
  .describe('What is wrong between the devices and the broker; calm: nothing any more')

const selection = z
  .union(
    [
      list(text),
      map({
        kind: kind.optional(),
        building: text.optional(),
        like: text.optional().describe("Of their ids; * stands for any text: 'leak-*'"),
      }),
    ],
    { error: "write their ids [a, b], or {kind: water_leak}, {building: 1号楼}, {like: 'leak-*'}" },
  )
  .describe('Several devices: their ids, or what they have in common')

export const step = map({
  at: moment.optional().describe('03:00, the next such local time; day 2 08:00; 2026-11-24 03:00; 5m after the start'),
  after: text.optional().describe("A step's name (its `as`)"),
  when: fact.optional(),
  by: duration.optional().describe('With after and when: so much later'),
  each: flag.optional().describe('With when: each time it comes, not the first time only'),
  every: duration.optional().describe('By chance: on average so often'),
  as: text.optional().describe('What other steps and expectations call it'),
  device: text.optional().describe("A device's id"),
  devices: selection.optional(),
  fault: text.optional().describe('What is physically wrong from now on, such as leak or entrapment'),
  one: flag.optional().describe('With fault: one of the devices is picked'),
  repair: z
    .union([only(true), text], { error: 'write true, or the fault that is repaired' })
    .optional()
    .describe('true, or the fault that is repaired'),
  network: trouble.optional(),
  power_cut: text.optional().describe('A building that loses its mains'),
  person: text.optional().describe("A responder's id, with one of loses, takes, declines, is, quits"),
  loses: only('phone').optional(),
  takes: only('break').optional(),
  declines: only('next').optional(),
  is: only('late').optional(),
  quits: only(true).optional(),
  request: map({
    post: text.optional(),
    put: text.optional(),
    patch: text.optional(),
    delete: text.optional(),
    body: z.unknown().optional(),
    status: whole.min(100).max(599).optional().describe('What it must answer; anything below 400 unless set'),
  })
    .optional()
    .describe('A call of the API, below /api/v1/; tickets/@leak-b2 and alarms/@leak-b2 are the newest of that device'),
  report: map({
    title: text,
    category: text.optional().describe('other unless set'),
    description: text.optional(),
    location: text.optional(),
    priority: oneOf(PRIORITIES).optional(),
    device: text.optional(),
    kind: oneOf(TICKET_KINDS).optional(),
    size: oneOf(TICKET_SIZES).optional(),
    problems: list(text).optional(),
    appointmentAt: text.optional(),
    reporter: map({ name: text.optional(), phone: text.optional(), channel: text.optional() }).optional(),
  })
    .optional()
    .describe("A resident's report (报修)"),
  publish: map({
    device: text.describe('Whose login it comes from'),
    topic: text,
    text: text.optional(),
    json: z.unknown().optional(),
    hex: text.regex(/^(?:[0-9a-fA-F]{2}\s?)*$/, { error: 'hex is pairs of 0 to 9 and a to f' }).optional(),
    retain: flag.optional(),
    said: oneOf(SAID)
      .optional()
      .describe(
        'live, by the device itself, unless set; will: by the broker for it; kept: a broker outside had kept it',
      ),
  })
    .optional()
    .describe('Bytes that a device publishes, whatever they are'),
  restart: duration.optional().describe("The service's process ends, and so much later another one starts on its data"),
  channel: text.optional().describe("A channel's id, with answers"),
  answers: oneOf(['well', 'nothing', 'error', 'too_many']).optional().describe("What the channel's provider answers"),
  for: duration.optional().describe('How long it lasts; until it is ended unless set'),
})

/* What is expected */

const times = { times: count, 'at least': count, 'at most': count }

export const expectation = map({
  ...FACT_SHAPE,
  times: times.times.optional().describe('Exactly so often'),
  'at least': times['at least'].optional().describe('So often or more; once unless set'),
  'at most': times['at most'].optional().describe('So often or less'),
  within: duration.optional().describe('No later than this after `after`, `every` or the start'),
  'not before': duration.optional().describe('No earlier than this after it'),
  after: z
    .union([text, fact], { error: "write a step's name, or a fact such as {ticket opened: {}}" })
    .optional()
    .describe('What times count from; the start unless set'),
  at: z
    .union([moment, z.tuple([moment, moment])], { error: 'write a time, or [from, to]' })
    .optional()
    .describe('Exactly then, or [from, to]'),
  never: fact.optional().describe('This must not come'),
  every: fact.optional().describe('For each of these, of the same ticket, alarm or device, the fact is expected'),
  answer: text.optional().describe('A path of the API below /api/v1/; tickets/@leak-b2 is the newest of that device'),
  where: text
    .regex(/^(?:\/.*)?$/, {
      error: ({ input }) => `"${String(input)}" is no pointer; it begins with /: /items/0/state`,
    })
    .optional()
    .describe('With answer: a JSON pointer'),
  is: matcherOf(anyValue).optional().describe('With answer: what it must be; a list counts as its length'),
  when: moment.optional().describe('With answer: when it is asked; at the end unless set'),
})

export const setting = mapOf(z.unknown())

const both = z.union([text, map({ zh: text, en: text })], { error: 'write a text, or {zh: …, en: …}' })

/** The keys of a file, each as it stands alone; lists by their items. */
export const TOP = {
  title: both.describe('What it is called'),
  about: both.describe('What it shows, in a sentence'),
  parameters: mapOf(
    z.union([text.regex(/^(?!.*\$\{)/, { error: 'a parameter cannot use another one' }), number, flag], {
      error: 'a parameter is a word or a number',
    }),
  ).describe('Values used as ${name} anywhere below; --set name=value takes their place'),
  include: list(text).describe('Files to build on: beside this one, or shipped; what this file says wins'),
  starts: start.describe('Local time at the site; 2026-11-23 08:00 unless set'),
  lasts: duration.describe('How long it goes on: 40m, 12h, 3d'),
  site: map({
    id: id.optional(),
    name: text.optional(),
    timezone: text.optional().describe('Such as Asia/Shanghai'),
    phone: text.optional(),
    publicReports: flag.optional(),
  }).describe('riverside, 滨江花园, Asia/Shanghai unless set'),
  building,
  devices: list(device).describe('Devices of their own, beside or instead of those of the building'),
  people: map({
    responders: list(responder).optional(),
    shifts: list(people.shifts)
      .optional()
      .describe('Who is on duty when; all, round the clock, unless set; []: nobody ever'),
    customers: people.customers.optional(),
    desk: people.desk.optional(),
  }).describe('Who sees to it'),
  settings: map(Object.fromEntries(SETTING_COLLECTIONS.map((name) => [name, list(setting).optional()]))).describe(
    'What the property has set up, as the API takes it',
  ),
  timeline: list(step).describe('What happens'),
  expect: list(expectation).describe('What must come of it'),
}

/** A file's keys and what kind of value each has; what is inside is read item by item. */
const anything = z.unknown().optional()
const anyList = list(z.unknown()).optional()
export const SECTIONS = map({
  ...Object.fromEntries(Object.keys(TOP).map((key) => [key, anything])),
  title: z.unknown().refine((title) => title !== undefined, { error: '"title" is missing' }),
  lasts: z.unknown().refine((lasts) => lasts !== undefined, { error: '"lasts" is missing' }),
  devices: anyList,
  people: map({ responders: anyList, shifts: anyList, customers: anything, desk: anything }).optional(),
  settings: map(Object.fromEntries(SETTING_COLLECTIONS.map((name) => [name, anyList]))).optional(),
  timeline: anyList,
  expect: anyList,
})

export const scenarioSchema = map(TOP)
  .partial()
  .describe('A building, what goes wrong in it, who sees to it, and what is expected')
