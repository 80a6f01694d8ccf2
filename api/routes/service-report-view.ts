import { z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import { MILESTONES, PRIORITIES, QUALITY_MEASURES } from '../../rules/model.ts'
import { planOf } from '../../rules/plans/book.ts'
import { byKey } from '../../rules/reports/alarm-line.ts'
import type { Period } from '../../rules/reports/load.ts'
import { CLOCKS_DEFINITION } from '../../rules/reports/service/clocks.ts'
import { type Group, GROUPED_BY, type GroupedBy } from '../../rules/reports/service/groups.ts'
import { EXCLUDED_WHY, EXCLUSIONS, LISTED_MAX } from '../../rules/reports/service/listed.ts'
import { byMeasure, MEASURES } from '../../rules/reports/service/rates.ts'
import { RECURRENCE_DEFINITION } from '../../rules/reports/service/recurrence.ts'
import { TIMED, TIMES } from '../../rules/reports/service/response-times.ts'
import type { ServiceReport } from '../../rules/reports/service/service-report.ts'
import type { WrittenOf } from '../../rules/storage/service-report.ts'
import { iso, isoOrNull } from '../iso.ts'
import { time } from './schemas.ts'

const count = z.int()
const both = z.object({ zh: z.string(), en: z.string() })
const rate = z.object({ numerator: count, denominator: count, value: z.number().nullable() }).openapi('Rate')
const ok = z.boolean().nullable().openapi({ description: 'null: nothing is decided, or nothing was promised' })

const figure = rate
  .extend({
    ok,
    targets: z.array(
      rate.extend({
        commitment: z.string(),
        name: both,
        document: z.string().nullable(),
        limit: z.enum(['at_least', 'at_most']),
        percent: z.number(),
        quote: z.string(),
        ok,
      }),
    ),
  })
  .openapi('ServiceFigure')

const tallied = z.object({
  tickets: count,
  completed: count,
  unsigned: count.openapi({
    description: 'completed, and nobody signed yet; without complaints, which nobody signs for',
  }),
  stillOpen: count,
  stillOpenLate: count,
  meanGrade: z.number().nullable(),
  withinTenMinutes: rate.openapi({ description: 'on site within ten minutes, exactly ten included' }),
})

const listed = <T extends z.ZodType>(item: T) => z.object({ count, items: z.array(item).max(LISTED_MAX) })
const waitMs = z.number().nullable()

export const serviceReportSchema = z
  .object({
    from: time,
    to: time,
    asOf: time.openapi({ description: 'what was decided later is not in it' }),
    timezone: z.string(),
    sites: z.array(z.object({ id: z.string(), name: z.string() })),
    opened: count.openapi({ description: 'tickets opened: those that count, and the excluded' }),
    total: tallied.extend({
      measures: z.object(byKey(QUALITY_MEASURES, () => figure.extend({ name: both, definition: both }))),
    }),
    clocks: z.object({
      definition: both,
      all: rate,
      milestones: z.partialRecord(z.enum(MILESTONES), rate),
      early: count,
      maintenanceFirm: rate,
    }),
    times: z.object(
      byKey(TIMED, () =>
        z.object({
          ...{ name: both, definition: both, count, withinTenMinutes: rate },
          ...{ medianMs: waitMs, p90Ms: waitMs, p99Ms: waitMs, maxMs: waitMs },
          buckets: z.array(z.object({ upToMs: waitMs, count })),
        }),
      ),
    ),
    late: listed(
      z.object({
        ...{ ticket: z.string(), number: z.string(), site: z.string(), category: z.string() },
        ...{ priority: z.enum(PRIORITIES), openedAt: time, milestone: z.enum(MILESTONES), dueAt: time },
        ...{ reachedAt: time.nullable(), lateMs: waitMs },
        who: z.string().nullable().openapi({ description: 'a viewer is told no names' }),
        crew: z.string().nullable(),
        cause: z.string(),
        explanations: z.array(z.object({ at: time, reason: z.string(), plan: z.string() })),
        holds: z.array(z.object({ at: time, note: z.string() })),
      }),
    ),
    excluded: listed(
      z.object({
        ...{ ticket: z.string(), number: z.string(), site: z.string(), category: z.string(), openedAt: time },
        reason: z.enum(EXCLUSIONS),
        late: count.openapi({ description: 'clocks that were late all the same' }),
        note: z.string(),
        by: z.string().nullable(),
      }),
    ).extend({ reasons: z.object(byKey(EXCLUSIONS, () => z.object({ count, why: both }))) }),
    groupBy: z.enum(GROUPED_BY).nullable(),
    groups: listed(
      tallied.extend({
        key: z.string().nullable(),
        name: both,
        measures: z.object(byKey(QUALITY_MEASURES, () => figure)),
      }),
    ).nullable(),
    days: z.array(z.object({ day: z.string(), tickets: count, late: count })),
    recurrences: listed(
      z.object({
        ...{ site: z.string(), device: z.string().nullable(), location: z.string(), category: z.string() },
        ...{ tickets: count, numbers: z.array(z.string()), firstAt: time, lastAt: time },
      }),
    ).extend({ definition: both }),
  })
  .openapi('ServiceReport')

export type ServiceReportView = z.infer<typeof serviceReportSchema>

export interface Shown {
  period: Period
  asOf: number
  timezone: string
  sites: readonly string[]
  groupBy: GroupedBy | null
  written: ReadonlyMap<string, WrittenOf>
  /** Whether the asker is told names of people. */
  names: boolean
}

const same = (name: string) => ({ zh: name, en: name })
const NOBODY = { zh: '（无）', en: '(none)' }

export function serviceReportView(engine: Engine, found: ServiceReport, shown: Shown): ServiceReportView {
  const { plans, sites } = engine.world()
  const { period, asOf, timezone, groupBy, written, names } = shown
  const personOf = (id: string | null) => (id === null || !names ? null : (planOf(plans, 'responder', id)?.name ?? id))
  const crewOf = (id: string | null) => (id === null ? null : (planOf(plans, 'crew', id)?.name ?? id))
  const nameOf = ({ key }: Group) => {
    if (key === null) return NOBODY
    switch (groupBy) {
      case 'site':
        return same(sites.get(key)?.name ?? key)
      case 'person':
        return same(personOf(key) ?? key)
      case 'crew':
        return same(crewOf(key)!)
      case 'commitment':
        return planOf(plans, 'commitment', key)?.name ?? same(key)
      default:
        return same(key)
    }
  }
  const { total, clocks, times, late, excluded, recurrences, groups } = found
  const notesOf = (ticket: string, action: string) =>
    (written.get(ticket)?.notes ?? []).filter((note) => note.action === action)

  return {
    ...{ from: iso(period.from), to: iso(period.to), asOf: iso(asOf), timezone },
    sites: shown.sites.map((id) => ({ id, name: sites.get(id)?.name ?? id })),
    opened: found.opened,
    total: { ...total, measures: byMeasure((each) => ({ ...MEASURES[each], ...figureOf(total.measures[each]) })) },
    clocks: { definition: CLOCKS_DEFINITION, ...clocks },
    times: byKey(TIMED, (each) => ({ ...TIMES[each], ...times[each], buckets: [...times[each].buckets] })),
    late: {
      count: late.count,
      items: late.items.map(({ assignee, crew, openedAt, dueAt, reachedAt, ...rest }) => ({
        ...rest,
        ...{ openedAt: iso(openedAt), dueAt: iso(dueAt), reachedAt: isoOrNull(reachedAt) },
        ...{ who: personOf(assignee), crew: crewOf(crew), cause: written.get(rest.ticket)?.cause ?? '' },
        explanations: (written.get(rest.ticket)?.explanations ?? []).map(({ at, reason, plan }) => {
          return { at: iso(at), reason, plan }
        }),
        holds: notesOf(rest.ticket, 'hold').map(({ at, note }) => ({ at: iso(at), note })),
      })),
    },
    excluded: {
      count: excluded.count,
      reasons: byKey(EXCLUSIONS, (reason) => ({ count: excluded.reasons[reason], why: EXCLUDED_WHY[reason] })),
      items: excluded.items.map(({ openedAt, ...rest }) => {
        const cancelled = notesOf(rest.ticket, 'cancel').at(-1)
        const by = names ? (cancelled?.by ?? null) : null
        return { ...rest, openedAt: iso(openedAt), note: cancelled?.note ?? '', by }
      }),
    },
    groupBy,
    groups: groups && {
      count: groups.count,
      items: groups.items.map((group) => ({
        ...group,
        name: nameOf(group),
        measures: byMeasure((each) => figureOf(group.measures[each])),
      })),
    },
    days: [...found.days],
    recurrences: {
      definition: RECURRENCE_DEFINITION,
      count: recurrences.count,
      items: recurrences.items.map(({ firstAt, lastAt, numbers, ...rest }) => {
        return { ...rest, numbers: [...numbers], firstAt: iso(firstAt), lastAt: iso(lastAt) }
      }),
    },
  }
}

const figureOf = (figure: Group['measures']['on_time']) => ({ ...figure, targets: [...figure.targets] })
