import { html } from 'hono/html'
import { FIRM_ARRIVED, MILESTONES, type Ticket, type TicketClock } from '../../rules/model.ts'
import { MILESTONE_WORDS } from '../../rules/notify/templates.ts'
import { given, type Html, inBoth, moment, type Reading } from './sheet.ts'
import { type Both, CLOCK_WORDS, EARLY_WORDS } from './words.ts'

/** Every milestone with its due time and whether that was kept. */
export function times(ticket: Ticket, reading: Reading): Html {
  const { clocks, reached } = ticket
  const unclocked = MILESTONES.filter((name) => !clocks.some((clock) => clock.milestone === name))
  const reachedAlone = unclocked.flatMap((name) => {
    const at = reached[name]
    return at === undefined ? [] : [timeRow(MILESTONE_WORDS[name], '', at, null, reading)]
  })
  const isFirmClocked = clocks.some(({ party }) => party === 'maintenance_firm')
  const firmAt = isFirmClocked ? undefined : reached[FIRM_ARRIVED]
  const firm = firmAt === undefined ? '' : timeRow(FIRM, '', firmAt, null, reading)
  return html`<table class="form times">
    <thead>
      <tr>
        <th>${inBoth({ zh: '环节', en: 'Milestone' })}</th>
        <th>${inBoth({ zh: '时限', en: 'Due' })}</th>
        <th>${inBoth({ zh: '实际时间', en: 'Reached' })}</th>
        <th>${inBoth({ zh: '是否按时', en: 'On time' })}</th>
      </tr>
    </thead>
    <tbody>
      ${clocks.map((clock) => clockRow(clock, reading))} ${reachedAlone} ${firm}
      ${clocks.length + reachedAlone.length > 0 ? '' : timeRow(ARRIVE, '', null, null, reading)}
    </tbody>
  </table>`
}

const FIRM: Both = { zh: '维保单位到场', en: 'maintenance firm there' }
const ARRIVE: Both = { zh: '到场', en: 'arrival' }

function clockRow({ milestone, party, dueAt, metAt, state, early }: TicketClock, reading: Reading): Html {
  const name = MILESTONE_WORDS[milestone]
  const whose = party === 'property' ? name : { zh: `${name.zh}（维保单位）`, en: `${name.en} (maintenance firm)` }
  return timeRow(whose, moment(dueAt, reading), metAt, early ? EARLY_WORDS : CLOCK_WORDS[state], reading)
}

const timeRow = (name: Both, due: string, at: number | null, mark: Both | null, reading: Reading): Html =>
  html`<tr>
    <td>${inBoth(name)}</td>
    <td>${due === '' ? '—' : due}</td>
    <td>${given(moment(at, reading))}</td>
    <td>${mark === null ? '' : inBoth(mark)}</td>
  </tr>`
