import {
  ALARM_STATES,
  DEVICE_KINDS,
  MILESTONES,
  NOTICE_KINDS,
  PARTIES,
  PRIORITIES,
  REJECTION_REASONS,
  TICKET_KINDS,
  TICKET_ORIGINS,
  TICKET_STATES,
} from '../rules/model.ts'
import type { NewSite } from '../rules/model.ts'
import type { DeviceDescription, Fault } from './devices/index.ts'

/** Where in a file something was written; lines and columns count from 1. */
export interface Place {
  file: string
  line: number
  column: number
}

export interface Titles {
  zh: string
  en: string
}

/**
 * A building, what goes wrong in it, who sees to it, and what is expected: data, read from a file. Times that say
 * nothing else are milliseconds since the start.
 */
export interface Scenario {
  name: string
  title: Titles
  /** What it shows, in a sentence or a few. */
  about: Titles
  /** Parameters that took the place of its own. */
  set: Readonly<Record<string, string>>
  file: string
  site: NewSite
  /** UTC. */
  startsAtMs: number
  /** `Infinity`: until it is called off; nothing is kept of it then, and nothing judged. */
  lastsMs: number
  devices: readonly DeviceDescription[]
  people: People
  /** What the property has set up beyond what the service brings along. */
  settings: readonly Setting[]
  timeline: readonly Step[]
  expect: readonly Expectation[]
}

/** As the API names them. */
export const SETTING_COLLECTIONS = [
  'rules',
  'commitments',
  'escalations',
  'channels',
  'crews',
  'rosters',
  'mappings',
  'mutes',
] as const
export type SettingCollection = (typeof SETTING_COLLECTIONS)[number]

/** One thing of the service's API that is made before the start: a rule, a commitment, a ladder, a channel. */
export interface Setting {
  collection: SettingCollection
  /** As the API takes it; it has an `id`, but for a mute, which the service names. */
  body: Readonly<Record<string, unknown>>
  place: Place
}

/** From and to, both included. */
export type Range = readonly [fromMs: number, toMs: number]

export interface People {
  responders: readonly ResponderDescription[]
  /** Who is on duty when; empty: nobody ever. */
  shifts: readonly Shift[]
  customers: Customers
  desk: Desk
}

export interface ResponderDescription {
  id: string
  name: string
  skills: readonly string[]
  /** What he is called for beside his skills, such as `supervisor`. */
  roles: readonly string[]
  phone: string
  /** Where he waits for work; `null`: at the desk. */
  building: string | null
  /** From being told of a job until he takes it. */
  acceptsMs: Range
  /** From taking it until he sets out. */
  departsMs: Range
  /** On foot between buildings, in metres a second. */
  walksMps: number
  /** From his arrival until the fault is gone. */
  repairsMs: Range
  /** From the repair until he says that it is done. */
  completesMs: Range
  /** Shares of his jobs: those he declines, and those for which he needs three times as long on the way. */
  declines: number
  late: number
}

/** Local time of day; a shift that does not end after it begins ends on the next day, so 00:00 to 00:00 is a day. */
export interface Shift {
  responders: readonly string[]
  /** `HH:MM` */
  from: string
  to: string
}

export interface Customers {
  /** Share of completed jobs that somebody signs for. */
  sign: number
  /** From the completion until the signature. */
  signsMs: Range
}

/** Whoever watches: acknowledges alarms, and closes what is signed. `null`: nobody does. */
export interface Desk {
  acknowledgesMs: Range | null
  closesMs: Range | null
  /** After so long an engineer on a round has seen to a device with an alarm that nobody is sent to. */
  roundsMs: Range | null
}

/** Something that happens, once or again. */
export interface Step {
  /** What expectations and later steps call it. */
  as: string | null
  when: When
  act: Act
  place: Place
}

export type When =
  | { atMs: number }
  /** So long after a step that has a name. */
  | { after: string; byMs: number }
  /** So long after a fact; each time it comes, or the first time only. */
  | { on: FactPattern; byMs: number; each: boolean }
  /** Chance: on average so often, independent of each other (Poisson). */
  | { everyMs: number }

export type Act =
  /** A device's physics; `null` as its end: until it is repaired. Of many devices one is picked where `one` is set. */
  | { do: 'fault'; devices: readonly string[]; fault: Fault; forMs: number | null; one: boolean }
  | { do: 'repair'; devices: readonly string[]; fault: Fault | null }
  | { do: 'network'; devices: readonly string[]; trouble: NetworkTrouble; forMs: number | null }
  | { do: 'calm'; devices: readonly string[] }
  /** The building's mains: meters tell it, lifts stop, gateways and what hangs on them fall silent. */
  | { do: 'power_cut'; building: string; forMs: number | null }
  | { do: 'person'; person: string; event: PersonEvent; forMs: number | null }
  /** A call of the API, as somebody at the desk would make it. */
  | { do: 'request'; method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'; path: string; body: unknown; status: number | null }
  /** Bytes that a device or its gateway publishes, whatever they are, or that the broker says for it. */
  | { do: 'publish'; device: string; topic: string; payload: string | Uint8Array; retain: boolean; said: Said }
  /** The service's process ends, and another one starts on its data. */
  | { do: 'restart'; downMs: number }
  /** What the providers of channels answer. */
  | { do: 'channel'; channel: string; answers: 'well' | 'nothing' | 'error' | 'too_many'; forMs: number | null }

/** How a packet comes to the service: as the device's own word, its last will, or what a broker has kept of it. */
export const SAID = ['live', 'will', 'kept'] as const
export type Said = (typeof SAID)[number]

/** What can be wrong between a device and the broker. Shares are of packets; several can hold at once. */
export type NetworkTrouble =
  | { kind: 'drop'; share: number }
  | { kind: 'delay'; delayMs: Range }
  | { kind: 'duplicate'; share: number; afterMs: Range }
  | { kind: 'reorder'; share: number; byMs: Range }
  /** Nothing gets through; what was said meanwhile comes at once at the end where the device keeps it. */
  | { kind: 'cut'; keeps: boolean }
  /** The link breaks and comes back again and again; each break is seen by the broker, which sends the will. */
  | { kind: 'flap'; upMs: Range; downMs: Range }
  /** Bytes are changed, cut off or added. */
  | { kind: 'corrupt'; share: number }
  /** The device's own clock is wrong, and goes on to be. */
  | { kind: 'clock'; skewMs: number; driftPpm: number }
  /** It says everything it says over and over: a condition that comes and goes so often. */
  | { kind: 'chatter'; everyMs: number }
  /** The broker hands its last words out once more, as what it has kept. */
  | { kind: 'retained' }

export const PERSON_EVENTS = ['loses_phone', 'takes_break', 'declines', 'is_late', 'quits'] as const
export type PersonEvent = (typeof PERSON_EVENTS)[number]

/** What can be found out about a run: everything that the service told after it was committed. */
export const FACTS = {
  alarm: [
    'raised',
    're_alarmed',
    'rose',
    'fell',
    'returned',
    'chattering',
    'acknowledged',
    'reset',
    'muted',
    'released',
    'ended',
  ],
  ticket: [
    'opened',
    'joined',
    'assigned',
    'accepted',
    'declined',
    'en_route',
    'on_site',
    'on_hold',
    'completed',
    'signed_off',
    'closed',
    'cancelled',
  ],
  clock: ['started', 'met', 'breached', 'met_late', 'cancelled'],
  notice: ['queued', 'sent', 'failed', 'withdrawn'],
  command: ['sent', 'done', 'failed', 'expired'],
  device: ['discovered'],
  rejection: ['stored'],
} as const

export type FactAbout = keyof typeof FACTS

/** What a field holds: any text, a scenario's device, one of its responders, or one of these words. */
export type FieldKind = 'text' | 'number' | 'flag' | 'device' | 'person' | readonly [string, ...string[]]

/** What can be asked of a fact, by what it is about. */
export const FIELDS: Readonly<Record<FactAbout, Readonly<Record<string, FieldKind>>>> = {
  alarm: {
    device: 'device',
    rule: 'text',
    priority: PRIORITIES,
    state: ALARM_STATES,
    muted: 'flag',
    site: 'text',
    category: 'text',
    /** How often it was raised. */
    count: 'number',
  },
  ticket: {
    device: 'device',
    category: 'text',
    priority: PRIORITIES,
    origin: TICKET_ORIGINS,
    state: TICKET_STATES,
    assignee: 'person',
    number: 'text',
    location: 'text',
    site: 'text',
    ageUnknown: 'flag',
    kind: TICKET_KINDS,
    rework: 'flag',
    /** How many joined it. */
    alarms: 'number',
  },
  clock: {
    milestone: MILESTONES,
    party: PARTIES,
    device: 'device',
    category: 'text',
    priority: PRIORITIES,
    ticketNumber: 'text',
  },
  notice: {
    kind: NOTICE_KINDS,
    channel: 'text',
    recipient: 'person',
    emergency: 'flag',
    device: 'device',
    category: 'text',
    attempts: 'number',
  },
  command: { device: 'device', command: 'text', by: 'text' },
  device: { device: 'device', kind: DEVICE_KINDS, family: 'text' },
  rejection: { reason: REJECTION_REASONS, device: 'device', topic: 'text' },
}

export type FieldValue = string | number | boolean | null

/** Something that came to be. Its fields are those that expectations may ask for. */
export interface Fact {
  atMs: number
  about: FactAbout
  what: string
  /** What belongs together: the ticket's id, else the alarm's, else the device's. */
  of: string | null
  fields: Readonly<Record<string, FieldValue>>
}

export interface FactPattern {
  about: FactAbout
  what: string
  where: Readonly<Record<string, Matcher>>
}

export type Matcher =
  | FieldValue
  | { oneOf: readonly FieldValue[] }
  | { not: FieldValue }
  | { atLeast: number }
  | { atMost: number }
  /** `*` stands for any text. */
  | { like: string }

/** What times of an expectation count from. */
export type Anchor = { start: true } | { step: string } | { fact: FactPattern }

export interface Window {
  /** `null`: no limit. Both limits are within. */
  fromMs: number | null
  toMs: number | null
  of: Anchor
}

export type Expectation = ExpectedFact | ExpectedAnswer

export interface ExpectedFact {
  kind: 'fact'
  fact: FactPattern
  /** For each of these, of the same ticket, alarm or device, the fact is expected; times count from it. */
  every: FactPattern | null
  /** How often; `most: 0` is never. */
  least: number
  most: number
  window: Window | null
  /** As it was written. */
  text: string
  place: Place
}

/** What the API answers: a report's figure, a ticket's state at the end. */
export interface ExpectedAnswer {
  kind: 'answer'
  /** Below `/api/v1/`. */
  path: string
  /** RFC 6901; '' is the whole answer. A list stands for its length where a number is expected. */
  pointer: string
  is: Matcher
  /** When it is asked; `null`: at the end. */
  atMs: number | null
  text: string
  place: Place
}
