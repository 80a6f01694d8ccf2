import { html } from 'hono/html'
import type { SeenTicket } from '../../facts.ts'
import type { Line } from '../../lines.ts'
import type { LocalTime } from '../../local-time.ts'
import type { Played } from '../../play.ts'
import { foldLines, limitTold } from '../fold.ts'
import { againCommand, grouped, hasShownNothing, SHOWED_NOTHING, spellPlace } from '../outcome.ts'
import { both, FROM_NAMES, lineInChinese } from './words.ts'

const LINES_MAX = 300

/** What was expected, as it was written, and what happened. */
export function verdictsList(played: Played) {
  const again = html`<p class="again">
    ${both(`种子 ${played.seed}，重新运行：`, `Seed ${played.seed}; to run it again:`)}
    <code>${againCommand(played)}</code>
  </p>`
  const listed = played.verdicts.map(({ met, happened, inChinese, expectation: { text, place } }) =>
    verdict(met, text, both(inChinese, happened), spellPlace(place)),
  )
  const nothing = both('没有一项期望要求发生什么，所以这次运行什么也证明不了', SHOWED_NOTHING)
  if (hasShownNothing(played)) listed.push(verdict(false, 'expect', nothing, played.scenario.file))
  return html`<ul class="verdicts">
      ${listed}
    </ul>
    ${again}`
}

const verdict = (met: boolean, text: string, happened: ReturnType<typeof html>, place: string) =>
  html`<li class="${met ? 'kept' : 'missed'}">
    <b class="mark">${met ? '✓' : '✗'}</b>
    <div>
      <code>${text}</code>
      <p>${met ? both('达到', 'met') : both('未达到', 'not met')}：${happened}</p>
      <p class="soft">${place}</p>
    </div>
  </li>`

/** The timeline to read: alike lines are counted, and of a huge run the middle is left out. */
export function linesTable({ lines, scenario, tickets }: Played, time: LocalTime) {
  const byId = new Map(tickets.map((ticket) => [ticket.id, ticket]))
  let today = ''
  const dayOf = (atMs: number) => {
    const [date = ''] = time.spell(atMs).split(' ')
    const changed = date !== today
    today = date
    return changed
      ? html`<tr class="day">
          <th colspan="3" scope="rowgroup">${date}</th>
        </tr>`
      : ''
  }
  return html`<table class="lines">
    <thead>
      <tr>
        <th scope="col">${both('时间', 'time')}</th>
        <th scope="col">${both('来自', 'from')}</th>
        <th scope="col">${both('发生', 'what happened')}</th>
      </tr>
    </thead>
    <tbody>
      ${limitTold(foldLines(lines, scenario), LINES_MAX).map((told) => {
        if ('line' in told) return html`${dayOf(told.line.atMs)}${lineRow(told.line, byId, time)}`
        return html`<tr class="more">
          <td colspan="3">
            …
            ${
              'alike' in told
                ? both(`另有类似的 ${grouped(told.alike)} 行`, `${grouped(told.alike)} more like it`)
                : both(`此处略去 ${grouped(told.left)} 行`, `${grouped(told.left)} lines left out`)
            }
          </td>
        </tr>`
      })}
    </tbody>
  </table>`
}

const lineRow = ({ atMs, from, text, fact }: Line, tickets: ReadonlyMap<string, SeenTicket>, time: LocalTime) =>
  html`<tr>
    <td class="time">${time.spell(atMs).slice(11, 19)}</td>
    <td class="from ${from}">${both(FROM_NAMES[from], from)}</td>
    <td>${fact === null ? text : both(lineInChinese(fact, tickets), text)}</td>
  </tr>`
