import { type MuteKind, PRIORITIES, type Priority } from '../model.ts'
import { type Acknowledgements, createAcknowledgementTally } from './acknowledgement.ts'
import { type BadActors, type Chattering, createActorTally, LISTED_MAX } from './actors.ts'
import { type Actor, type AlarmLine, byKey, isPresented, isTold, shareOf } from './alarm-line.ts'
import { createLoadMeter, type FloodLimits, type LoadMeter, type Period, type PositionLoad } from './load.ts'
import { createMuteTally, type MutedTimes, type StandingMute } from './muted-time.ts'
import { createSeries, type Series } from './series.ts'
import { ALARM_TARGETS, type Figure, figure, PRIORITY_ALARMS_MIN, PRIORITY_TARGETS } from './targets.ts'

export interface AlarmQuestion {
  period: Period
  positions: Positions
  flood: FloodLimits
  standingMutes: readonly StandingMute[]
  /** Alarms that are stale now, the oldest first. */
  stale: readonly StaleAlarm[]
  mutedNow: Readonly<Record<MuteKind, number>>
}

/** Operator positions by name, with the sites that each watches. A site may be watched by several. */
export type Positions = Readonly<Record<string, readonly string[]>>

/** Shown, and its condition true without a pause since then. */
export interface StaleAlarm extends Actor {
  alarm: string
  priority: Priority
  since: number
}

export interface AlarmQuality {
  /** Alarms that were presented to people: raised, alarmed again or risen, and not muted. */
  presented: number
  positions: (PositionLoad & { position: string; sites: readonly string[] })[]
  badActors: BadActors
  chattering: Chattering
  stale: { alarms: Figure; items: readonly StaleAlarm[] }
  /** Shares of what was presented. */
  priorities: Record<Priority, Figure & { count: number }>
  acknowledgement: Acknowledgements
  mutes: MutedTimes
  series: Series
}

/**
 * How good the alarms of a period were, by ISA-18.2 and EEMUA 191, over pages of lines in the order of their times,
 * none from its end on. Lines from before its start count for its first ten minutes and the flood that it begins in.
 * It takes room for devices and their rules, and for the alarms of ten minutes, not for lines.
 */
export async function alarmQuality(
  pages: AsyncIterable<readonly AlarmLine[]> | Iterable<readonly AlarmLine[]>,
  { period, positions, flood, standingMutes, stale, mutedNow }: AlarmQuestion,
): Promise<AlarmQuality> {
  const loads = Object.entries(positions).map(([position, sites]) => {
    return { position, sites, meter: createLoadMeter(period, flood) }
  })
  const metersOf = metersBySite(loads)
  const series = createSeries(period)
  const counts = byKey(PRIORITIES, () => 0)
  const actors = createActorTally()
  const acknowledgements = createAcknowledgementTally()
  const mutes = createMuteTally(period, standingMutes, mutedNow)

  const take = (line: AlarmLine) => {
    if (isPresented(line)) metersOf.get(line.site)?.forEach((meter) => meter.take(line.at))
    if (line.at < period.from) return
    if (isPresented(line)) counts[line.priority]++
    if (isTold(line)) series.add(line.at, line.muted === null ? 'presented' : 'muted')
    actors.take(line)
    acknowledgements.take(line)
    mutes.take(line)
  }
  for await (const page of pages) page.forEach(take)

  const presented = PRIORITIES.reduce((sum, priority) => sum + counts[priority], 0)
  return {
    presented,
    positions: loads.map(({ position, sites, meter }) => ({ position, sites, ...meter.result() })),
    badActors: actors.badActors(),
    chattering: actors.chattering(),
    stale: { alarms: figure(stale.length, ALARM_TARGETS.stale), items: stale.slice(0, LISTED_MAX) },
    priorities: byKey(PRIORITIES, (priority) => distributed(priority, counts[priority], presented)),
    acknowledgement: acknowledgements.result(),
    mutes: mutes.result(),
    series: series.result(),
  }
}

function distributed(priority: Priority, count: number, presented: number) {
  const judged = presented >= PRIORITY_ALARMS_MIN
  return { count, ...figure(shareOf(count, presented), PRIORITY_TARGETS[priority], judged) }
}

function metersBySite(loads: readonly { sites: readonly string[]; meter: LoadMeter }[]): Map<string, LoadMeter[]> {
  const metersOf = new Map<string, LoadMeter[]>()
  for (const { sites, meter } of loads) {
    for (const site of new Set(sites)) metersOf.set(site, [...(metersOf.get(site) ?? []), meter])
  }
  return metersOf
}
