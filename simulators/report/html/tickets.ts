import { html } from 'hono/html'
import { MINUTE_MS } from '../../../rules/model.ts'
import type { SeenTicket } from '../../facts.ts'
import type { LocalTime } from '../../local-time.ts'
import type { Played } from '../../play.ts'
import { type ClockSpan, clockSpans, endOf, isLate, ticketsToShow } from '../clocks.ts'
import { grouped } from '../outcome.ts'
import { both, CLOCK_STATE_NAMES, clockBoth, MILESTONE_NAMES, PARTY_NAMES, TICKET_STATE_NAMES } from './words.ts'

const TICKETS_MAX = 30

/** Each ticket's clocks as bars against their due times. */
export function ticketCards(played: Played, time: LocalTime) {
  const { shown, left, late } = ticketsToShow(played.tickets, TICKETS_MAX)
  const lateLeft = Math.max(0, late - shown.length)
  if (shown.length === 0) return html`<p class="note">${both('没有开出工单。', 'No ticket was opened.')}</p>`
  return html`<div class="cards">${shown.map((ticket) => card(ticket, endOf(played), time))}</div>
    ${
      left === 0
        ? ''
        : html`<p class="note">
            ${both(
              `另有 ${grouped(left)} 张工单未列出，其中超时 ${grouped(lateLeft)} 张。`,
              `${grouped(left)} more tickets are not shown, ${grouped(lateLeft)} of them late.`,
            )}
          </p>`
    }`
}

function card(ticket: SeenTicket, endMs: number, time: LocalTime) {
  const { number, device, location, titles, openedAt, state } = ticket
  const spans = clockSpans(ticket, endMs)
  return html`<article class="card ${spans.some(isLate) ? 'missed' : ''}">
    <h4>${number} ${both(titles.zh, titles.en)}</h4>
    <p class="soft">${[device, location].filter((text) => text !== null && text !== '').join(' · ')}</p>
    <p class="soft">
      ${time.spell(Date.parse(openedAt)).slice(0, 19)}
      ${both(`开单，${TICKET_STATE_NAMES[state]}`, `opened, ${state.replaceAll('_', ' ')}`)}
    </p>
    ${spans.length === 0 ? both('没有时限', 'no clock') : spans.map(clockRow)}
  </article>`
}

const GLYPHS: Record<ClockSpan['state'], string> = {
  running: '…',
  met: '✓',
  breached: '✗',
  met_late: '✗',
  cancelled: '–',
}
/** Where a bar ends that is neither met late nor still running past its due time. */
const DUE_SHARE = 0.8
/** Nearer to the left than this the ten-minute mark could not be told from the opening. */
const TEN_MIN_SHARE = 0.05

function clockRow(span: ClockSpan) {
  const { milestone, party, state, withinMs, elapsedMs } = span
  const longestMs = Math.max(withinMs / DUE_SHARE, (elapsedMs ?? 0) * 1.02, 1)
  const percent = (ms: number) => `${((Math.max(0, ms) / longestMs) * 100).toFixed(1)}%`
  const ten = (10 * MINUTE_MS) / longestMs
  const kind = isLate(span) ? 'missed' : state === 'met' ? 'kept' : 'open'
  const whose = party === 'property' ? null : PARTY_NAMES[party]
  const words = clockBoth(span)
  return html`<div class="clock ${kind}">
    <span class="name"
      >${both(
        `${MILESTONE_NAMES[milestone]}${whose === null ? '' : `（${whose.zh}）`}`,
        `${milestone.replaceAll('_', ' ')}${whose === null ? '' : ` (${whose.en})`}`,
      )}</span
    >
    <span class="state"><b>${GLYPHS[state]}</b> ${both(CLOCK_STATE_NAMES[state], state.replaceAll('_', ' '))}</span>
    <span class="track">
      <i class="bar" style="width:${percent(Math.min(elapsedMs ?? 0, withinMs))}"></i>
      ${
        elapsedMs !== null && elapsedMs > withinMs
          ? html`<i class="bar over" style="left:${percent(withinMs)};width:${percent(elapsedMs - withinMs)}"></i>`
          : ''
      }
      ${
        ten > TEN_MIN_SHARE && ten < 1
          ? html`<i class="ten" style="left:${(ten * 100).toFixed(1)}%" title="十分钟 / ten minutes"></i>`
          : ''
      }
      <i class="due" style="left:${percent(withinMs)}" title="到期 / due"></i>
    </span>
    <span class="words">${both(words.zh, words.en)}</span>
  </div>`
}
