import { html } from 'hono/html'
import { wallTime } from '../../rules/calendar/zone.ts'
import type { Intake, Site, Ticket } from '../../rules/model.ts'
import { both, callInstead, layout } from './resident-page.ts'

/** How far a report is, in a resident's words; of nobody but himself and, by first name, of who comes. */

type Words = readonly [zh: string, en: string]

const STEPS: readonly Words[] = [
  ['已受理', 'Received'],
  ['已派单', 'Somebody is assigned'],
  ['已接单', 'The job is accepted'],
  ['已到场', 'Somebody is there'],
  ['已完成', 'The work is done'],
  ['已验收', 'The work is signed for'],
]

/** How many of the steps are behind it. */
const REACHED: Record<Exclude<Ticket['state'], 'cancelled'>, number> = {
  ...{ pending_dispatch: 0, assigned: 1, accepted: 2, en_route: 2, on_site: 3, on_hold: 3 },
  ...{ completed: 4, signed_off: 5, closed: 5 },
}

const ALSO: Partial<Record<Ticket['state'], Words>> = {
  en_route: ['维修人员正在路上。', 'Somebody is on the way.'],
  on_hold: ['已到场检查，工作暂停，稍后继续。', 'It was looked at; the work pauses and will go on.'],
  cancelled: [
    '此报修已取消，如仍有问题请重新报修或致电。',
    'This report was cancelled; if something is wrong, report anew.',
  ],
}

export interface Standing {
  intake: Intake
  ticket: Ticket
  site: Site
  /** The name of who was sent, where he is one of the property's. */
  assignee: string | null
}

export function statePage({ intake, ticket, site, assignee }: Standing) {
  const { state, reached, signature } = ticket
  const at = [intake.receivedAt, reached.dispatch, reached.accept, reached.arrive, reached.complete, signature?.at]
  const current = state === 'cancelled' ? null : REACHED[state]
  const also = ALSO[state]
  return layout(
    ['报修进度', 'How it goes'],
    html`<h1>${both(['报修进度', 'How it goes'])}</h1>
      <dl>
        <dt>${both(['编号', 'Number'])}</dt>
        <dd>${intake.number}</dd>
        ${visit(intake, ticket, site)}
        ${
          current === null || current === 0
            ? ''
            : html`<dt>${both(['维修人员', 'Who comes'])}</dt>
                <dd>${both(calledName(assignee))}</dd>`
        }
      </dl>
      ${also === undefined ? '' : html`<p class="said" role="status">${both(also)}</p>`}
      ${current === null ? '' : steps(current, at, site)} ${callInstead(site)}`,
  )
}

/** What was agreed, else what he wishes as long as nobody is there. */
function visit({ appointmentAt: wished }: Intake, { appointmentAt: agreed, reached }: Ticket, site: Site) {
  const at = agreed ?? (reached.arrive === undefined ? wished : null)
  if (at === null) return ''
  const words: Words =
    agreed === null ? ['希望上门时间（待确认）', 'Wished, not agreed yet'] : ['上门时间', 'Appointment']
  return html`<dt>${both(words)}</dt>
    <dd>${shown(at, site)}</dd>`
}

function steps(current: number, at: readonly (number | undefined)[], site: Site) {
  const timeOf = (index: number) => {
    const reachedAt = at[index]
    return index > current || reachedAt === undefined ? '' : html` <time>${shown(reachedAt, site)}</time>`
  }
  const item = (words: Words, index: number) => {
    const content = html`${both(words)}${timeOf(index)}`
    if (index === current) return html`<li aria-current="step">${content}</li>`
    return index < current ? html`<li class="done">${content}</li>` : html`<li>${content}</li>`
  }
  return html`<ol class="steps">
    ${STEPS.map(item)}
  </ol>`
}

/** A family name and 师傅, a first name, or only what he is: residents need no more to open the door. */
export function calledName(name: string | null): Words {
  const only: Words = ['维修人员', 'a repairer']
  if (name === null) return only
  if (/^\p{Script=Han}{2,3}$/u.test(name)) return [`${[...name][0]!}师傅`, `${[...name][0]!}, a repairer`]
  const first = /^\p{Script=Latin}+(?= |$)/u.exec(name)?.[0]
  return first === undefined ? only : [first, first]
}

export function askPage(site: Site, typed: { number: string; code: string }, isWrong: boolean) {
  const wrong = both(['编号或查询码不对。', 'The number or the code is not right.'])
  return layout(
    ['查询报修进度', 'Ask how a report goes'],
    html`<h1>${both(['查询报修进度', 'Ask how a report goes'])}</h1>
      ${isWrong ? html`<p class="said wrong" role="alert">${wrong}</p>` : ''}
      <form method="get" action="/report/${site.id}/state">
        <label
          ><span class="label">${both(['编号', 'Number'])}</span
          ><input name="number" value="${typed.number}" maxlength="20" required
        /></label>
        <label
          ><span class="label">${both(['查询码', 'Code'])}</span
          ><input name="code" value="" maxlength="20" autocomplete="off" required
        /></label>
        <button>${both(['查询', 'Ask'])}</button>
      </form>
      ${callInstead(site)}
      <p><a href="/report/${site.id}">${both(['报修', 'Report a fault'])}</a></p>`,
  )
}

const shown = (at: number, { timezone }: Site) =>
  new Date(wallTime(timezone, at)).toISOString().slice(0, 16).replace('T', ' ')
