import type { ChartOption } from './echarts.ts'
import { withGaps } from './series.ts'
import type { Bucket, Sample } from './series.ts'

/** Readings of one point with what is to be seen beside them. Times in epoch milliseconds. */
export interface ReadingsPicture {
  buckets: readonly Bucket[]
  fromMs: number
  toMs: number
  /** Lines across, in the readings' unit. */
  limits: readonly { value: number; label: string; isAlarm: boolean }[]
  /** While something was wrong. */
  bands: readonly { fromMs: number; toMs: number; label: string }[]
  /** Lines upright. */
  moments: readonly { atMs: number; label: string }[]
  zoomable: boolean
}

/** Colours of the styles' tokens, which a canvas has to be told. */
export interface Palette {
  text: string
  soft: string
  faint: string
  line: string
  raised: string
  series: string
  critical: string
  alarm: string
}

export interface ReadingsWords {
  /** Whose clock times are shown by. */
  zone: string
  value: (value: number) => string
  time: (atMs: number) => string
  average: string
  between: (min: string, max: string) => string
}

/** Fewer than these are shown each as a dot, since a line between two may be all there is. */
const DOTS_MOST = 80

/** A band from the least to the most of each bucket, so that peaks stay, and a line of averages in it. */
export function readingsOption(picture: ReadingsPicture, words: ReadingsWords, colours: Palette): ChartOption {
  const { fromMs, toMs, limits, zoomable } = picture
  const read = withGaps(picture.buckets)
  const byTime = new Map(read.map((sample) => [sample.atMs, sample]))
  // The small picture in the slider reaches from the first to the last of them.
  const samples = [nothingAt(fromMs), ...read, nothingAt(toMs)]
  const line = { type: 'line' as const, symbol: 'none', animation: false, silent: true, lineStyle: { opacity: 0 } }
  return {
    animation: false,
    textStyle: { fontFamily: 'inherit', color: colours.soft },
    grid: { left: 64, right: 24, top: 28, bottom: zoomable ? 76 : 32 },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      backgroundColor: colours.raised,
      borderColor: colours.line,
      textStyle: { color: colours.text, fontSize: 13 },
      formatter: (shown: unknown) => tooltipText(shown, byTime, words),
    },
    xAxis: {
      type: 'time',
      min: fromMs,
      max: toMs,
      axisLine: { lineStyle: { color: colours.line } },
      axisLabel: { color: colours.soft, hideOverlap: true },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      scale: true,
      ...aroundOneValue(picture),
      axisLabel: { color: colours.soft, formatter: (value: number) => words.value(value) },
      splitLine: { lineStyle: { color: colours.line, opacity: 0.5 } },
    },
    dataZoom: zoomable ? zooming(colours) : [],
    series: [
      // Drawn by nothing but their difference: the band stands on the least.
      { ...line, id: 'least', stack: 'band', stackStrategy: 'all', data: samples.map((s) => [s.atMs, s.min]) },
      {
        ...{ ...line, id: 'band', stack: 'band', stackStrategy: 'all' },
        areaStyle: { color: colours.series, opacity: 0.28 },
        data: samples.map((s) => [s.atMs, s.max === null ? null : s.max - s.min]),
      },
      {
        ...{ id: 'average', type: 'line', animation: false },
        data: samples.map((s) => [s.atMs, s.average]),
        showSymbol: picture.buckets.length <= DOTS_MOST,
        symbolSize: 5,
        lineStyle: { color: colours.series, width: 2 },
        itemStyle: { color: colours.series },
        markLine: markLines(picture, colours),
        markArea: markAreas(picture, colours),
      },
      // Where a limit is, the axis reaches, whatever was read.
      { ...line, id: 'reach', data: limits.map(({ value }) => [fromMs, value]), tooltip: { show: false } },
    ],
  }
}

const nothingAt = (atMs: number): Sample => ({ atMs, min: null, max: null, average: null })

/** Where all is one value the axis would reach anywhere. */
function aroundOneValue({ buckets, limits }: ReadingsPicture): { min?: number; max?: number } {
  const values = new Set([...buckets.flatMap(({ min, max }) => [min, max]), ...limits.map(({ value }) => value)])
  const [value] = values
  if (value === undefined || values.size > 1) return {}
  const slack = value === 0 ? 1 : 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1)
  const round = (places: number) => Number((places * slack).toPrecision(6))
  return { min: round(Math.floor(value / slack) - 1), max: round(Math.ceil(value / slack) + 1) }
}

function zooming(colours: Palette): ChartOption['dataZoom'] {
  return [
    {
      type: 'inside',
      filterMode: 'none',
      zoomOnMouseWheel: true,
      moveOnMouseMove: true,
      preventDefaultMouseMove: true,
    },
    {
      ...{ type: 'slider', filterMode: 'none', height: 26, bottom: 12, brushSelect: false, showDetail: false },
      borderColor: colours.line,
      textStyle: { color: colours.soft },
      fillerColor: 'rgba(127, 127, 127, 0.18)',
      dataBackground: { lineStyle: { color: colours.faint }, areaStyle: { opacity: 0 } },
      selectedDataBackground: { lineStyle: { color: colours.series }, areaStyle: { opacity: 0 } },
      handleStyle: { color: colours.raised, borderColor: colours.soft },
      moveHandleStyle: { color: colours.faint },
    },
  ]
}

function markLines({ limits, moments }: ReadingsPicture, colours: Palette) {
  const label = { position: 'insideEndTop' as const, color: colours.text, fontSize: 12 }
  return {
    silent: true,
    symbol: 'none' as const,
    animation: false,
    data: [
      ...limits.map(({ value, label: text, isAlarm }) => ({
        yAxis: value,
        lineStyle: { color: isAlarm ? colours.critical : colours.faint, type: 'dashed' as const, width: 1.5 },
        label: { ...label, formatter: () => text },
      })),
      ...moments.map(({ atMs, label: text }) => ({
        xAxis: atMs,
        lineStyle: { color: colours.text, type: 'solid' as const, width: 1 },
        label: { ...label, position: 'end' as const, formatter: () => text },
      })),
    ],
  }
}

function markAreas({ bands, fromMs, toMs }: ReadingsPicture, colours: Palette) {
  const within = bands.filter((band) => band.toMs >= fromMs && band.fromMs <= toMs)
  const label = { position: 'insideTopLeft' as const, color: colours.critical, fontSize: 12 }
  return {
    silent: true,
    animation: false,
    itemStyle: { color: colours.critical, opacity: 0.16 },
    data: within.map((band): [{ xAxis: number; label: object }, { xAxis: number }] => [
      { xAxis: Math.max(band.fromMs, fromMs), label: { ...label, formatter: () => band.label } },
      { xAxis: Math.min(band.toMs, toMs) },
    ]),
  }
}

function tooltipText(shown: unknown, byTime: ReadonlyMap<number, Sample>, words: ReadingsWords): string {
  const [first] = shown as { axisValue: number }[]
  const sample = first && byTime.get(first.axisValue)
  if (!sample || sample.average === null) return ''
  const { atMs, min, max, average } = sample
  const lines = [words.time(atMs), `${words.average} ${words.value(average)}`]
  if (min !== max) lines.push(words.between(words.value(min), words.value(max)))
  return lines.join('\n')
}
