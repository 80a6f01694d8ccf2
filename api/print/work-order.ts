import { html } from 'hono/html'
import { isWish } from '../../rules/jobs/appointment.ts'
import type { Decision, HistoryEntry, Intake, Photo, Ticket } from '../../rules/model.ts'
import type { DrawnSignature } from '../../rules/storage/signatures.ts'
import { costs } from './costs.ts'
import { yuan } from './money.ts'
import { cell, type Html, inBoth, moment, paragraphs, phone, type Reading, sheet, sentence } from './sheet.ts'
import { signatures } from './signatures.ts'
import { times } from './times.ts'
import {
  type Both,
  categoryWords,
  channelWords,
  DECISION_WORDS,
  KIND_WORDS,
  PRIORITY_FORM_WORDS,
  SIZE_WORDS,
  STATE_WORDS,
} from './words.ts'
import { photosOf, warranty, work } from './work-done.ts'

/** Everything that a work order shows. */
export interface WorkOrder {
  ticket: Ticket
  intakes: readonly Intake[]
  history: readonly HistoryEntry[]
  photos: readonly Photo[]
  signatures: readonly DrawnSignature[]
  /** Number of the ticket whose rework it is. */
  reworkOf: string | null
}

const COPIES: Both = {
  zh: '本单一式两联：第一联 管理处留存，第二联 报修部门留存。',
  en: 'Two copies: one for the management office (管理处), one for the department that reported (报修部门).',
}

/** 服务工作单 / 维修(服务)任务单. */
export function workOrder(order: WorkOrder, reading: Reading): Html {
  const { ticket } = order
  const title = { zh: '服务工作单', en: 'Work order' }
  const aside = { zh: `编号：${ticket.number}`, en: `No. ${ticket.number}` }
  return sheet(
    { title, aside, foot: [COPIES] },
    reading,
    html`<table class="form">
        <tbody>
          ${reported(order, reading)} ${promised(ticket, reading)}
        </tbody>
      </table>
      ${times(ticket, reading)} ${costs(ticket.job.costs)}
      <table class="form">
        <tbody>
          ${work(order, reading)}
        </tbody>
      </table>
      ${photosOf(order, reading)} ${signatures(ticket, order.signatures, reading)} ${warranty(order, reading)}`,
  )
}

function appointment({ appointmentAt }: Ticket, intake: Intake | undefined, reading: Reading): Html {
  if (appointmentAt !== null || !intake || !isWish(intake)) {
    return cell({ zh: '预约时间', en: 'Appointment' }, moment(appointmentAt, reading))
  }
  return cell({ zh: '希望上门时间', en: 'Wished, not agreed' }, moment(intake.appointmentAt, reading))
}

function reported({ ticket, intakes }: WorkOrder, reading: Reading): Html {
  const [intake] = intakes
  const { reporter, kind, size } = ticket
  const what = html`${intake && intake.text !== ticket.title.zh ? paragraphs(intake.text) : ''}
  ${ticket.description === intake?.text ? '' : paragraphs(ticket.description)}`
  const name = intake?.name || (reporter?.name ?? '')
  const number = intake?.phone || reporter?.phone
  const channel = intake?.channel ?? reporter?.channel
  const device = ticket.device === null ? '' : reading.device(ticket.device)
  return html`<tr>
      ${cell({ zh: '报修人', en: 'Reported by' }, name)}
      ${cell({ zh: '联系电话', en: 'Telephone' }, phone(number, reading))}
    </tr>
    <tr>
      ${cell({ zh: '楼栋房号', en: 'Household' }, intake?.household ?? '')}
      ${cell({ zh: '报修方式', en: 'Way' }, channel ? inBoth(channelWords(channel)) : '')}
    </tr>
    <tr>
      ${cell({ zh: '报修时间', en: 'Reported at' }, moment(ticket.openedAt, reading))}
      ${appointment(ticket, intake, reading)}
    </tr>
    <tr>
      ${cell({ zh: '维修地点', en: 'Place' }, intake?.location || ticket.location)}
      ${cell({ zh: '设备', en: 'Device' }, device)}
    </tr>
    <tr>
      ${cell({ zh: '类别', en: 'Category' }, words(categoryWords(ticket.category), KIND_WORDS[kind]))}
      ${cell(
        { zh: '级别', en: 'Priority' },
        words(PRIORITY_FORM_WORDS[ticket.priority], ...(size === null ? [] : [SIZE_WORDS[size]])),
      )}
    </tr>
    <tr class="tall">
      ${cell(
        { zh: '报修内容', en: 'What was reported' },
        html`<p><b>${inBoth(ticket.title)}</b></p>
          ${what}`,
        3,
      )}
    </tr>`
}

const words = (...all: readonly Both[]): Html =>
  inBoth({ zh: all.map(({ zh }) => zh).join(' / '), en: all.map(({ en }) => en).join(' / ') })

const decisionOf = ({ state, by, at, note }: Decision, reading: Reading): Html =>
  html`${inBoth(DECISION_WORDS[state])} ${sentence(by && reading.responder(by), moment(at, reading), note)}`

function promised({ job, assignee, state }: Ticket, reading: Reading): Html {
  const { charge, approval } = job
  const price = charge.quotedFen === null ? '' : `¥ ${yuan(charge.quotedFen)}`
  const agreed = charge.agreed === null ? '' : sentence(charge.agreed.name, moment(charge.agreed.at, reading))
  const free = inBoth({ zh: '免费', en: 'free' })
  const decided = approval && decisionOf(approval, reading)
  return html`<tr>
      ${cell({ zh: '费用报价', en: 'Price told' }, charge.paid || price !== '' ? price : free)}
      ${cell({ zh: '客户同意', en: 'Agreed by' }, charge.paid || agreed !== '' ? agreed : '—')}
    </tr>
    <tr>
      ${cell({ zh: '上级审批', en: 'Approved by' }, decided)}
      ${cell(
        { zh: '维修人员', en: 'Assigned to' },
        assignee === null
          ? ''
          : html`${sentence(reading.responder(assignee))} <span class="state">${inBoth(STATE_WORDS[state])}</span>`,
      )}
    </tr>`
}
