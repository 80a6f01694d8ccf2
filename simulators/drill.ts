import { MINUTE_MS } from '../rules/model.ts'
import type { Ground } from './ground.ts'
import { isWell, sentenceOf } from './provision.ts'
import type { Scenario } from './scenario.ts'

export interface DrillAsked {
  /** Responders by id: nobody else is called. */
  notify: readonly string[]
  /** Channels by id that may broadcast it. */
  channels?: readonly string[]
  /** Devices by the ids that the service knows them by; absent: those of the scenario. */
  devices?: readonly string[]
  /** Whether rules do close valves. */
  commands?: boolean
}

export interface RunningDrill {
  id: string
  /** What is still true alarms as real from then on. @throws Error where the service refuses. */
  end(): Promise<void>
}

/** If nobody ends it, it ends so long after the scenario. */
const LONGER_MS = 10 * MINUTE_MS
/** The service's own limit. */
const DRILL_MAX_MS = 12 * 60 * MINUTE_MS

/**
 * Begins a drill (演练) over devices that the service has by then: a run of the scenario calls whom it names and nobody
 * else. @throws Error, in a sentence, where the service refuses or the scenario is too long for a drill.
 */
export async function withDrill(
  ground: Ground,
  { site, title, devices: all, lastsMs }: Pick<Scenario, 'site' | 'title' | 'devices' | 'lastsMs'>,
  { notify, channels = [], devices = all.map(({ id }) => id), commands = false }: DrillAsked,
): Promise<RunningDrill> {
  if (lastsMs + LONGER_MS > DRILL_MAX_MS) {
    throw new Error('a drill lasts 12 hours at most and the scenario lasts longer; play it without --drill')
  }
  const hidden = all.find(({ id, gateway }) => gateway !== undefined && devices.includes(id))
  if (hidden !== undefined) {
    throw new Error(
      `the service gives ${hidden.id} an id of its own, behind its gateway; name the devices by their ids`,
    )
  }
  const endsAt = new Date(ground.now() + lastsMs + LONGER_MS).toISOString()
  const asked = { site: site.id, title, endsAt, devices, notify: { responders: notify, channels }, commands }
  const answer = await ground.ask(null, 'POST', 'drills', asked)
  if (!isWell(answer)) throw new Error(`the service does not begin the drill: ${sentenceOf(answer)}`)
  const { id } = answer.body as { id: string }
  return {
    id,
    async end() {
      const ended = await ground.ask(null, 'POST', `drills/${id}/end`)
      // Its time was up, or somebody was faster.
      if (!isWell(ended) && ended.status !== 409) throw new Error(`the drill did not end: ${sentenceOf(ended)}`)
    },
  }
}
