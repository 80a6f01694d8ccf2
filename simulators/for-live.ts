import { SECOND_MS } from '../rules/model.ts'
import type { Act, Place, Scenario } from './scenario.ts'

/** A live run takes as long as it says: so long is waited for by whoever has changed something. */
const SHORT_MS = 30 * SECOND_MS

/** Whether a scenario is good for live runs: short, and of nothing that only virtual time can do. */
export const isForLive = (scenario: Pick<Scenario, 'timeline' | 'lastsMs'>): boolean =>
  scenario.lastsMs <= SHORT_MS && notForLive(scenario).length === 0

/** What of a scenario needs a service that is ours, and where that stands. */
export function notForLive({ timeline }: Pick<Scenario, 'timeline'>): { place: Place; message: string }[] {
  return timeline.flatMap(({ act, place }) => {
    const what = virtualOnly(act)
    return what === null ? [] : [{ place, message: `${what}; play this scenario without --live` }]
  })
}

function virtualOnly(act: Act): string | null {
  if (act.do === 'restart') return 'a live service is not ours to end'
  if (act.do === 'channel') return 'what real providers answer is not ours to say'
  const isKept = act.do === 'network' && act.trouble.kind === 'retained'
  return isKept ? 'what a real broker has kept is not ours to send' : null
}
