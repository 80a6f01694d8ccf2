import { html } from 'hono/html'
import { MINUTE_MS } from '../../../rules/model.ts'
import type { Played } from '../../play.ts'
import type { Fact } from '../../scenario.ts'
import { counted, grouped } from '../outcome.ts'
import { type Axis, round } from './axis.ts'
import { PICTURE_WIDTH, timeScale } from './timeline.ts'
import { both, bothDrawn } from './words.ts'

const TOP = 44
const BOTTOM = 190

/** How many tickets are open, as an area, and how many alarms were raised so far, as a line. */
export function overTimeChart({ facts, startMs }: Pick<Played, 'facts' | 'startMs'>, axis: Axis) {
  const open = columnsOf(facts, axis, ({ about, what }) => {
    if (about !== 'ticket') return 0
    return what === 'opened' ? 1 : what === 'closed' || what === 'cancelled' ? -1 : 0
  })
  const raised = columnsOf(facts, axis, ({ about, what }) => Number(about === 'alarm' && what === 'raised'))
  const most = Math.max(1, ...open, ...raised)
  const y = (count: number) => round(BOTTOM - (count / most) * (BOTTOM - TOP))
  const path = (counts: readonly number[]) =>
    counts.map((count, at) => {
      if (at === 0) return `M${axis.fromX} ${y(count)}`
      return counts[at - 1] === count && at < counts.length - 1 ? '' : `H${axis.fromX + at}V${y(count)}`
    })
  const peak = Math.max(0, ...open)
  const startX = round(axis.x(startMs))
  return html`<div class="picture">
      <svg
        viewBox="0 0 ${PICTURE_WIDTH} ${BOTTOM + 8}"
        role="img"
        aria-label="未关闭工单与报警 / open tickets and alarms"
      >
        ${timeScale(axis, BOTTOM)}
        <path class="area" d="${path(open).join('')}V${BOTTOM}H${startX}Z" />
        <path class="line" d="${path(raised).join('')}" />
        <text class="soft" x="${axis.fromX - 8}" y="${TOP + 4}" text-anchor="end">${grouped(most)}</text>
        <text class="soft" x="${axis.fromX - 8}" y="${BOTTOM + 4}" text-anchor="end">0</text>
        <text x="0" y="${TOP + 22}">
          <tspan class="line-key">┅</tspan>
          ${bothDrawn('报警', 'alarms')}
        </text>
        <text x="0" y="${TOP + 42}">
          <tspan class="area-key">■</tspan>
          ${bothDrawn('工单', 'open tickets')}
        </text>
      </svg>
    </div>
    <p class="note">
      ${both(
        `累计报警 ${grouped(raised.at(-1) ?? 0)} 次；同时未关闭的工单最多 ${grouped(peak)} 张。`,
        `${counted(raised.at(-1) ?? 0, 'alarm')} raised in all; at most ${counted(peak, 'ticket')} open at once.`,
      )}
    </p>`
}

/** The highest sum within each unit of the picture's width. */
function columnsOf(facts: readonly Fact[], axis: Axis, change: (fact: Fact) => number): number[] {
  const [highest, last] = [new Map<number, number>(), new Map<number, number>()]
  let sum = 0
  for (const fact of facts) {
    const step = change(fact)
    if (step === 0) continue
    sum += step
    const at = Math.round(axis.x(fact.atMs) - axis.fromX)
    highest.set(at, Math.max(highest.get(at) ?? 0, sum))
    last.set(at, sum)
  }
  let carried = 0
  return Array.from({ length: Math.round(axis.toX - axis.fromX) + 1 }, (_, at) => {
    const value = highest.get(at) ?? carried
    carried = last.get(at) ?? carried
    return value
  })
}

const MINUTES_SHOWN = 15
const STEP = 34

/** How long it took until somebody was there: a bar for each minute, and a line at ten. */
export function arrivalsChart({ tickets }: Pick<Played, 'tickets'>) {
  const clocks = tickets.flatMap(({ openedAt, clocks: own }) => {
    const arrive = own.find(({ milestone, party }) => milestone === 'arrive' && party === 'property')
    return arrive === undefined || arrive.state === 'cancelled' ? [] : [{ ...arrive, openedAt }]
  })
  const took = clocks.flatMap(({ metAt, openedAt }) =>
    metAt === null ? [] : [Date.parse(metAt) - Date.parse(openedAt)],
  )
  const bars = Array.from({ length: MINUTES_SHOWN + 1 }, () => 0)
  // A minute's end belongs to it: ten minutes to the millisecond are in time.
  for (const ms of took) bars[Math.min(MINUTES_SHOWN, Math.max(0, Math.ceil(ms / MINUTE_MS) - 1))]! += 1
  const absent = clocks.length - took.length
  const within = took.filter((ms) => ms <= 10 * MINUTE_MS).length
  const most = Math.max(1, ...bars)
  const [came, inTime, never] = [took.length, within, absent].map(grouped)
  return html`<div class="picture">
      <svg viewBox="0 0 ${(MINUTES_SHOWN + 1) * STEP + 40} 190" role="img" aria-label="到场用时 / time until on site">
        ${bars.map((count, at) => {
          const height = (count / most) * 120
          const middle = (at + 0.5) * STEP
          const above = round(154 - height)
          return html`<rect
              class="${at < 10 ? 'kept' : 'missed'}"
              x="${at * STEP + 4}"
              y="${round(160 - height)}"
              width="${STEP - 8}"
              height="${round(height)}"
              rx="2"
            />
            <text class="count" x="${middle}" y="${above}" text-anchor="middle"
              >${count === 0 ? '' : grouped(count)}</text
            >
            <text class="soft" x="${middle}" y="176" text-anchor="middle"
              >${at === MINUTES_SHOWN ? `>${at}` : `≤${at + 1}`}</text
            >`
        })}
        <text class="soft" x="${(MINUTES_SHOWN + 1) * STEP}" y="176">${bothDrawn('分', 'min')}</text>
        <line class="ten" x1="${10 * STEP}" x2="${10 * STEP}" y1="4" y2="162" />
        <text x="${10 * STEP + 6}" y="14">${bothDrawn('十分钟', 'ten minutes')}</text>
        <line class="grid" x1="0" x2="${(MINUTES_SHOWN + 1) * STEP}" y1="160" y2="160" />
      </svg>
    </div>
    <p class="note">
      ${both(
        `到场 ${came} 张，其中十分钟内 ${inTime} 张；到运行结束仍未到场 ${never} 张。`,
        `Somebody came for ${came}, within ten minutes for ${inTime}; until the run ended nobody came for ${never}.`,
      )}
    </p>`
}
