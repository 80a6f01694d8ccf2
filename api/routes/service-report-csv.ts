import { QUALITY_MEASURES } from '../../rules/model.ts'
import { MEASURES } from '../../rules/reports/service/rates.ts'
import { TIMED } from '../../rules/reports/service/response-times.ts'
import { type Cell, csvOf } from '../csv.ts'
import type { ServiceReportView } from './service-report-view.ts'

/** A file has one table. */
export const CSV_TABLES = ['figures', 'times', 'late', 'excluded', 'recurrences'] as const
export type CsvTable = (typeof CSV_TABLES)[number]

export function serviceReportCsv(report: ServiceReportView, table: CsvTable): string {
  switch (table) {
    case 'figures':
      return figuresCsv(report)
    case 'times':
      return timesCsv(report)
    case 'late':
      return lateCsv(report)
    case 'excluded':
      return excludedCsv(report)
    case 'recurrences':
      return recurrencesCsv(report)
  }
}

const FIGURES = [
  'from',
  'to',
  'as_of',
  'scope',
  'key',
  'name',
  'tickets',
  'completed',
  'unsigned',
  'still_open',
] as const
const FIGURE = ['measure', 'name_zh', 'numerator', 'denominator', 'value', 'ok'] as const
const TARGET = ['commitment', 'limit', 'target_percent', 'target_numerator', 'target_denominator', 'target_ok', 'quote']
const DEFINITION = ['definition_zh', 'definition_en']

/** A line for each figure, or for each of its targets where it has some; the whole first, then its groups. */
function figuresCsv({ from, to, asOf, total, groupBy, groups }: ServiceReportView): string {
  const all = { ...total, scope: 'total', key: null, name: { zh: '' } }
  const scopes = [all, ...(groups?.items ?? []).map((group) => ({ ...group, scope: groupBy! }))]
  const rows = scopes.flatMap(({ scope, key, name, tickets, completed, unsigned, stillOpen, measures }) =>
    QUALITY_MEASURES.flatMap((measure) => {
      const { numerator, denominator, value, ok, targets } = measures[measure]
      const { name: called, definition } = MEASURES[measure]
      const counted = [from, to, asOf, scope, key, name.zh, tickets, completed, unsigned, stillOpen]
      const figure = [measure, called.zh, numerator, denominator, value, ok]
      const owed = targets.map((each): Cell[] => {
        const { commitment, limit, percent, quote } = each
        return [commitment, limit, percent, each.numerator, each.denominator, each.ok, quote]
      })
      const lines = owed.length > 0 ? owed : [TARGET.map(() => null)]
      return lines.map((target): Cell[] => [...counted, ...figure, ...target, definition.zh, definition.en])
    }),
  )
  return csvOf([...FIGURES, ...FIGURE, ...TARGET, ...DEFINITION], rows)
}

function timesCsv({ times }: ServiceReportView): string {
  const rows = TIMED.flatMap((milestone) => {
    const { buckets, definition } = times[milestone]
    return buckets.map(({ upToMs, count }) => [milestone, upToMs, count, definition.zh, definition.en])
  })
  return csvOf(['milestone', 'up_to_ms', 'tickets', ...DEFINITION], rows)
}

function lateCsv({ late }: ServiceReportView): string {
  const header = ['number', 'site', 'category', 'priority', 'opened_at', 'milestone', 'due_at', 'reached_at', 'late_ms']
  const rows = late.items.map((each): Cell[] => [
    ...[each.number, each.site, each.category, each.priority, each.openedAt, each.milestone, each.dueAt],
    ...[each.reachedAt, each.lateMs, each.who, each.crew, each.cause],
    each.explanations.map(({ reason, plan }) => `${reason} → ${plan}`).join('; '),
    each.holds.map(({ note }) => note).join('; '),
  ])
  return csvOf([...header, 'who', 'crew', 'cause', 'explanations', 'holds'], rows)
}

function excludedCsv({ excluded }: ServiceReportView): string {
  const rows = excluded.items.map((each): Cell[] => [
    ...[each.number, each.site, each.category, each.openedAt, each.reason, excluded.reasons[each.reason].why.zh],
    ...[each.note, each.by, each.late],
  ])
  return csvOf(['number', 'site', 'category', 'opened_at', 'reason', 'why_zh', 'note', 'by', 'late_clocks'], rows)
}

function recurrencesCsv({ recurrences }: ServiceReportView): string {
  const rows = recurrences.items.map((each): Cell[] => [
    ...[each.site, each.device, each.location, each.category, each.tickets, each.numbers.join(' ')],
    ...[each.firstAt, each.lastAt],
  ])
  return csvOf(['site', 'device', 'location', 'category', 'tickets', 'numbers', 'first_at', 'last_at'], rows)
}
