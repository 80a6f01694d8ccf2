import { startDevice } from './devices/index.ts'
import type { Fault, Spoken } from './devices/index.ts'
import type { Packet } from './languages/language.ts'
import { seededRandom } from './random.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { createTimeline } from './scenarios/timeline.ts'
import { DAY_MS, HOUR_MS } from '../rules/model.ts'

/**
 * A scenario's devices, going on in time together. It knows neither sockets nor a clock: the same seed, times and
 * repairs give the same packets, byte for byte.
 */
export interface Building {
  readonly devices: readonly string[]
  /** Goes on to `atMs`: lets emergencies begin and tells what the devices publish, in the scenario's order. */
  advance(atMs: number): Spoken
  /** What one device tells after a connect. */
  whole(device: string, atMs: number): Packet[]
  /** Whether a device listens to commands. */
  obeys(device: string): boolean
  /** A command reaches a device, as it came over the wire; what it does shows when time goes on. */
  obey(device: string, topic: string, payload: string): void
  /** A person takes the device's faults away; tells which there were. */
  repair(device: string): Fault[]
  faults(device: string): readonly Fault[]
  /** Condition codes that the device holds to be the case. */
  active(device: string): string[]
}

export interface BuildingOptions {
  scenario: Scenario
  seed: number | string
  startMs: number
  /** Divides the time between emergencies; physics keeps its own pace. */
  speed?: number
}

export function createBuilding({ scenario, seed, startMs, speed = 1 }: BuildingOptions): Building {
  const random = seededRandom(seed)
  const devices = new Map(
    scenario.devices.map((described) => [
      described.id,
      startDevice(described, { site: scenario.site.id, random: random.fork('devices'), startMs }),
    ]),
  )
  const timeline = createTimeline(scenario, random.fork('timeline'), startMs, speed)
  const faultySinceMs = new Map<string, number>()

  const momentOf = (atMs: number) => {
    const localMs = atMs + scenario.utcOffsetMs
    // The first day of the epoch was a Thursday.
    return { atMs, hourOfDay: (localMs % DAY_MS) / HOUR_MS, dayOfWeek: (Math.floor(localMs / DAY_MS) + 4) % 7 }
  }
  // Lets every device measure once, so that its first words are not those of a device without load.
  for (const each of devices.values()) each.advance(momentOf(startMs))

  const device = (id: string) => {
    const found = devices.get(id)
    if (!found) throw new Error(`the scenario ${scenario.name} has no device ${id}`)
    return found
  }
  const repair = (id: string) => {
    faultySinceMs.delete(id)
    return device(id).repair()
  }

  return {
    devices: [...devices.keys()],
    advance(atMs) {
      for (const [id, sinceMs] of faultySinceMs) {
        if (atMs - sinceMs >= scenario.passesAfterMs / speed) repair(id)
      }
      for (const emergency of timeline.due(atMs, (id) => !faultySinceMs.has(id))) {
        device(emergency.device).suffer(emergency.fault)
        faultySinceMs.set(emergency.device, atMs)
      }
      const spoken = [...devices.values()].map((each) => each.advance(momentOf(atMs)))
      return {
        packets: spoken.flatMap(({ packets }) => packets),
        happenings: spoken.flatMap(({ happenings }) => happenings),
      }
    },
    whole: (id, atMs) => device(id).whole(atMs),
    obeys: (id) => device(id).obeys,
    obey: (id, topic, payload) => void device(id).obey(topic, payload),
    repair,
    faults: (id) => device(id).faults(),
    active: (id) => device(id).active(),
  }
}
