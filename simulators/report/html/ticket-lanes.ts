import { html } from 'hono/html'
import type { SeenTicket } from '../../facts.ts'
import type { Played } from '../../play.ts'
import { endOf, isLate } from '../clocks.ts'
import { type Axis, round } from './axis.ts'

/** How a ticket is drawn after each turn; once it is closed or cancelled it is not drawn any more. */
const PHASES: Readonly<Record<string, string>> = {
  opened: 'waiting',
  declined: 'waiting',
  assigned: 'waiting',
  accepted: 'coming',
  en_route: 'coming',
  on_site: 'there',
  on_hold: 'held',
  completed: 'done',
  signed_off: 'done',
}

/** A ticket from its opening to its end, and whether somebody was there in time. */
export function ticketLane(ticket: SeenTicket, played: Played, y: number, axis: Axis) {
  const turns = played.facts.filter(
    ({ about, of, what }) => about === 'ticket' && of === ticket.id && what !== 'joined',
  )
  const arrive = ticket.clocks.find(({ milestone, party }) => milestone === 'arrive' && party === 'property')
  const name = `${ticket.number.replace(/^\d{4}(?=\d{4}-)/, '')} ${ticket.device ?? ticket.location}`
  return html`<text class="ticket" x="0" y="${y + 4}"
      ><title>${ticket.number} ${ticket.location}</title>${name.length > 26 ? `${name.slice(0, 25)}…` : name}</text
    >
    ${turns.map(({ what, atMs }, at) => {
      const phase = PHASES[what]
      if (phase === undefined) return ''
      const [from, to] = [axis.x(atMs), axis.x(turns[at + 1]?.atMs ?? endOf(played))]
      return html`<rect
        class="phase ${phase}"
        x="${round(from)}"
        y="${y - 5}"
        width="${round(Math.max(0.5, to - from))}"
        height="10"
      />`
    })}
    ${arrive === undefined ? '' : arrival(arrive, y, axis)}`
}

function arrival({ state, dueAt, metAt }: SeenTicket['clocks'][number], y: number, axis: Axis) {
  const dueX = axis.x(Date.parse(dueAt))
  const late = isLate({ state })
  const [kind, mark] = late ? ['missed', '✗'] : ['kept', '✓']
  const at = round(metAt === null ? dueX + 7 : axis.x(Date.parse(metAt)))
  const isSettled = state === 'met' || late
  const glyph = isSettled
    ? html`<text class="glyph ${kind}" x="${at}" y="${y + 5}" text-anchor="middle">${mark}</text>`
    : ''
  return html`<line class="due" x1="${round(dueX)}" x2="${round(dueX)}" y1="${y - 9}" y2="${y + 9}" />${glyph}`
}
