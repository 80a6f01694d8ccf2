import type { AuditRow } from '../storage/audit.ts'
import type { Row } from '../storage/schema.ts'
import type { Fault } from './chain.ts'
import { type Pairs, parsed, toldOtherwise } from './tickets.ts'

/** What the audit chain says of answers to surveys: all of each. */
export interface AnswerTold extends Pick<Row<'survey_answers'>, 'ticket' | 'household' | 'reason' | 'way'> {
  /** Its id. */
  answer: string
  grades: readonly number[]
}

/** `null`: the row is about something else. */
export function answerTold({ action, detail }: AuditRow): AnswerTold | null {
  if (action !== 'answer_survey') return null
  const told = parsed(detail) as Partial<AnswerTold> | null
  return typeof told?.answer === 'string' ? (told as AnswerTold) : null
}

/** An answer and the row of the chain that tells of it. */
export function compareAnswer(row: Row<'survey_answers'> | undefined, chain: AuditRow, told: AnswerTold): Fault[] {
  if (row === undefined) return [fault(told.answer, 'removed', `row ${chain.id} of the audit chain tells of it`)]
  const pairs: Pairs = {
    survey: [row.survey, chain.subject],
    at: [row.at, chain.at],
    by: [row.by, chain.by],
    ticket: [row.ticket, told.ticket],
    household: [row.household, told.household],
    grades: [row.grades, JSON.stringify(told.grades)],
    reason: [row.reason, told.reason],
    way: [row.way, told.way],
  }
  return toldOtherwise(pairs, chain).map((message) => fault(row.id, 'changed', message))
}

/** Answers that the chain does not tell of, unless they are older than the first one that it does. */
export function untold(rows: readonly Pick<Row<'survey_answers'>, 'id' | 'survey'>[], told: ReadonlySet<string>) {
  const [first] = told
  const isYounger = ({ id, survey }: (typeof rows)[number]) => first !== undefined && (id > first || survey > first)
  const found = rows.filter((row) => !told.has(row.id) && isYounger(row))
  return found.map(({ id }) => fault(id, 'inserted', 'the audit chain does not tell of it'))
}

const fault = (row: string, what: Fault['what'], message: string): Fault => ({
  ...{ table: 'survey_answers', row, what, message },
})
