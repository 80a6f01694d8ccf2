import { type DeviceKind, MINUTE_MS, SECOND_MS } from '../../rules/model.ts'
import { languageOf, languagesOf } from '../languages/index.ts'
import type { Edge, Language, Packet, Statement } from '../languages/language.ts'
import type { SeededRandom } from '../random.ts'
import { door } from './door.ts'
import type { DoorFault, DoorSpec } from './door.ts'
import { elevator } from './elevator.ts'
import type { ElevatorFault, ElevatorSpec } from './elevator.ts'
import type { DeviceFamily } from './family.ts'
import { gateway as gatewayBox } from './gateway.ts'
import type { GatewayFault, GatewaySpec } from './gateway.ts'
import { powerMeter } from './power-meter.ts'
import type { PowerMeterFault, PowerMeterSpec } from './power-meter.ts'
import { pump } from './pump.ts'
import type { PumpFault, PumpSpec } from './pump.ts'
import { rainGauge } from './rain-gauge.ts'
import type { RainGaugeFault, RainGaugeSpec } from './rain-gauge.ts'
import { valve } from './valve.ts'
import type { ValveSpec } from './valve.ts'
import { waterLeak } from './water-leak.ts'
import type { WaterLeakFault, WaterLeakSpec } from './water-leak.ts'

export type Fault =
  WaterLeakFault | ElevatorFault | PowerMeterFault | RainGaugeFault | DoorFault | PumpFault | GatewayFault

export interface DeviceIdentity {
  id: string
  name: string
  location: string
  building: string
  /** A leak closes the valve of its zone. */
  zone?: string
  /** Words of its owner, which rules may name. */
  tags?: readonly string[]
  /** A language's id; Shifen's own unless set. */
  speaks?: string
  /** The gateway that it speaks through, in a language that needs one. */
  gateway?: string
  /** Instead of what is usual for its kind. */
  reportEveryMs?: number
}

export type DeviceDescription = DeviceIdentity &
  (
    | { kind: 'water_leak'; spec?: WaterLeakSpec }
    | { kind: 'elevator'; spec?: ElevatorSpec }
    | { kind: 'power_meter'; spec?: PowerMeterSpec }
    | { kind: 'valve'; spec?: ValveSpec }
    | { kind: 'rain_gauge'; spec?: RainGaugeSpec }
    | { kind: 'door'; spec?: DoorSpec }
    | { kind: 'pump'; spec?: PumpSpec }
    | { kind: 'gateway'; spec?: GatewaySpec }
  )

/** The faults a device of this kind can have. */
export const FAULTS: Readonly<Record<DeviceDescription['kind'], readonly Fault[]>> = {
  water_leak: waterLeak.faults,
  elevator: elevator.faults,
  power_meter: powerMeter.faults,
  valve: valve.faults,
  rain_gauge: rainGauge.faults,
  door: door.faults,
  pump: pump.faults,
  gateway: gatewayBox.faults,
}

export interface Spoken {
  packets: Packet[]
  /** What happened, in plain English, one line each. */
  happenings: string[]
}

/** What surrounds a device at a moment. */
export interface Moment {
  atMs: number
  /** Local time of day in hours, 0 up to 24. */
  hourOfDay: number
  /** Local day, 0 for Sunday up to 6; not told where the day is like any other. */
  dayOfWeek?: number
  /** What the device's own clock shows, where that is another time. */
  ownMs?: number
}

/** A device that goes on in time and says what it would publish. */
export interface SimulatedDevice {
  readonly id: string
  readonly language: Language
  /** Goes on to a time that is not earlier than the one before. */
  advance(moment: Moment): Spoken
  /** When it is to be gone on with at the latest: it reports then, or something in it moves. */
  nextMs(): number
  /** It has no power left to speak: whoever carries its words lets its link break, and its will be said. */
  silent(): boolean
  /** Everything it knows, as it tells after each connect. */
  whole(ownMs: number): Packet[]
  /** What the broker says for it when its link breaks; `null`: nothing. */
  will(ownMs: number): Packet | null
  /** Takes a command in, as it came over the wire; whether it was its own and it listens to any. */
  obey(topic: string, payload: string): boolean
  suffer(fault: Fault): void
  /** A loose contact: the first of its conditions reads the other way round, or again as it is. */
  flip(flipped: boolean): void
  /** Takes a fault away, or every one, and tells which there were. */
  repair(fault?: Fault): Fault[]
  faults(): readonly Fault[]
  /** Condition codes that it holds to be the case. */
  active(): string[]
}

/** What a device is switched on with. */
export interface Start {
  site: string
  random: SeededRandom
  startMs: number
  /** What it shares with the other devices behind its gateway. */
  edge?: Edge
}

function simulated<Spec, State, Own extends Fault>(
  family: DeviceFamily<Spec, State, Own>,
  spec: Spec,
  described: DeviceIdentity,
  { site, random, startMs, edge = new Map() }: Start,
): SimulatedDevice {
  const { id, name, location, gateway = null } = described
  const language = languageFor(described, family.kind)
  const address = { site, id, kind: family.kind, name, location, gateway }
  const speaker = language.speaker(address, random.fork('speaker'), edge)
  const faults = new Set<Own>()
  let [flipped, flippedBefore] = [false, false]
  let state = family.start(spec, random)
  let nowMs = startMs
  const isSilent = () => family.silent?.(state) ?? false
  const usualMs = described.reportEveryMs ?? family.reportEveryMs
  const everyMs = () => Math.min(usualMs, family.reportsSoonerMs?.(state) ?? usualMs)
  const told = (before: State | null) => {
    const statement = withFlip(family.tell(before, state), before === null ? flipped : flippedBefore, flipped)
    if (described.reportEveryMs === undefined) return statement
    const reportIntervalS = described.reportEveryMs / SECOND_MS
    return { ...statement, values: () => Object.assign(statement.values(), { reportIntervalS }) }
  }
  let reportedMs = lastReportMs(family.reportsOnTheHour ?? false, everyMs(), startMs, random)

  const sayWhole = (ownMs: number) => speaker.say(told(null), { atMs: ownMs, due: true })

  const happenings = (before: State, pulses: readonly string[] = []): string[] => {
    const then = family.levels(before)
    const now = family.levels(state)
    const told: string[] = []
    const tell = (code: string, active: boolean) => {
      const words = family.words[code]?.[active ? 0 : 1]
      if (words) told.push(`${id} ${words} (${location})`)
    }
    for (const code of pulses) tell(code, true)
    for (const code in now) if (then[code] !== now[code]) tell(code, now[code]!)
    return told
  }

  return {
    id,
    language,
    advance({ atMs, hourOfDay, dayOfWeek, ownMs = atMs }) {
      if (atMs < nowMs) throw new RangeError('time does not go back')
      const before = state
      const wasSilent = isSilent()
      state = family.next(state, { elapsedMs: atMs - nowMs, hourOfDay, dayOfWeek, faults }, random)
      nowMs = atMs
      const due = atMs >= reportedMs + everyMs()
      if (due) reportedMs = atMs < reportedMs + 2 * everyMs() ? reportedMs + everyMs() : atMs
      if (isSilent()) return { packets: [], happenings: happenings(before) }
      const statement = told(wasSilent ? null : before)
      flippedBefore = flipped
      const packets = speaker.say(statement, { atMs: ownMs, due: due || wasSilent })
      state = family.spoken?.(state) ?? state
      return { packets, happenings: happenings(before, statement.pulses) }
    },
    nextMs: () => Math.min(reportedMs + everyMs(), nowMs + family.restsForMs(state, faults)),
    silent: isSilent,
    whole: (ownMs) => (isSilent() ? [] : sayWhole(ownMs)),
    will: (ownMs) => speaker.will?.(ownMs) ?? null,
    obey(topic, payload) {
      const told = speaker.hear?.(topic, payload) ?? null
      if (told !== null) state = family.obey?.(state, told) ?? state
      return told !== null && family.obey !== undefined
    },
    suffer(fault) {
      const own = family.faults.find((known) => known === fault)
      if (own === undefined) throw new Error(`${id} is a ${family.kind} and cannot have the fault ${fault}`)
      faults.add(own)
    },
    flip: (now) => void (flipped = now),
    repair(fault) {
      const had = [...faults].filter((each) => fault === undefined || each === fault)
      for (const each of had) faults.delete(each)
      return had
    },
    faults: () => [...faults],
    active: () =>
      Object.entries(family.levels(state))
        .filter(([, active]) => active)
        .map(([code]) => code),
  }
}

/** A device in the field was switched on at some time, so that a thousand of them do not report in step. */
const PHASES = 12
const ON_THE_HOUR_FROM_MS = 15 * MINUTE_MS

/**
 * When a device would have reported last before the start. Meters that report each quarter of an hour or less often do
 * it at the full ones, as their load profiles do; the others at whole seconds, spread over twelfths of their interval:
 * what reports together is one step of time.
 */
function lastReportMs(onTheHour: boolean, everyMs: number, startMs: number, random: SeededRandom): number {
  if (onTheHour && everyMs >= ON_THE_HOUR_FROM_MS) return startMs - (startMs % everyMs)
  const stepMs = Math.max(1, Math.floor(everyMs / PHASES / SECOND_MS)) * SECOND_MS
  return startMs - random.integer(0, Math.ceil(everyMs / stepMs) - 1) * stepMs
}

function withFlip(statement: Statement, before: boolean, now: boolean): Statement {
  if (!before && !now) return statement
  const [code] = Object.keys(statement.levels)
  if (code === undefined) return statement
  const turned = <T extends Record<string, unknown>>(values: T): T =>
    typeof values[code] === 'boolean' ? { ...values, [code]: !values[code] } : values
  const { levels, levelsBefore, values } = statement
  return {
    ...statement,
    values: () => (now ? turned(values()) : values()),
    levels: now ? turned(levels) : levels,
    levelsBefore: levelsBefore !== null && before ? turned(levelsBefore) : levelsBefore,
    changed: statement.changed || before !== now,
  }
}

function languageFor({ id, speaks = 'native' }: DeviceIdentity, kind: DeviceKind): Language {
  const language = languageOf(speaks)
  if (language?.kinds.includes(kind)) return language
  throw new Error(`${id} is a ${kind} and cannot speak ${speaks}; choose one of: ${languagesOf(kind).join(', ')}`)
}

/** Switches a device on, with a stream of chance of its own. */
export function startDevice(description: DeviceDescription, start: Start): SimulatedDevice {
  const own = { ...start, random: start.random.fork(description.id) }
  switch (description.kind) {
    case 'water_leak':
      return simulated(waterLeak, description.spec ?? {}, description, own)
    case 'elevator':
      return simulated(elevator, description.spec ?? {}, description, own)
    case 'power_meter':
      return simulated(powerMeter, description.spec ?? {}, description, own)
    case 'valve':
      return simulated(valve, description.spec ?? {}, description, own)
    case 'rain_gauge':
      return simulated(rainGauge, description.spec ?? {}, description, own)
    case 'door':
      return simulated(door, description.spec ?? {}, description, own)
    case 'pump':
      return simulated(pump, description.spec ?? {}, description, own)
    case 'gateway':
      return simulated(gatewayBox, description.spec ?? {}, description, own)
  }
}
