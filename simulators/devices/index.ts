import type { PointValue } from '../../rules/model.ts'
import type { SeededRandom } from '../random.ts'
import { elevator } from './elevator.ts'
import type { ElevatorFault, ElevatorSpec } from './elevator.ts'
import type { Address, DeviceFamily, Packet } from './family.ts'
import { nativeTold } from './native.ts'
import { powerMeter } from './power-meter.ts'
import type { PowerMeterFault, PowerMeterSpec } from './power-meter.ts'
import { valve } from './valve.ts'
import type { ValveSpec } from './valve.ts'
import { waterLeak } from './water-leak.ts'
import type { WaterLeakFault, WaterLeakSpec } from './water-leak.ts'

export type Fault = WaterLeakFault | ElevatorFault | PowerMeterFault

export interface DeviceIdentity {
  id: string
  name: string
  location: string
  building: string
  /** A leak closes the valve of its zone. */
  zone?: string
}

export type DeviceDescription = DeviceIdentity &
  (
    | { kind: 'water_leak'; spec: WaterLeakSpec }
    | { kind: 'elevator'; spec: ElevatorSpec }
    | { kind: 'power_meter'; spec: PowerMeterSpec }
    | { kind: 'valve'; spec: ValveSpec }
  )

/** The faults a device of this kind can have. */
export const FAULTS: Readonly<Record<DeviceDescription['kind'], readonly Fault[]>> = {
  water_leak: waterLeak.faults,
  elevator: elevator.faults,
  power_meter: powerMeter.faults,
  valve: valve.faults,
}

export interface Spoken {
  packets: Packet[]
  /** What happened, in plain English, one line each. */
  happenings: string[]
}

/** A device that goes on in time and says what it would publish. */
export interface SimulatedDevice {
  readonly id: string
  /** Goes on to a time that is not earlier than the one before. */
  advance(atMs: number, hourOfDay: number): Spoken
  /** Everything it knows, as it tells after each connect. */
  whole(atMs: number): Packet[]
  /** Whether it listens to commands. */
  readonly obeys: boolean
  /** Takes a command in, as it came over the wire. */
  obey(payload: string): void
  suffer(fault: Fault): void
  /** Takes every fault away and tells which there were. */
  repair(): Fault[]
  faults(): readonly Fault[]
  /** Condition codes that it holds to be the case. */
  active(): string[]
}

function simulated<Spec, State, Own extends Fault>(
  family: DeviceFamily<Spec, State, Own>,
  spec: Spec,
  described: DeviceIdentity,
  site: string,
  random: SeededRandom,
  startMs: number,
): SimulatedDevice {
  const address: Address = { site, id: described.id }
  const faults = new Set<Own>()
  let state = family.start(spec, random)
  let nowMs = startMs
  let seq = 0
  // Devices that were switched on together still do not report in step.
  let reportedMs = startMs - random.integer(0, family.reportEveryMs(state) - 1)
  const nextSeq = () => (seq += 1)

  const happenings = (before: State, packets: readonly Packet[]) => {
    const then = family.levels(before)
    const lines = Object.entries(family.levels(state)).filter(([code, active]) => then[code] !== active)
    const pulses = packets.filter((packet) => packet.once).map((packet) => pulseOf(packet))
    return [...pulses.map((code): [string, boolean] => [code, true]), ...lines].flatMap(([code, active]) => {
      const words = family.words[code]?.[active ? 0 : 1]
      return words ? [`${described.id} ${words} (${described.location})`] : []
    })
  }

  return {
    id: described.id,
    advance(atMs, hourOfDay) {
      if (atMs < nowMs) throw new RangeError('time does not go back')
      const before = state
      state = family.next(state, { elapsedMs: atMs - nowMs, hourOfDay, faults }, random)
      nowMs = atMs
      const everyMs = family.reportEveryMs(state)
      const due = atMs >= reportedMs + everyMs
      if (due) reportedMs = atMs < reportedMs + 2 * everyMs ? reportedMs + everyMs : atMs
      const packets = family.encode(before, state, { address, atMs, nextSeq, due })
      state = family.spoken?.(state) ?? state
      return { packets, happenings: happenings(before, packets) }
    },
    whole: (atMs) => family.encode(null, state, { address, atMs, nextSeq, due: true }),
    obeys: family.obey !== undefined,
    obey(payload) {
      const told = nativeTold(payload)
      if (told !== null) state = family.obey?.(state, told) ?? state
    },
    suffer(fault) {
      const own = family.faults.find((known) => known === fault)
      if (own === undefined) throw new Error(`${described.id} is a ${family.kind} and cannot have the fault ${fault}`)
      faults.add(own)
    },
    repair() {
      const had = [...faults]
      faults.clear()
      return had
    },
    faults: () => [...faults],
    active: () =>
      Object.entries(family.levels(state))
        .filter(([, active]) => active)
        .map(([code]) => code),
  }
}

const pulseOf = (packet: Packet) => (JSON.parse(packet.payload) as Record<string, PointValue>).event as string

/** Switches a device on at `startMs`, with a stream of chance of its own. */
export function startDevice(
  description: DeviceDescription,
  site: string,
  random: SeededRandom,
  startMs: number,
): SimulatedDevice {
  const own = random.fork(description.id)
  switch (description.kind) {
    case 'water_leak':
      return simulated(waterLeak, description.spec, description, site, own, startMs)
    case 'elevator':
      return simulated(elevator, description.spec, description, site, own, startMs)
    case 'power_meter':
      return simulated(powerMeter, description.spec, description, site, own, startMs)
    case 'valve':
      return simulated(valve, description.spec, description, site, own, startMs)
  }
}
