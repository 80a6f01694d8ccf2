import { type RunningDrill, withDrill } from './drill.ts'
import { forgiving } from './forgiving.ts'
import { type LiveTarget, startLive } from './live.ts'
import { paced } from './pace.ts'
import { play, type Played, type PlayOptions } from './play.ts'
import { seededRandom } from './random.ts'
import type { Expectation, Scenario, Step } from './scenario.ts'
import { startVirtual } from './virtual.ts'

export type Run = Pick<PlayOptions, 'scenario' | 'seed' | 'onLine' | 'onProgress' | 'signal' | 'onHand'>

export interface VirtualRun extends Run {
  /** Seconds of the scenario in one of ours; as fast as it goes unless set. */
  speed?: number | null
}

export interface LiveRun extends Run {
  target: LiveTarget
}

/** Plays a scenario in this process, in virtual time. */
export async function playVirtually({ speed = null, ...run }: VirtualRun): Promise<Played> {
  const scenario = withChannel(run.scenario)
  const random = seededRandom(run.seed)
  const ground = await startVirtual({ scenario, random, tellsRejections: looksAtRejections(scenario) })
  try {
    const own = speed === null ? ground : paced(ground, speed, run.signal)
    return await play({ ...run, scenario, ground: own })
  } finally {
    await ground.close()
  }
}

/** Plays a scenario against a service that is up. @throws Error, in a sentence, where it or its broker goes away. */
export async function playLive({ target, ...run }: LiveRun): Promise<Played> {
  const { scenario } = run
  const started = await startLive({ ...target, scenario, tellsRejections: looksAtRejections(scenario) })
  const ground = target.onStumble ? forgiving(started, target.onStumble) : started
  const running: RunningDrill[] = []
  const onProvisioned = async () => {
    if (target.drill) running.push(await withDrill(ground, scenario, target.drill))
  }
  try {
    return await play({ ...run, ground, onProvisioned })
  } finally {
    for (const drill of running) await drill.end()
    await ground.close()
  }
}

export interface Simulation {
  scenarios: readonly Scenario[]
  seed: string
  /** How often each is played, every time with another seed. */
  repeat: number
  /** As a virtual run has it. */
  speed: number | null
  /** `null`: in virtual time. */
  live: LiveTarget | null
  /** Ends it; what was seen until then is answered, and has not passed. */
  signal?: AbortSignal
  /** Before each run: who hears of it. */
  onRun?: (scenario: Scenario, seed: string) => Pick<Run, 'onLine' | 'onProgress'>
  /** After each run: what came of it, also where a later one gives way. */
  onPlayed?: (played: Played) => void
}

/** Plays scenarios one after the other. */
export async function simulate(simulation: Simulation): Promise<Played[]> {
  const { scenarios, live, speed, signal, onRun, onPlayed, ...how } = simulation
  const runs: Played[] = []
  for (const scenario of scenarios) {
    for (const seed of seedsOf(how)) {
      if (signal?.aborted) return runs
      const run = { scenario, seed, signal, ...onRun?.(scenario, seed) }
      const played = await (live === null ? playVirtually({ ...run, speed }) : playLive({ ...run, target: live }))
      runs.push(played)
      onPlayed?.(played)
    }
  }
  return runs
}

/** `seed`, `seed-2`, `seed-3` … */
export const seedsOf = ({ seed, repeat }: Pick<Simulation, 'seed' | 'repeat'>): string[] =>
  Array.from({ length: repeat }, (_, index) => (index === 0 ? seed : `${seed}-${index + 1}`))

/** Where nobody is. */
export const CHANNEL_URL = 'https://sms.invalid/'

/** Whoever has a telephone is reached through it, unless the scenario has channels of its own. */
export function withChannel(scenario: Scenario): Scenario {
  if (scenario.settings.some(({ collection }) => collection === 'channels')) return scenario
  const body = { id: 'sms', name: '短信', kind: 'http_sms', options: { url: CHANNEL_URL, body: '{{text}}' } }
  const place = { file: scenario.file, line: 1, column: 1 }
  return { ...scenario, settings: [...scenario.settings, { collection: 'channels', body, place }] }
}

/** They are many where everything else is few: they are read only where somebody waits for one. */
export function looksAtRejections({ expect, timeline }: Pick<Scenario, 'expect' | 'timeline'>): boolean {
  const isAsked = (each: Expectation) => each.kind === 'fact' && each.fact.about === 'rejection'
  const isAwaited = ({ when }: Step) => 'on' in when && when.on.about === 'rejection'
  return expect.some(isAsked) || timeline.some(isAwaited)
}
