import type { AlarmView, DeviceView } from '../../api/types.ts'
import type { Bucket } from '../../charts/series.ts'
import type { ReadingsPicture } from '../../charts/readingsOption.ts'
import type { Behind } from './behind.ts'

const isNumber = (value: unknown) => typeof value === 'number'

/** Points with numbers, those that the alarms read first. */
export function choicesOf(
  device: DeviceView | null,
  alarms: readonly AlarmView[],
  behind: ReadonlyMap<string, Behind>,
): string[] {
  const read = alarms.flatMap(({ id }) => behind.get(id)?.why?.readings ?? [])
  const known = device?.points ?? {}
  const told = read.filter(({ point, value }) => point in known && (isNumber(value) || isNumber(known[point]?.value)))
  const limited = told.filter(({ thresholds }) => thresholds.length > 0)
  const all = Object.keys(known).filter((name) => isNumber(known[name]!.value))
  return [...new Set([...limited.map(({ point }) => point), ...told.map(({ point }) => point), ...all])]
}

export interface ReadingsAround {
  point: string
  buckets: readonly Bucket[]
  fromMs: number
  toMs: number
  openedMs: number
  nowMs: number
  behind: ReadonlyMap<string, Behind>
}

export interface PictureWords {
  threshold: (value: number) => string
  clear: (value: number) => string
  band: string
  opened: string
}

/** The readings of a point with the limits of the alarms that read it, and the time in which these stood. */
export function pictureOf(around: ReadingsAround, alarms: readonly AlarmView[], words: PictureWords): ReadingsPicture {
  const { point, buckets, fromMs, toMs, openedMs, nowMs, behind } = around
  const reads = ({ id }: AlarmView) => behind.get(id)?.why?.readings.find((reading) => reading.point === point)
  const its = alarms.filter((alarm) => reads(alarm) !== undefined)
  return {
    ...{ buckets, fromMs, toMs, zoomable: false },
    limits: limitsOf(
      its.flatMap((alarm) => reads(alarm)!.thresholds),
      words,
    ),
    bands: (its.length > 0 ? its : alarms)
      .flatMap(({ id }) => behind.get(id)?.spans ?? [])
      .map((span, index) => ({
        ...{ fromMs: span.fromMs, toMs: span.toMs ?? Math.max(nowMs, span.fromMs) },
        label: index === 0 ? words.band : '',
      })),
    moments: [{ atMs: openedMs, label: words.opened }],
  }
}

/** Each value once, those that raise before those that clear. */
export function limitsOf(
  thresholds: readonly { value: number; of: 'raise' | 'clear' }[],
  words: Pick<PictureWords, 'threshold' | 'clear'>,
): ReadingsPicture['limits'] {
  const raising = new Set(thresholds.filter(({ of }) => of === 'raise').map(({ value }) => value))
  const clearing = new Set(thresholds.map(({ value }) => value).filter((value) => !raising.has(value)))
  return [
    ...[...raising].map((value) => ({ value, label: words.threshold(value), isAlarm: true })),
    ...[...clearing].map((value) => ({ value, label: words.clear(value), isAlarm: false })),
  ]
}
