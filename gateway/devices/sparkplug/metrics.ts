import type { Decoded, Row } from '../../../rules/model.ts'
import { entry } from '../family.ts'
import type { Binding } from '../family.ts'
import { type Target, targetOf, writeTarget } from '../quantities.ts'
import type { Metric, Payload } from './payload.ts'
import { type Birth, unitOf } from './session.ts'
import { valueOf } from './values.ts'

const ROWS_MAX = 1_000
const WARNINGS_MAX = 100
const NAME_SHOWN = 80
/** Metrics of the protocol and of the node itself. */
const OWN_METRICS = /^(?:bdSeq$|Node Control\/|Device Control\/|Node Info\/|Properties\/)/
/** Values of the property `Quality` that make a value worthless: bad and stale. */
const WORTHLESS = new Set<unknown>([0, 500])

/** What of a message could not be placed: metrics known only by an alias that no BIRTH has told. */
export interface Unplaced {
  aliases: number[]
  placed: number
}

/** Writes down the metrics of a message: current ones in it, stored ones as rows by their time. */
export function writeMetrics(into: Decoded, payload: Payload, birth: Birth | null, binding: Binding): Unplaced {
  const unplaced: Unplaced = { aliases: [], placed: 0 }
  const rows = new Map<number | null, Row>()
  let live = 0
  for (const metric of payload.metrics) {
    const known = knownOf(metric, birth)
    if (known === null) {
      unplaced.aliases.push(metric.alias ?? -1)
      continue
    }
    unplaced.placed += 1
    if (OWN_METRICS.test(known.name)) continue
    if (!metric.historical) live += 1
    writeMetric(metric.historical ? rowOf(rows, metric.timestampMs ?? payload.timestampMs, into) : into, into, metric, {
      ...known,
      target: targetFor(known.name, binding),
    })
  }
  into.readings = [...rows.values()].filter(
    ({ measurements, conditions }) => measurements.length + conditions.length > 0,
  )
  if (rows.size > 0) into.warnings.push('historical_no_live_ticket')
  into.historical = rows.size > 0 && live === 0
  if (payload.cut) into.warnings.push('too_many_metrics')
  return unplaced
}

interface Known {
  name: string
  datatype: number | null
  unit: string | null
}

function knownOf(metric: Metric, birth: Birth | null): Known | null {
  const { name, alias, datatype, properties } = metric
  const unit = unitOf(properties)
  const aliased = alias === null ? undefined : entry(birth?.aliases, String(alias))
  if (name !== null && name !== '') {
    const named = aliased ?? (entry(birth?.names, name) && [name, ...entry(birth?.names, name)!])
    return { name, datatype: datatype ?? named?.[1] ?? null, unit: unit ?? named?.[2] ?? null }
  }
  if (aliased === undefined) return null
  return { name: aliased[0], datatype: datatype ?? aliased[1], unit: unit ?? aliased[2] }
}

/** The site's word for a metric, else the metric's own name where it is one of ours. */
function targetFor(name: string, { metrics }: Binding): Target | null {
  const bound = entry(metrics, name)
  return targetOf(bound ?? name)
}

type Place = Pick<Decoded, 'measurements' | 'conditions'> & Partial<Pick<Decoded, 'health'>>

function writeMetric(place: Place, into: Decoded, metric: Metric, known: Known & { target: Target | null }): void {
  const { warnings } = into
  const { name, datatype, unit, target } = known
  const shown = name.slice(0, NAME_SHOWN)
  if (target === null) {
    if (warnings.length < WARNINGS_MAX) warnings.push(`unmapped_metric:${shown}`)
    return
  }
  const worthless = WORTHLESS.has(metric.properties?.get('Quality'))
  if (worthless) warnings.push(`bad_quality:${shown}`)
  const value = metric.isNull || worthless ? null : valueOf(metric.value, datatype)
  const { measurements, conditions, health } = place
  const to = { measurements, conditions, warnings, ...(health === undefined ? {} : { health }) }
  if (value === undefined) warnings.push(`unsupported_value:${shown}`)
  else writeTarget(to, target, value, unit)
}

function rowOf(rows: Map<number | null, Row>, time: number | null, into: Decoded): Row {
  const known = rows.get(time)
  if (known) return known
  const row: Row = { time, historical: true, measurements: [], conditions: [] }
  if (rows.size < ROWS_MAX) rows.set(time, row)
  else if (!into.warnings.includes('too_many_rows')) into.warnings.push('too_many_rows')
  return row
}

/** The session's number, which BIRTH and DEATH carry as a metric. */
export function bdSeqOf(payload: Payload): number | null {
  const metric = payload.metrics.find(({ name }) => name === 'bdSeq')
  if (metric === undefined || metric.isNull) return null
  const value = valueOf(metric.value, metric.datatype)
  return typeof value === 'number' ? value : null
}
