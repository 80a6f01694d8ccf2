import { html } from 'hono/html'
import { spellSpan } from '../../judge.ts'
import type { Played } from '../../play.ts'
import { ticketsToShow } from '../clocks.ts'
import { grouped } from '../outcome.ts'
import { type Axis, round } from './axis.ts'
import { laneOf, LANES } from './lanes.ts'
import { ticketLane } from './ticket-lanes.ts'
import { both, pair, spanInChinese } from './words.ts'

export const PICTURE_WIDTH = 1_000
export const LANES_FROM_X = 176
const LANE = 30
const TICKET_LANE = 22
const TICKETS_MAX = 24

/** The run as a picture: what happened in lanes, and below each ticket from its opening to its end. */
export function timelinePicture(played: Played, axis: Axis) {
  const { shown, left } = ticketsToShow(played.tickets, TICKETS_MAX)
  const lanesEnd = 34 + LANES.length * LANE
  const more = both(`另有 ${grouped(left)} 张工单未画出。`, `${grouped(left)} more tickets are not drawn.`)
  const height = lanesEnd + shown.length * TICKET_LANE + 10
  return html`<div class="picture">
      <svg viewBox="0 0 ${PICTURE_WIDTH} ${height}" role="img" aria-label="时间线 / timeline">
        ${timeScale(axis, height)}
        ${LANES.map((lane, at) => laneOf(played.lines.filter(lane.has), lane, 34 + (at + 0.5) * LANE, axis))}
        ${shown.map((ticket, at) => ticketLane(ticket, played, lanesEnd + (at + 0.5) * TICKET_LANE, axis))}
      </svg>
    </div>
    <p class="legend">
      ${pair(html`<i class="phase waiting"></i>`, '无人接单', 'nobody has it')}
      ${pair(html`<i class="phase coming"></i>`, '有人在赶来', 'somebody is coming')}
      ${pair(html`<i class="phase there"></i>`, '在现场', 'on site')}
      ${pair(html`<i class="phase held"></i>`, '挂起', 'on hold')}
      ${pair(html`<i class="phase done"></i>`, '已完成', 'done')} ${pair(html`<b>┃</b>`, '到场时限', 'due on site')}
      ${pair(html`<b class="kept">✓</b>`, '按时到场', 'there in time')}
      ${pair(html`<b class="missed">✗</b>`, '超时', 'late')}
      ${axis.breaks.length === 0 ? '' : pair(html`<b>⋯</b>`, '略去无事的时间', 'quiet time left out')}
    </p>
    ${left === 0 ? '' : html`<p class="note">${more}</p>`}`
}

/** Local time above, and where a quiet stretch is left out. */
export function timeScale({ ticks, breaks, fromX, toX }: Axis, height: number) {
  return html`${ticks.map(
      ({ x, time, day }) =>
        html`<line class="grid" x1="${round(x)}" x2="${round(x)}" y1="28" y2="${height}" />
          <text class="soft" x="${round(x)}" y="24">${time}</text>
          ${day === null ? '' : html`<text class="day" x="${round(x)}" y="11">${day}</text>`}`,
    )}
    ${breaks.map(
      ({ x, forMs }) =>
        html`<rect class="break" x="${round(x - 9)}" y="28" width="18" height="${height - 28}">
            <title>${spanInChinese(forMs)}无事 / nothing for ${spellSpan(forMs)}</title>
          </rect>
          <text class="soft" x="${round(x)}" y="40" text-anchor="middle">⋯</text>`,
    )} <line class="grid" x1="${fromX}" x2="${toX}" y1="28" y2="28" />`
}
