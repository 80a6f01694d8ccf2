import type { ManualClock } from '../../rules/clock.ts'
import { type FleetDevice, type FleetMessage, fleetMessages, rulesMet } from './fleet.ts'
import { median } from './histogram.ts'
import { type InsideService, listRules } from './inside.ts'

/** What rules add to a message: processor time of the service with them less that of one without any. */
export interface EvaluationCost {
  message: string
  /** How much of the fleet says it. */
  share: number
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

const BATCH_MESSAGES = 2_000
const WARM_UP_PAIRS = 15
const STEP_MS = 60_000

/** Two services with the same devices, on one clock. */
export interface Compared {
  ruled: InsideService
  bare: InsideService
  devices: readonly FleetDevice[]
  clock: ManualClock
}

/**
 * Both take in the same batches in turn, one with 200 rules and one with none. Counted is the processor's time, not the
 * clock's: what waits for the disk or for other programs is no evaluation.
 */
export async function measureEvaluation(
  { ruled, bare, devices, clock }: Compared,
  pairs: number,
  signal?: AbortSignal,
): Promise<EvaluationCost[]> {
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
      const spent = new Map<InsideService, number>()
      for (const service of pair % 2 === 0 ? [ruled, bare] : [bare, ruled]) {
        spent.set(service, await processorTime(service, message, said))
      }
      if (pair < 0) continue
      added.push(spent.get(ruled)! - spent.get(bare)!)
      without.push(spent.get(bare)!)
    }
  }
  return runs.map(({ message, speakers, added, without }) => ({
    message: message.name,
    share: speakers.length / devices.length,
    rulesMet: speakers.reduce((sum, device) => sum + rulesMet(message, device, rules), 0) / speakers.length,
    withoutMicroseconds: median(without),
    medianMicroseconds: median(added),
    lowerMicroseconds: quantile(added, 0.25),
    upperMicroseconds: quantile(added, 0.75),
  }))
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
