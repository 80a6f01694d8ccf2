import type { AlarmEntryView, WhyView } from '../../api/alarmDetails.ts'
import { readAlarmHistory, readWhy } from '../../api/alarmDetails.ts'
import { ApiProblem } from '../../api/client.ts'
import type { Client } from '../../api/client.ts'
import type { AlarmView } from '../../api/types.ts'
import { activeSpans } from './history.ts'
import type { Span } from './history.ts'

/** One alarm from near. */
export interface Behind {
  entries: readonly AlarmEntryView[]
  spans: readonly Span[]
  /** `null`: none was kept. */
  why: WhyView | null
}

/** The first of each rule, in their order. */
export function firstOfEachRule(alarms: readonly AlarmView[]): AlarmView[] {
  const seen = new Set<string>()
  return alarms.filter(({ rule }) => !seen.has(rule) && seen.add(rule))
}

/** Of each alarm; throws where one of them cannot be read. */
export async function readBehind(
  client: Client,
  alarms: readonly AlarmView[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Behind>> {
  const each = alarms.map(async (alarm): Promise<[string, Behind]> => {
    const [{ items }, why] = await Promise.all([
      readAlarmHistory(client, alarm.id, signal),
      readWhy(client, alarm.id, signal).catch(noneKept),
    ])
    return [alarm.id, { entries: items, spans: activeSpans(alarm, items), why }]
  })
  return new Map(await Promise.all(each))
}

function noneKept(error: unknown): null {
  if (error instanceof ApiProblem && error.status === 404) return null
  throw error
}
