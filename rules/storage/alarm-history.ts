import { sql } from 'kysely'
import type { AlarmEvent } from '../alarms/machine.ts'
import { MUTE_KINDS, type MuteKind, type Priority } from '../model.ts'
import { type AlarmLine, byKey } from '../reports/alarm-line.ts'
import type { StaleAlarm } from '../reports/alarm-quality.ts'
import type { PresentedMinute } from '../reports/alarm-rate.ts'
import { STATE_EVENTS, type StateLine } from '../reports/device-heat.ts'
import type { StandingMute } from '../reports/muted-time.ts'
import type { Db } from './connect.ts'
import { amongst } from './statements.ts'

/** Which lines of the alarms' history: of these sites, `from` (UTC milliseconds) included and `to` not. */
export interface HistoryRange {
  sites: readonly string[]
  from: number
  to: number
}

/** One page takes a few milliseconds; between two of them others have their turn. */
const PAGE_LINES = 1_000
/** A page looks through no more than so long a time, or a site with few lines would hold up those with many. */
const SPAN_MS = 24 * 3_600_000

/** Pages of lines in the order of their times; lines of one alarm in the order they were written. */
export async function* alarmLines(db: Db, { sites, from, to }: HistoryRange): AsyncGenerator<AlarmLine[]> {
  for (let start = from; start < to; start += SPAN_MS) {
    const span = { sites, from: start, to: Math.min(to, start + SPAN_MS) }
    yield* pagesOf(span, (page) => linesAfter(db, span, page).execute())
  }
}

/** How many were presented in each minute, of each priority. */
export async function presentedByMinute(db: Db, { sites, from, to }: HistoryRange): Promise<PresentedMinute[]> {
  const minute = sql<number>`at / 60000`
  const rows = await db
    .selectFrom('alarm_history')
    .select(({ fn }) => [minute.as('minute'), 'priority', fn.countAll<number>().as('count')])
    .where('at', '>=', from)
    .where('at', '<=', to)
    .where('site', 'in', sites)
    // In the words of the index that has nothing else.
    .where(sql<boolean>`action in ('raised', 're_alarmed', 'rose') and muted is null and drill is null`)
    .groupBy([minute, 'priority'])
    .execute()
  return rows.map(({ minute, priority, count }) => ({ at: minute * 60_000, priority: priority as Priority, count }))
}

/** Pages of the lines that say whether an alarm stands, in the order of their times. */
export async function* stateLines(db: Db, range: HistoryRange): AsyncGenerator<StateLine[]> {
  yield* pagesOf(range, (page) => linesAfter(db, range, page).where('action', 'in', STATE_EVENTS).execute())
}

/** The latest such line before a time of each of these alarms, and of all that are open and were raised before it. */
export async function stateBefore(
  db: Db,
  { sites, from }: HistoryRange,
  alarms: readonly string[],
): Promise<StateLine[]> {
  const open = db
    .selectFrom('alarms')
    .select('id')
    .where('ended_at', 'is', null)
    .where('raised_at', '<', from)
    .where('site', 'in', sites)
    .where('drill', 'is', null)
  const latest = db
    .selectFrom('alarm_history')
    .select(({ fn }) => fn.max('id').as('id'))
    .where((line) => line.or([line('alarm', 'in', amongst(JSON.stringify(alarms))), line('alarm', 'in', open)]))
    .where('at', '<', from)
    .where('action', 'in', STATE_EVENTS)
    .groupBy('alarm')
  return db
    .selectFrom('alarm_history')
    .select(['alarm', 'at', 'action', 'device', 'rule', 'priority'])
    .$narrowType<{ action: AlarmEvent; priority: Priority }>()
    .where('id', 'in', latest)
    .execute()
}

/** What was muted at a time: alarms that had not ended by then and whose latest line before it says so. */
export async function standingMutes(db: Db, sites: readonly string[], at: number): Promise<StandingMute[]> {
  const standing = new Map<string, StandingMute>()
  const range = { sites, from: 0, to: at }
  const ofMutes = (page: Place) =>
    linesAfter(db, range, page)
      .where(sql<boolean>`(muted is not null or action = 'released')`)
      .where((line) => {
        const alarm = line.selectFrom('alarms').select('id').whereRef('alarms.id', '=', 'alarm_history.alarm')
        return line.exists(alarm.where((of) => of.or([of('ended_at', 'is', null), of('ended_at', '>=', at)])))
      })
      .execute()
  for await (const page of pagesOf(range, ofMutes)) {
    for (const { alarm, site, device, rule, muted } of page) {
      if (muted === null) standing.delete(alarm)
      else standing.set(alarm, { site, device, rule, muted })
    }
  }
  return [...standing.values()]
}

/** Alarms that are shown and whose condition has been true since before a time, the oldest first. */
export async function staleAlarms(db: Db, sites: readonly string[], before: number): Promise<StaleAlarm[]> {
  const rows = await db
    .selectFrom('alarms')
    .select(['id', 'site', 'device', 'rule', 'priority', 'raised_at', 'changed_at'])
    .where('ended_at', 'is', null)
    .where('active', '=', 1)
    .where('muted', 'is', null)
    .where('drill', 'is', null)
    .where('state', 'in', ['unacked', 'acked'])
    .where('raised_at', '<', before)
    .where('site', 'in', sites)
    .execute()
  return rows
    .map(({ id, site, device, rule, priority, raised_at, changed_at }) => {
      // An alarm that recurred before it ended was raised earlier than its condition last became true.
      const since = Math.max(raised_at!, (JSON.parse(changed_at) as number[]).at(-1) ?? 0)
      return { alarm: id, site, device, rule, priority: priority as Priority, since }
    })
    .filter(({ since }) => since < before)
    .sort((a, b) => a.since - b.since)
}

/** How many open alarms are muted now, by what. */
export async function countMuted(db: Db, sites: readonly string[]): Promise<Record<MuteKind, number>> {
  const rows = await db
    .selectFrom('alarms')
    .select(({ fn }) => ['muted', fn.countAll<number>().as('alarms')])
    .where('ended_at', 'is', null)
    .where('muted', 'is not', null)
    .where('site', 'in', sites)
    .groupBy('muted')
    .execute()
  return byKey(MUTE_KINDS, (kind) => rows.find(({ muted }) => muted === kind)?.alarms ?? 0)
}

/** Where a page ended. */
interface Place {
  at: number
  site: string
  id: number
}

function linesAfter(db: Db, { sites, to }: HistoryRange, { at, site, id }: Place) {
  return db
    .selectFrom('alarm_history')
    .select(['id', 'alarm', 'at', 'action', 'site', 'device', 'rule', 'priority', 'muted'])
    .$narrowType<{ action: AlarmEvent; priority: Priority; muted: MuteKind | null }>()
    .where((line) => line(line.refTuple('at', 'site', 'id'), '>', line.tuple(at, site, id)))
    .where('at', '<', to)
    .where('site', 'in', sites)
    .where('drill', 'is', null)
    .orderBy('at')
    .orderBy('site')
    .orderBy('id')
    .limit(PAGE_LINES)
}

async function* pagesOf<Line extends Place>({ from }: HistoryRange, read: (after: Place) => Promise<Line[]>) {
  let after: Place | undefined = { at: from, site: '', id: 0 }
  while (after !== undefined) {
    const page: Line[] = await read(after)
    if (page.length > 0) yield page
    await new Promise((resolve) => setImmediate(resolve))
    after = page.length < PAGE_LINES ? undefined : page.at(-1)
  }
}
