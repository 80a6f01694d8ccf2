import type { DeviceDescription, Fault } from './devices/index.ts'
import type { Ground } from './ground.ts'
import type { People } from './people/people.ts'
import type { Premises } from './premises.ts'
import { isWell, ScenarioProblem, sentenceOf } from './provision.ts'
import type { SeededRandom } from './random.ts'
import type { NetworkTrouble, Scenario, Step } from './scenario.ts'

/** What steps work on. */
export interface Stage {
  scenario: Scenario
  premises: Premises
  people: People
  ground: Ground
  random: SeededRandom
  /** A path as the service knows it. */
  pathOf: (path: string) => string
}

/** Lets steps of a timeline happen, and ends those that end. */
export interface Acts {
  /** Answers the devices it was done to. */
  begin(step: Step, atMs: number): Promise<readonly string[]>
  end(step: Step, atMs: number): readonly string[]
  /**
   * Somebody sees to a device; answers what was wrong with it. Mains that fail until they are repaired come back for
   * the whole building; those that fail for a time are another's, and come back when it is over.
   */
  repair(device: string, atMs: number): readonly Fault[]
}

export function createActs({ scenario, premises, people, ground, random, pathOf }: Stage): Acts {
  /** What passes by itself, and where, for as long as nobody sees to it; of one step, the first that began first. */
  const passing = new Map<Step, string[][]>()
  /** Buildings without mains, and for how long. */
  const cuts = new Map<string, number | null>()

  /** Of many, one that is well if there is one. */
  const pick = ({ devices, one }: { devices: readonly string[]; one: boolean }) => {
    if (!one || devices.length === 0) return devices
    const well = devices.filter((device) => premises.faults(device).length === 0)
    return [random.pick(well.length > 0 ? well : devices)]
  }

  async function ask(step: Step & { act: { do: 'request' } }): Promise<void> {
    const { method, path, body, status } = step.act
    const answer = await ground.ask(null, method, pathOf(path), body ?? undefined)
    if (status === null ? isWell(answer) : answer.status === status) return
    const wanted = status === null ? '' : `, not ${status}`
    throw new ScenarioProblem(
      `${method} ${path} was answered ${answer.status}${wanted}: ${sentenceOf(answer)}`,
      step.place,
    )
  }

  return {
    async begin(step, atMs) {
      const { act } = step
      switch (act.do) {
        case 'fault': {
          const devices = pick(act)
          for (const device of devices) premises.suffer(device, act.fault, atMs)
          if (act.forMs !== null) passing.set(step, [...(passing.get(step) ?? []), [...devices]])
          return devices
        }
        case 'repair':
          for (const device of act.devices) premises.repair(device, atMs, act.fault ?? undefined)
          return act.devices
        case 'network':
          for (const device of act.devices) premises.trouble(device, act.trouble, atMs)
          return act.devices
        case 'calm':
          for (const device of act.devices) premises.calm(device, atMs)
          return act.devices
        case 'power_cut':
          cuts.set(act.building, act.forMs)
          cutPower(scenario.devices, act.building, premises, atMs)
          return []
        case 'person':
          people.event(act.person, act.event, act.forMs, atMs)
          return []
        case 'request':
          await ask({ ...step, act })
          return []
        case 'publish': {
          const { device, topic, payload, retain, said } = act
          premises.publish({ device, topic, payload, retain, once: true }, said, atMs)
          return []
        }
        case 'restart':
          await ground.restart(act.downMs)
          return []
        case 'channel':
          ground.provider(act.channel, act.answers)
          return []
      }
    },
    end(step, atMs) {
      const { act } = step
      switch (act.do) {
        case 'fault': {
          const devices = passing.get(step)?.shift() ?? []
          for (const device of devices) premises.repair(device, atMs, act.fault)
          return devices
        }
        case 'network':
          for (const device of act.devices) premises.calm(device, atMs, act.trouble)
          return act.devices
        case 'power_cut':
          if (cuts.delete(act.building)) restorePower(scenario.devices, act.building, premises, atMs)
          return []
        case 'channel':
          ground.provider(act.channel, 'well')
          return []
        default:
          return []
      }
    },
    repair(device, atMs) {
      for (const devices of [...passing.values()].flat()) {
        if (devices.includes(device)) devices.splice(devices.indexOf(device), 1)
      }
      const { building } = scenario.devices.find(({ id }) => id === device)!
      const ofMains = premises.faults(device).filter((fault) => MAINS.includes(fault))
      if (!cuts.has(building) || ofMains.length === 0) return premises.repair(device, atMs)
      const others = premises.faults(device).filter((fault) => !MAINS.includes(fault))
      const repaired = others.flatMap((fault) => premises.repair(device, atMs, fault))
      if (cuts.get(building) !== null) return repaired
      cuts.delete(building)
      restorePower(scenario.devices, building, premises, atMs)
      return [...ofMains, ...repaired]
    },
  }
}

/** What a building without mains does to its meters and lifts. */
const MAINS: readonly Fault[] = ['supply_lost', 'power_loss']
const CUT: NetworkTrouble = { kind: 'cut', keeps: false }

/** Of a building without mains: meters tell it, lifts stop, a gateway and what hangs on it fall silent. */
function mainsOf(all: readonly DeviceDescription[], building: string) {
  const standsIn = ({ building: own, gateway }: DeviceDescription) =>
    (all.find(({ id }) => id === gateway)?.building ?? own) === building
  const within = all.filter((each) => each.building === building)
  return {
    meters: within.filter(({ kind, gateway }) => kind === 'power_meter' && gateway === undefined),
    lifts: within.filter(({ kind }) => kind === 'elevator'),
    silent: [
      ...within.filter(({ kind }) => kind === 'gateway'),
      ...all.filter((each) => each.gateway !== undefined && each.kind !== 'elevator' && standsIn(each)),
    ],
  }
}

function cutPower(all: readonly DeviceDescription[], building: string, premises: Premises, atMs: number): void {
  const { meters, lifts, silent } = mainsOf(all, building)
  for (const { id } of meters) premises.suffer(id, 'supply_lost', atMs)
  for (const { id } of lifts) premises.suffer(id, 'power_loss', atMs)
  for (const { id } of silent) premises.trouble(id, CUT, atMs)
}

function restorePower(all: readonly DeviceDescription[], building: string, premises: Premises, atMs: number): void {
  const { meters, lifts, silent } = mainsOf(all, building)
  for (const { id } of meters) premises.repair(id, atMs, 'supply_lost')
  for (const { id } of lifts) premises.repair(id, atMs, 'power_loss')
  for (const { id } of silent) premises.calm(id, atMs, CUT)
}
