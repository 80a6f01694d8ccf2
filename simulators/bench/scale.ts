import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { manualClock } from '../../rules/clock.ts'
import { type EvaluationCost, measureEvaluation } from './evaluation.ts'
import { fleet, FLEET_DEVICES, FLEET_RULES, fleetRules } from './fleet.ts'
import { type InsideService, listRules, removeRules, settle, startInside } from './inside.ts'
import { residentMemoryMB } from './process.ts'
import { startService } from './service.ts'
import { measureSilence, type SilenceTimes } from './silence.ts'

/** What many devices and rules cost. */
export interface Scale {
  devices: number
  rules: number
  evaluation: EvaluationCost[]
  start: {
    openAlarms: number
    /** From the launch of the process until it says that it is ready: everything was evaluated once then. */
    readyMs: number
    /** Null where the platform cannot tell. */
    residentMB: number | null
  }
  silence: SilenceTimes
}

export interface ScaleOptions {
  /** Pairs of batches that evaluation is timed on. */
  pairs: number
  log: (line: string) => void
  devices?: number
  signal?: AbortSignal
}

export const OPEN_ALARMS = 1_000
const BEGAN_BEFORE_MS = 24 * 3_600_000
/** A tick writes a slice of what is known behind the journal, one a second at most. */
const CHECKPOINT_TICKS = 100
const SETTLE_MS = 3_000

/** A property company's fleet, in data folders below `folder`: evaluated, started anew, and fallen silent. */
export async function measureScale(folder: string, options: ScaleOptions): Promise<Scale> {
  const { pairs, log, signal, devices: count = FLEET_DEVICES } = options
  const dataDir = join(folder, 'ruled')
  const devices = fleet(count)
  const clock = manualClock(Date.now() - BEGAN_BEFORE_MS)
  log(`a fleet of ${count} devices and ${FLEET_RULES} rules`)
  const settling = await startInside(dataDir, clock)
  await settle(settling, devices, fleetRules(FLEET_RULES - (await listRules(settling)).length))
  await settling.stop()
  await cp(dataDir, join(folder, 'bare'), { recursive: true })

  log(`evaluation: ${pairs} pairs of batches with and without rules`)
  const ruled = await startInside(dataDir, clock)
  const bare = await startInside(join(folder, 'bare'), clock)
  let evaluation: EvaluationCost[]
  let rules: number
  try {
    await removeRules(bare)
    evaluation = await measureEvaluation({ ruled, bare, devices, clock }, pairs, signal)
    rules = (await listRules(ruled)).length
    await raiseAlarms(ruled, devices)
    for (let tick = 0; tick < CHECKPOINT_TICKS; tick++) {
      clock.advance(1_000)
      await ruled.tick()
    }
  } finally {
    await ruled.stop()
    await bare.stop()
  }

  log(`start with ${OPEN_ALARMS} open alarms`)
  const start = await measureStart(join(folder, 'started'), dataDir)
  log('all devices fall silent')
  const silence = await measureSilence(dataDir, devices, signal)
  return { devices: count, rules, evaluation, start: { openAlarms: OPEN_ALARMS, ...start }, silence }
}

/** @throws Error when not that many alarms were raised: then something else would be started. */
async function raiseAlarms(service: InsideService, devices: ReturnType<typeof fleet>): Promise<void> {
  const wet = devices.filter(({ kind }) => kind === 'water_leak').slice(0, OPEN_ALARMS)
  const before = await service.raised()
  const payload = JSON.stringify({ event: 'water.leak', active: true })
  await Promise.all(wet.map((device) => service.say(device, 'event', payload)))
  const raised = (await service.raised()) - before
  if (raised < wet.length) throw new Error(`${raised} alarms were raised, not ${wet.length}`)
}

/** On a copy: what a service that runs for some seconds only leaves behind must not meet the next measurement. */
async function measureStart(folder: string, dataDir: string): Promise<Omit<Scale['start'], 'openAlarms'>> {
  await cp(dataDir, join(folder, 'service', 'data'), { recursive: true })
  const startedAt = performance.now()
  const service = await startService(folder)
  try {
    const readyMs = performance.now() - startedAt
    await sleep(SETTLE_MS)
    return { readyMs, residentMB: await residentMemoryMB(service.pid) }
  } finally {
    await service.stop()
  }
}
