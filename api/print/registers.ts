import { html } from 'hono/html'
import { isWish } from '../../rules/jobs/appointment.ts'
import { type FollowUp, type Intake, RESIDENT_NAME, type Ticket } from '../../rules/model.ts'
import { totalFen } from '../../rules/jobs/costs.ts'
import type { Period } from '../../rules/reports/load.ts'
import { yuan } from './money.ts'
import { type Column, type Html, inBoth, moment, phone, type Reading, register, sheet } from './sheet.ts'
import {
  type Both,
  categoryWords,
  CHANNEL_WORDS,
  FAULT_WORDS,
  FOLLOW_UP_WORDS,
  GRADE_WORDS,
  SIZE_WORDS,
  STATE_WORDS,
  WAY_WORDS,
} from './words.ts'

/** The rows of a page, and whether there were more than it holds. */
export interface Rows<T> {
  rows: readonly T[]
  cut: boolean
}

export const ROWS_MAX = 2_000

const CUT: Both = {
  zh: `本页最多 ${ROWS_MAX} 行，更早的记录未列出：请缩短起止时间。`,
  en: `At most ${ROWS_MAX} rows a page, and earlier ones are left out: ask for a shorter period.`,
}

const notes = ({ cut }: Rows<unknown>, ...own: readonly Both[]) => [...(cut ? [CUT] : []), ...own]

function periodOf({ from, to }: Period, reading: Reading): Both {
  const [first, last] = [moment(from, reading), moment(to, reading)]
  return { zh: `${first} 至 ${last}`, en: `${first} to ${last}` }
}

/** 报修登记表: a ticket may have several, `states` are those of their tickets. */
export function intakeRegister(
  page: Rows<Intake> & { tickets: ReadonlyMap<string, Pick<Ticket, 'number' | 'state'>> },
  period: Period,
  reading: Reading,
): Html {
  const columns: Column<Intake>[] = [
    { head: { zh: '登记号', en: 'Number' }, value: ({ number }) => number, kind: 'time' },
    { head: { zh: '报修时间', en: 'Received' }, value: (each) => moment(each.receivedAt, reading), kind: 'time' },
    { head: { zh: '报修人', en: 'Who' }, value: ({ name }) => name },
    { head: { zh: '楼栋房号', en: 'Household' }, value: ({ household, location }) => household || location },
    { head: { zh: '联系电话', en: 'Telephone' }, value: (each) => phone(each.phone, reading), kind: 'time' },
    { head: { zh: '方式', en: 'Way' }, value: ({ channel }) => inBoth(CHANNEL_WORDS[channel]), kind: 'narrow' },
    {
      head: { zh: '报修内容', en: 'What' },
      value: ({ text, category }) => text || inBoth(categoryWords(category)),
      kind: 'long',
    },
    { head: { zh: '大小修', en: 'Size' }, value: ({ size }) => size && inBoth(SIZE_WORDS[size]), kind: 'narrow' },
    { head: { zh: '收费', en: 'Paid' }, value: ({ paid }) => inBoth(paid ? PAID : FREE), kind: 'narrow' },
    {
      head: { zh: '预约时间', en: 'Appointment' },
      value: (each) => html`${moment(each.appointmentAt, reading)}${isWish(each) ? inBoth(WISHED) : ''}`,
      kind: 'time',
    },
    {
      head: { zh: '工单号', en: 'Ticket' },
      value: ({ ticket }) => page.tickets.get(ticket)?.number ?? '',
      kind: 'time',
    },
    { head: { zh: '登记人', en: 'Taken by' }, value: ({ takenBy }) => takenBy ?? inBoth(RESIDENT) },
    { head: { zh: '状态', en: 'State' }, value: ({ ticket }) => stateOf(page.tickets.get(ticket)), kind: 'narrow' },
  ]
  const title = { zh: '报修登记表', en: 'Register of reports' }
  const about = { title, aside: periodOf(period, reading), wide: true, foot: notes(page) }
  return sheet(about, reading, register(columns, page.rows))
}

const PAID: Both = { zh: '有偿', en: 'paid' }
const FREE: Both = { zh: '免费', en: 'free' }
const WISHED: Both = { zh: '（希望）', en: '(wished)' }
const RESIDENT: Both = { zh: '本人', en: 'resident' }

const stateOf = (ticket: Pick<Ticket, 'state'> | undefined) => (ticket ? inBoth(STATE_WORDS[ticket.state]) : null)

/** 维修登记表: one row a ticket. */
export function repairRegister(page: Rows<Ticket>, period: Period, reading: Reading): Html {
  const materials = ({ job }: Ticket) => job.costs.filter(({ kind }) => kind === 'material')
  const columns: Column<Ticket>[] = [
    { head: { zh: '工单号', en: 'Ticket' }, value: ({ number }) => number, kind: 'time' },
    { head: { zh: '维修内容、地点', en: 'What, where' }, value: whatOf, kind: 'long' },
    { head: { zh: '报修时间', en: 'Reported' }, value: (each) => moment(each.openedAt, reading), kind: 'time' },
    { head: { zh: '到场时间', en: 'Arrived' }, value: (each) => moment(each.reached.arrive, reading), kind: 'time' },
    { head: { zh: '完工时间', en: 'Completed' }, value: (each) => moment(each.job.completedAt, reading), kind: 'time' },
    { head: { zh: '故障原因', en: 'Cause' }, value: ({ job }) => job.cause, kind: 'long' },
    { head: { zh: '处理措施', en: 'Measure' }, value: ({ job }) => job.measure, kind: 'long' },
    {
      head: { zh: '材料费（元）', en: 'Materials' },
      value: (each) => yuanOf(totalFen(materials(each))),
      kind: 'number',
    },
    { head: { zh: '维修人员', en: 'Who' }, value: ({ assignee }) => assignee && reading.responder(assignee) },
    { head: { zh: '验收签字', en: 'Signed by' }, value: signedBy },
    { head: { zh: '按时', en: 'On time' }, value: onTime, kind: 'narrow' },
    { head: { zh: '状态', en: 'State' }, value: stateOf, kind: 'narrow' },
  ]
  const title = { zh: '维修登记表', en: 'Register of repairs' }
  const foot = notes(page, {
    zh: '按报修时间；投诉不在此表。“按时”指各项时限均按时达到。',
    en: 'By the time of the report, without complaints. On time: every one of its clocks was met.',
  })
  return sheet({ title, aside: periodOf(period, reading), wide: true, foot }, reading, register(columns, page.rows))
}

const yuanOf = (fen: number) => (fen === 0 ? '' : yuan(fen))

const whatOf = ({ title, location }: Ticket): Html => {
  const place = location === '' || title.zh.includes(location) ? '' : ` · ${location}`
  return inBoth({ zh: title.zh + place, en: title.en === title.zh ? title.zh + place : title.en })
}

const signedBy = ({ job, signature }: Ticket): string => {
  const names = job.signatures.map(({ name }) => name)
  return names.length > 0 ? [...new Set(names)].join('、') : (signature?.name ?? '')
}

/** Of the property's clocks; nothing while one runs and none was missed. */
function onTime({ clocks }: Ticket): Html | null {
  const own = clocks.filter(({ party, state }) => party === 'property' && state !== 'cancelled')
  if (own.some(({ state, early }) => early || state === 'breached' || state === 'met_late')) return inBoth(NO)
  return own.length > 0 && own.every(({ state }) => state === 'met') ? inBoth(YES) : null
}

const YES: Both = { zh: '√ 是', en: 'yes' }
const NO: Both = { zh: '× 否', en: 'no' }

/** A follow-up with what it is about. */
export interface FollowedUp {
  followUp: FollowUp
  ticket: Pick<Ticket, 'number' | 'title'>
  household: string
  phone: string
}

/** 回访记录表. `aside`: the period, or the ticket. */
export function followUpRegister(
  page: Rows<FollowedUp> & { numbers: ReadonlyMap<string, string> },
  aside: Both | Period,
  reading: Reading,
): Html {
  const columns: Column<FollowedUp>[] = [
    { head: { zh: '工单号', en: 'Ticket' }, value: ({ ticket }) => ticket.number, kind: 'time' },
    { head: { zh: '维修内容', en: 'Work' }, value: ({ ticket }) => inBoth(ticket.title), kind: 'long' },
    { head: { zh: '住户', en: 'Household' }, value: ({ household }) => household },
    { head: { zh: '联系电话', en: 'Telephone' }, value: (each) => phone(each.phone, reading), kind: 'time' },
    { head: { zh: '应回访时间', en: 'Due' }, value: (each) => dueOf(each.followUp, reading), kind: 'time' },
    {
      head: { zh: '回访时间', en: 'Asked' },
      value: ({ followUp }) => moment(followUp.answer?.at, reading),
      kind: 'time',
    },
    { head: { zh: '回访人', en: 'By' }, value: ({ followUp }) => askerOf(followUp) },
    { head: { zh: '方式', en: 'Way' }, value: ({ followUp }) => wayOf(followUp), kind: 'narrow' },
    { head: { zh: '评价', en: 'Grade' }, value: ({ followUp }) => gradeOf(followUp), kind: 'narrow' },
    { head: { zh: '原因、意见', en: 'Reason' }, value: ({ followUp }) => followUp.answer?.reason ?? '', kind: 'long' },
    { head: { zh: '发现问题', en: 'Faults' }, value: ({ followUp }) => faultsOf(followUp) },
    {
      head: { zh: '处理结果', en: 'What came of it' },
      value: (each) => cameOf(each.followUp, page.numbers),
      kind: 'long',
    },
  ]
  const title = { zh: '回访记录表', en: 'Record of follow-ups' }
  const about = { title, aside: 'from' in aside ? periodOf(aside, reading) : aside, wide: true }
  const scale = {
    zh: '评价：5 很满意，4 满意，3 一般，2 不满意，1 很不满意。',
    en: 'Grades from 5, very satisfied, to 1.',
  }
  return sheet({ ...about, foot: notes(page, scale) }, reading, register(columns, page.rows))
}

const dueOf = ({ dueAt, state }: FollowUp, reading: Reading) =>
  dueAt === null ? inBoth(FOLLOW_UP_WORDS[state]) : moment(dueAt, reading)

/** Online nobody asks but the page. */
const askerOf = ({ answer }: FollowUp) =>
  answer?.by === RESIDENT_NAME ? inBoth({ zh: '住户自填', en: 'the resident himself' }) : (answer?.by ?? '')

const wayOf = ({ answer }: FollowUp) => answer && inBoth(WAY_WORDS[answer.way])

const gradeOf = ({ answer }: FollowUp) => {
  if (answer === null) return null
  const { zh, en } = GRADE_WORDS[answer.grade]
  return inBoth({ zh: `${answer.grade} ${zh}`, en })
}

const faultsOf = ({ answer }: FollowUp) => {
  const faults = (answer?.faults ?? []).map((fault) => FAULT_WORDS[fault])
  return inBoth({ zh: faults.map(({ zh }) => zh).join('、'), en: faults.map(({ en }) => en).join(', ') })
}

/** What a follow-up led to; before that, whom it did not reach. */
function cameOf({ answer, attempts, state }: FollowUp, numbers: ReadonlyMap<string, string>): Html {
  const [zh, en]: [string[], string[]] = [[], []]
  if (answer?.rework) {
    zh.push(`返修 ${numbers.get(answer.rework) ?? ''}`)
    en.push(`rework ${numbers.get(answer.rework) ?? ''}`)
  } else if (answer?.faults.includes('quality')) {
    zh.push('待约定返修')
    en.push('a rework to be agreed')
  }
  if (answer?.complaint) {
    zh.push(`转投诉 ${numbers.get(answer.complaint) ?? ''}`)
    en.push(`complaint ${numbers.get(answer.complaint) ?? ''}`)
  }
  if (answer?.apology) {
    zh.push('登门道歉')
    en.push('apology at the door')
  }
  if (answer === null && attempts.length > 0) {
    zh.push(`未联系上 ${attempts.length} 次`)
    en.push(`not reached ${attempts.length} times`)
  }
  if (state === 'dropped') {
    zh.push(FOLLOW_UP_WORDS.dropped.zh)
    en.push(FOLLOW_UP_WORDS.dropped.en)
  }
  return inBoth({ zh: zh.join('；'), en: en.join('; ') })
}
