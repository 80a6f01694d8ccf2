import { html } from 'hono/html'
import { MINUTE_MS } from '../../rules/model.ts'
import type { ServiceReportView } from './service-report-view.ts'

type Measure = ServiceReportView['total']['measures']['on_time']
type Times = ServiceReportView['times']['arrive']
type Day = ServiceReportView['days'][number]

const WIDTH = 640
const TEN_MINUTES_MS = 10 * MINUTE_MS

export const percent = (value: number | null, digits = 2) =>
  value === null ? '—' : `${(value * 100).toFixed(digits).replace(/\.?0+$/, '')} %`

export function duration(ms: number | null): string {
  if (ms === null) return '—'
  const seconds = Math.round(ms / 1_000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min${seconds % 60 === 0 ? '' : ` ${seconds % 60} s`}`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`
}

/** What was reached as a bar, and each promise as a line across it. The scale leaves out what nobody is near to. */
export function attainmentChart({ value, ok, targets }: Measure) {
  const shares = [...targets.map((target) => target.percent / 100), ...(value === null ? [] : [value])]
  const isLow = targets.some(({ limit }) => limit === 'at_most')
  const from = isLow ? 0 : Math.max(0, Math.floor((Math.min(0.9, ...shares) - 0.05) * 10) / 10)
  const to = isLow ? Math.min(1, Math.max(0.02, ...shares) * 1.25) : 1
  const x = (share: number) => (((Math.min(Math.max(share, from), to) - from) / (to - from)) * WIDTH).toFixed(1)
  return html`<svg class="bar" viewBox="0 0 ${WIDTH} 44" role="img" aria-label="${percent(value)}">
    <rect class="track" x="0" y="12" width="${WIDTH}" height="16" />
    <rect class="${verdictClass(ok)}" x="0" y="12" width="${value === null ? 0 : x(value)}" height="16" />
    ${targets.map((each) => {
      const at = x(each.percent / 100)
      return html`<line class="promise" x1="${at}" x2="${at}" y1="6" y2="34" />`
    })}
    <text x="0" y="43">${percent(from)}</text>
    <text x="${WIDTH}" y="43" text-anchor="end">${percent(to)}</text>
  </svg>`
}

export const verdictClass = (ok: boolean | null) => (ok === null ? 'none' : ok ? 'kept' : 'missed')

const BARS_HEIGHT = 110

/** How many took how long, with a mark at ten minutes, which belongs to the bar before it. */
export function timesChart({ buckets, name }: Times) {
  const most = Math.max(1, ...buckets.map(({ count }) => count))
  const step = WIDTH / buckets.length
  const mark = buckets.findIndex(({ upToMs }) => upToMs === TEN_MINUTES_MS) + 1
  return html`<svg class="times" viewBox="0 0 ${WIDTH} ${BARS_HEIGHT + 48}" role="img" aria-label="${name.zh}">
    ${buckets.map(({ upToMs, count }, index) => {
      const height = (count / most) * BARS_HEIGHT
      const [left, middle] = [(index * step).toFixed(1), ((index + 0.5) * step).toFixed(1)]
      const top = (BARS_HEIGHT + 18 - height).toFixed(1)
      const within = upToMs !== null && upToMs <= TEN_MINUTES_MS
      return html`<rect
          class="${within ? 'kept' : 'after'}"
          x="${left}"
          y="${top}"
          width="${(step - 3).toFixed(1)}"
          height="${height.toFixed(1)}"
        />
        ${count === 0 ? '' : html`<text x="${middle}" y="${Number(top) - 3}" text-anchor="middle">${count}</text>`}
        <text x="${middle}" y="${BARS_HEIGHT + 31}" text-anchor="middle">
          ${upToMs === null ? '＞72 h' : `≤${duration(upToMs)}`}
        </text>`
    })}
    <line class="promise" x1="${mark * step - 1.5}" x2="${mark * step - 1.5}" y1="4" y2="${BARS_HEIGHT + 18}" />
    <text x="${mark * step + 3}" y="10">10 分钟 / ten minutes</text>
  </svg>`
}

const CELL = 40
const MONTHS_SHOWN = 14
const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日']

/** Each month as a calendar, Monday first: tickets of each day, and how many of them were late. */
export function dayCalendar(days: readonly Day[]) {
  const byDay = new Map(days.map((each) => [each.day, each]))
  const months = [...new Set(days.map(({ day }) => day.slice(0, 7)))].slice(-MONTHS_SHOWN)
  return months.map((month) => {
    const [year, number] = month.split('-').map(Number)
    const first = (new Date(Date.UTC(year!, number! - 1)).getUTCDay() + 6) % 7
    const length = new Date(Date.UTC(year!, number, 0)).getUTCDate()
    const rows = Math.ceil((first + length) / 7)
    return html`<figure class="month">
      <figcaption>${month}</figcaption>
      <svg viewBox="0 0 ${7 * CELL} ${rows * CELL + 14}" role="img" aria-label="${month}">
        ${WEEKDAYS.map((name, index) => {
          return html`<text x="${(index + 0.5) * CELL}" y="10" text-anchor="middle">${name}</text>`
        })}
        ${Array.from({ length }, (_, index) => {
          const day = `${month}-${String(index + 1).padStart(2, '0')}`
          const place = first + index
          return dayCell(byDay.get(day), index + 1, (place % 7) * CELL, Math.floor(place / 7) * CELL + 14)
        })}
      </svg>
    </figure>`
  })
}

function dayCell(day: Day | undefined, number: number, x: number, y: number) {
  const shade = day === undefined ? 'none' : day.late === 0 ? 'kept' : 'missed'
  return html`<rect class="${shade} day" x="${x + 1}" y="${y + 1}" width="${CELL - 2}" height="${CELL - 2}" />
    <text x="${x + 4}" y="${y + 11}">${number}</text>
    ${
      day === undefined
        ? ''
        : html`<text class="count" x="${x + CELL / 2}" y="${y + 30}" text-anchor="middle">
            ${day.late === 0 ? day.tickets : `${day.late}/${day.tickets}`}
          </text>`
    }`
}
