import { html } from 'hono/html'
import type { HistoryEntry } from '../../rules/model.ts'
import { cell, type Html, inBoth, moment, paragraphs, type Reading, sentence } from './sheet.ts'
import { ARRIVAL_WORDS, type Both, DECISION_WORDS, PHOTO_WORDS } from './words.ts'
import type { WorkOrder } from './work-order.ts'

/** What was done at the door, and what stood in its way. */
export function work({ ticket, history }: WorkOrder, reading: Reading): Html {
  const { job, reached } = ticket
  const { arrival } = job
  const holds = history.filter(({ action }) => action === 'hold' || action === 'resume')
  const how =
    arrival &&
    html`${inBoth(ARRIVAL_WORDS[arrival.way])} ${sentence(moment(arrival.at, reading), reading.responder(arrival.by))}`
  const consents = job.consents.map(
    ({ what, state, by, at }) =>
      html`<p>
        ${sentence(what)}：${inBoth(DECISION_WORDS[state])}
        ${sentence(by && reading.responder(by), moment(at, reading))}
      </p>`,
  )
  // Once the work is done nobody is asked for it any more.
  const noConsent = job.completedAt === null ? null : '—'
  return html`<tr>
      ${cell({ zh: '到场方式', en: 'Arrival' }, how)}
      ${cell({ zh: '初步处理', en: 'First handling' }, moment(reached.first_handling, reading))}
    </tr>
    ${lines({ zh: '中断及原因', en: 'Held, and why' }, holds, (each) => holdLine(each, reading))}
    ${lines(
      { zh: '延误说明', en: 'Why late, as told' },
      job.explanations,
      ({ at, reason, plan, way }) => html`<p>${sentence(moment(at, reading), reason, plan, `(${way})`)}</p>`,
    )}
    <tr>
      ${cell(CONSENT, consents.length === 0 ? noConsent : html`${consents}`, 3)}
    </tr>
    <tr class="tall">
      ${cell({ zh: '故障原因', en: 'Cause' }, job.cause && paragraphs(job.cause), 3)}
    </tr>
    <tr class="tall">
      ${cell({ zh: '处理措施', en: 'Measure taken' }, job.measure && paragraphs(job.measure), 3)}
    </tr>`
}

const CONSENT: Both = { zh: '超范围作业同意', en: "Department head's consent" }

/** A row where there is something to say. */
const lines = <T>(label: Both, all: readonly T[], line: (each: T) => Html): Html | '' =>
  all.length === 0
    ? ''
    : html`<tr>
        ${cell(label, html`${all.map(line)}`, 3)}
      </tr>`

const holdLine = ({ at, action, note }: HistoryEntry, reading: Reading): Html =>
  html`<p>
    ${moment(at, reading)}
    ${action === 'hold' ? inBoth({ zh: '中断', en: 'held' }) : inBoth({ zh: '恢复', en: 'resumed' })} ${sentence(note)}
  </p>`

export function photosOf({ ticket, photos }: WorkOrder, reading: Reading): Html | '' {
  if (photos.length === 0) return ''
  return html`<section class="photos">
    ${photos.map(
      ({ id, kind, caption, at }) =>
        html`<figure>
          <img src="/api/v1/tickets/${ticket.id}/photos/${id}" alt="${PHOTO_WORDS[kind].zh}" loading="eager" />
          <figcaption>${inBoth(PHOTO_WORDS[kind])} ${sentence(moment(at, reading), caption)}</figcaption>
        </figure>`,
    )}
  </section>`
}

/** Whose rework it is, and how long rework of it is free. */
export function warranty({ ticket, reworkOf }: WorkOrder, reading: Reading): Html {
  const { completedAt, warrantyUntil } = ticket.job
  const until =
    warrantyUntil === null
      ? { zh: '本次维修如需返修，免费处理。', en: 'Rework of this repair is free.' }
      : {
          zh: `保修至 ${moment(warrantyUntil, reading)}：期内同一问题免费返修。`,
          en: `Warranty until ${moment(warrantyUntil, reading)}: rework of the same fault is free until then.`,
        }
  return html`<section class="notes">
    ${reworkOf === null ? '' : html`<p>${inBoth(reworkFrom(reworkOf))}</p>`}
    ${completedAt === null ? '' : html`<p>${inBoth(until)}</p>`}
  </section>`
}

const reworkFrom = (number: string): Both => ({
  zh: `返修单，原单号 ${number}，免费。`,
  en: `Rework of ${number}, free of charge.`,
})
