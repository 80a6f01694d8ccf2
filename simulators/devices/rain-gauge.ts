/**
 * A tipping bucket on a roof: each tip is 0.2 mm. It rains while the bucket tips, and until it has not for a while.
 */
import { exponential, round, wander } from './family.ts'
import type { DeviceFamily, Surroundings } from './family.ts'
import type { Values } from '../languages/language.ts'
import type { SeededRandom } from '../random.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../rules/model.ts'

export const RAIN_GAUGE_FAULTS = ['rain', 'storm'] as const
export type RainGaugeFault = (typeof RAIN_GAUGE_FAULTS)[number]

export interface RainGaugeSpec {
  /** How often it begins to rain by itself, on average; 0 unless set: it rains when the scenario says so. */
  showersPerMonth?: number
}

export interface RainGaugeState {
  readonly spec: Required<RainGaugeSpec>
  readonly showerInMs: number
  /** What is left of a shower of its own. */
  readonly showerForMs: number
  readonly showerMmPerHour: number
  /** What is still missing in the bucket. */
  readonly missingMm: number
  readonly tips: number
  readonly sinceTipMs: number
  readonly celsiusOff: number
}

type Draft = { -readonly [Key in keyof RainGaugeState]: RainGaugeState[Key] }
type Faults = Surroundings<RainGaugeFault>['faults']

export const TIP_MM = 0.2
/**
 * Rain as an hour's amount. 20 mm in an hour is where China's weather service begins to speak of short-time heavy
 * rainfall (短时强降水); 3 mm an hour is plain rain.
 */
const MM_PER_HOUR: Readonly<Record<RainGaugeFault, number>> = { rain: 3, storm: 45 }
const SHOWER_LASTS_MS = 2 * HOUR_MS
const SHOWER_MM_PER_HOUR = [0.5, 8] as const
/** Three mean intervals between two tips of plain rain. */
const DRY_AFTER_MS = 12 * MINUTE_MS
const REPORT_EVERY_MS = 5 * MINUTE_MS

const rains = ({ sinceTipMs }: RainGaugeState) => sinceTipMs < DRY_AFTER_MS
const levels = (state: RainGaugeState) => ({ 'weather.rain': rains(state) })

const values = (state: RainGaugeState): Values => ({
  'weather.rain': rains(state),
  'rain.amount': round(state.tips * TIP_MM, 1),
  'temperature.ambient': round(16 + state.celsiusOff, 1),
  reportIntervalS: REPORT_EVERY_MS / 1000,
})

function mmPerHour(state: RainGaugeState, faults: Faults): number {
  if (faults.has('storm')) return MM_PER_HOUR.storm
  if (faults.has('rain')) return MM_PER_HOUR.rain
  return state.showerForMs > 0 ? state.showerMmPerHour : 0
}

/** When it tips, is dry again, or its own weather changes. */
function eventInMs(state: RainGaugeState, faults: Faults): number {
  const rate = mmPerHour(state, faults)
  const tips = rate > 0 ? Math.max(1, Math.ceil((state.missingMm / rate) * HOUR_MS)) : Infinity
  const dries = rains(state) ? DRY_AFTER_MS - state.sinceTipMs : Infinity
  return Math.min(tips, dries, state.showerForMs > 0 ? state.showerForMs : state.showerInMs)
}

function goOn(state: Draft, elapsedMs: number, faults: Faults, random: SeededRandom): void {
  state.missingMm -= (mmPerHour(state, faults) * elapsedMs) / HOUR_MS
  state.sinceTipMs += elapsedMs
  if (state.missingMm <= 0) {
    state.tips += 1
    state.sinceTipMs = 0
    state.missingMm += nextTipMm(random)
  }
  if (state.showerForMs > 0) {
    state.showerForMs = Math.max(0, state.showerForMs - elapsedMs)
    return
  }
  state.showerInMs -= elapsedMs
  if (state.showerInMs > 0) return
  state.showerInMs = untilShower(state.spec, random)
  state.showerForMs = exponential(SHOWER_LASTS_MS, random)
  state.showerMmPerHour = random.range(...SHOWER_MM_PER_HOUR)
}

/** Rain does not fall evenly: a bucket takes half as long as usual, or half as long again. */
const nextTipMm = (random: SeededRandom) => TIP_MM * random.range(0.5, 1.5)

const untilShower = ({ showersPerMonth }: RainGaugeState['spec'], random: SeededRandom) =>
  showersPerMonth > 0 ? exponential((30 * DAY_MS) / showersPerMonth, random) : Infinity

export const rainGauge: DeviceFamily<RainGaugeSpec, RainGaugeState, RainGaugeFault> = {
  kind: 'rain_gauge',
  faults: RAIN_GAUGE_FAULTS,
  words: { 'weather.rain': ['measures rain', 'measures no more rain'] },
  levels,
  reportEveryMs: REPORT_EVERY_MS,

  start(given, random) {
    const spec = { showersPerMonth: 0, ...given }
    return {
      spec,
      showerInMs: untilShower(spec, random),
      showerForMs: 0,
      showerMmPerHour: 0,
      missingMm: nextTipMm(random),
      tips: 0,
      sinceTipMs: DRY_AFTER_MS,
      celsiusOff: random.range(-3, 3),
    }
  },

  next(before, { elapsedMs, faults }, random) {
    const state: Draft = { ...before }
    for (let leftMs = elapsedMs; leftMs > 0;) {
      const stepMs = Math.min(leftMs, eventInMs(state, faults))
      goOn(state, stepMs, faults, random)
      leftMs -= stepMs
    }
    const how = { deviation: 4, withinMs: 12 * HOUR_MS, bound: 12 }
    return { ...state, celsiusOff: wander(state.celsiusOff, how, elapsedMs, random) }
  },

  restsForMs: (state, faults) => eventInMs(state, faults),

  tell: (before, after) => ({
    values: () => values(after),
    levels: levels(after),
    levelsBefore: before && levels(before),
    changed: before !== null && rains(before) !== rains(after),
  }),
}
