import { join } from 'node:path'
import { manualClock } from '../../rules/clock.ts'
import { fleet, FLEET_DEVICES, FLEET_RULES, type FleetDevice, type FleetMessage } from './fleet.ts'
import { fleetMessages, fleetRules, rulesMet } from './fleet.ts'
import { median } from './histogram.ts'
import { type InsideService, listRules, removeRules, settle, startInside } from './inside.ts'

/** What rules add to a message: processor time of the service with them less that of one without any. */
export interface EvaluationCost {
  message: string
  /** How many rules run for one, over all devices of the kind. */
  rulesMet: number
  /** Without any rule: decoding, state, journal and commit. */
  withoutMicroseconds: number
  /** Of all pairs of batches, in microseconds a message. */
  medianMicroseconds: number
  /** A quarter of the pairs is below the one, and above the other. */
  lowerMicroseconds: number
  upperMicroseconds: number
}

export interface Evaluation {
  devices: number
  rules: number
  costs: EvaluationCost[]
}

const BATCH_MESSAGES = 2_000
const PAIRS = 100
const WARM_UP_PAIRS = 15
const BEGINS_AT = Date.UTC(2026, 2, 2, 2)
const STEP_MS = 60_000

/**
 * Two services with the same devices take in the same batches in turn, one with 200 rules and one with none. Counted is
 * the processor's time, not the clock's: what waits for the disk or for other programs is no evaluation.
 */
export async function measureEvaluation(
  folder: string,
  {
    devices: count = FLEET_DEVICES,
    pairs = PAIRS,
    signal,
  }: { devices?: number; pairs?: number; signal?: AbortSignal } = {},
): Promise<Evaluation> {
  const clock = manualClock(BEGINS_AT)
  const devices = fleet(count)
  const ruled = await startInside(join(folder, 'ruled'), clock)
  const bare = await startInside(join(folder, 'bare'), clock)
  try {
    await settle(ruled, devices, fleetRules(FLEET_RULES - (await listRules(ruled)).length))
    await removeRules(bare)
    await settle(bare, devices, [])
    const rules = await listRules(ruled)
    const runs = fleetMessages.map((message) => ({
      message,
      speakers: devices.filter(({ kind }) => kind === message.kind),
      added: [] as number[],
      without: [] as number[],
    }))
    for (let pair = -WARM_UP_PAIRS; pair < pairs; pair++) {
      for (const { message, speakers, added, without } of runs) {
        signal?.throwIfAborted()
        clock.advance(STEP_MS)
        const said = batch(message, speakers, pair + WARM_UP_PAIRS)
        const order = pair % 2 === 0 ? [ruled, bare] : [bare, ruled]
        const spent = new Map<InsideService, number>()
        for (const service of order) spent.set(service, await processorTime(service, message, said))
        if (pair < 0) continue
        added.push(spent.get(ruled)! - spent.get(bare)!)
        without.push(spent.get(bare)!)
      }
    }
    const costs = runs.map(({ message, speakers, added, without }) => ({
      message: message.name,
      rulesMet: speakers.reduce((sum, device) => sum + rulesMet(message, device, rules), 0) / speakers.length,
      withoutMicroseconds: median(without),
      medianMicroseconds: median(added),
      lowerMicroseconds: quantile(added, 0.25),
      upperMicroseconds: quantile(added, 0.75),
    }))
    return { devices: count, rules: rules.length, costs }
  } finally {
    await ruled.stop()
    await bare.stop()
  }
}

type Said = readonly { device: FleetDevice; payload: string }[]

function batch(message: FleetMessage, speakers: readonly FleetDevice[], round: number): Said {
  return Array.from({ length: BATCH_MESSAGES }, (_, index) => {
    const device = speakers[(round * BATCH_MESSAGES + index) % speakers.length]!
    return { device, payload: message.payload(round + index) }
  })
}

/** In microseconds a message. */
async function processorTime(service: InsideService, { channel }: FleetMessage, said: Said): Promise<number> {
  const before = process.cpuUsage()
  await Promise.all(said.map(({ device, payload }) => service.say(device, channel, payload)))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / said.length
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(share * (sorted.length - 1))] ?? NaN
}
