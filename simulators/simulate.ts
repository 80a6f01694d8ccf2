import { play, type Played, type PlayOptions } from './play.ts'
import { seededRandom } from './random.ts'
import type { Expectation, Scenario, Step } from './scenario.ts'
import { startVirtual } from './virtual.ts'

export type VirtualRun = Pick<PlayOptions, 'scenario' | 'seed' | 'onLine' | 'onProgress' | 'signal'>

/** Plays a scenario in this process, as fast as it goes. */
export async function playVirtually(run: VirtualRun): Promise<Played> {
  const scenario = withChannel(run.scenario)
  const random = seededRandom(run.seed)
  const ground = await startVirtual({ scenario, random, tellsRejections: looksAtRejections(scenario) })
  try {
    return await play({ ...run, scenario, ground })
  } finally {
    await ground.close()
  }
}

/** Whoever has a telephone is reached through it, unless the scenario has channels of its own. */
export function withChannel(scenario: Scenario): Scenario {
  if (scenario.settings.some(({ collection }) => collection === 'channels')) return scenario
  const body = { id: 'sms', name: '短信', kind: 'http_sms', options: { url: 'https://sms.invalid/', body: '{{text}}' } }
  const place = { file: scenario.file, line: 1, column: 1 }
  return { ...scenario, settings: [...scenario.settings, { collection: 'channels', body, place }] }
}

/** They are many where everything else is few: they are read only where somebody waits for one. */
export function looksAtRejections({ expect, timeline }: Pick<Scenario, 'expect' | 'timeline'>): boolean {
  const isAsked = (each: Expectation) => each.kind === 'fact' && each.fact.about === 'rejection'
  const isAwaited = ({ when }: Step) => 'on' in when && when.on.about === 'rejection'
  return expect.some(isAsked) || timeline.some(isAwaited)
}
