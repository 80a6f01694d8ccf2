import {
  DAY_MS,
  type FollowUpWay,
  type Grade,
  type Principal,
  Refusal,
  type Survey,
  type SurveyAnswer,
  type Ticket,
} from '../model.ts'
import { mustSee } from '../rights.ts'
import { insertAudit } from '../storage/audit.ts'
import { intakesOf } from '../storage/intakes.ts'
import {
  answerOf,
  closeSurvey,
  completionSurvey,
  findSurvey,
  insertSurvey,
  insertSurveyAnswer,
} from '../storage/surveys.ts'
import { findTicket } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import { isOpen } from './open.ts'
import { newSurvey, PERIODIC_MS } from './new.ts'

/** Absent `from` is now, and `until` of a periodic one 14 days later. One after completion runs until it is closed. */
export type SurveyCommand =
  | ({ type: 'open_survey'; from?: number; until?: number } & Pick<Survey, 'site' | 'kind'> &
      Partial<Pick<Survey, 'title' | 'questions'>>)
  | { type: 'close_survey'; survey: string }
  | {
      type: 'answer_survey'
      survey: string
      /** Of one after completion: which job. */
      ticket: string | null
      household: string
      grades: readonly Grade[]
      reason: string
      way: FollowUpWay
    }

/** Further ahead a survey cannot begin, nor last. */
const AHEAD_MAX_MS = 400 * DAY_MS

export async function performSurveyCommand(
  work: Work,
  command: SurveyCommand,
  by: Principal,
): Promise<{ survey: Survey; surveyAnswer?: SurveyAnswer }> {
  if (command.type === 'open_survey') return { survey: await open(work, command, by) }
  const survey = await findSurvey(work.db, command.survey)
  if (survey === null) throw new Refusal('not_found', `survey ${command.survey} does not exist`)
  mustSee(by, survey.site, `survey ${survey.id}`)
  if (command.type === 'close_survey') return { survey: await close(work, survey, by) }
  return { survey, surveyAnswer: await answer(work, survey, command, by) }
}

type Of<T extends SurveyCommand['type']> = Extract<SurveyCommand, { type: T }>

async function open(work: Work, asked: Of<'open_survey'>, by: Principal): Promise<Survey> {
  const { site, kind, title, questions, from = work.now } = asked
  mustSee(by, site, `site ${site}`)
  if (!work.draft.site(site)) throw new Refusal('not_found', `site ${site} does not exist`)
  if (kind === 'completion') await mustBeOnlyOne(work, asked)
  const until = kind === 'completion' ? null : (asked.until ?? from + PERIODIC_MS)
  if (until !== null && until <= Math.max(from, work.now)) {
    throw new Refusal('invalid', '`until` must be after `from`, and in the future')
  }
  if (from > work.now + AHEAD_MAX_MS || (until !== null && until - from > AHEAD_MAX_MS)) {
    throw new Refusal('invalid', 'a survey begins within 400 days and lasts at most 400 days')
  }
  const survey = newSurvey(work, { site, kind, from, until }, by.name)
  const made = { ...survey, ...(title && { title }), ...(questions && { questions }) }
  await insertSurvey(work.db, made)
  await log(work, 'open_survey', made, by)
  return made
}

async function mustBeOnlyOne(work: Work, { site, from, until }: Of<'open_survey'>): Promise<void> {
  if (from !== undefined || until !== undefined) {
    throw new Refusal('invalid', 'a survey after completion runs from now until it is closed: leave out from and until')
  }
  const running = await completionSurvey(work.db, site)
  if (running) throw new Refusal('conflict', `survey ${running.id} after completion is open already; close it first`)
}

async function close(work: Work, survey: Survey, by: Principal): Promise<Survey> {
  if (survey.closedAt !== null) throw new Refusal('conflict', `survey ${survey.id} is closed already`)
  const closed = { ...survey, closedAt: work.now }
  await closeSurvey(work.db, survey.id, work.now)
  await log(work, 'close_survey', survey, by)
  return closed
}

async function log(work: Work, action: string, { id, site, kind }: Survey, by: Principal): Promise<void> {
  await insertAudit(work.db, { at: work.now, by: by.name, action, subject: id, detail: { site, kind } })
}

async function answer(work: Work, survey: Survey, given: Of<'answer_survey'>, by: Principal): Promise<SurveyAnswer> {
  if (!isOpen(survey, work.now)) throw new Refusal('conflict', `survey ${survey.id} is not open: nothing can be added`)
  if (given.grades.length !== survey.questions.length) {
    throw new Refusal('invalid', `grades: give ${survey.questions.length}, one for each question`)
  }
  const ticket = await ticketOf(work, survey, given.ticket)
  const household = householdName(given.household) || (ticket === null ? '' : await householdOf(work, ticket))
  if (ticket === null && household === '') throw new Refusal('invalid', 'household: say whose answer it is')
  const earlier = await answerOf(work.db, survey.id, ticket === null ? { household } : { ticket: ticket.id })
  if (earlier) throw new Refusal('conflict', `${ticket?.number ?? household} has answered already`)
  const { grades, reason, way } = given
  const about = { id: work.newId(), survey: survey.id, site: survey.site, ticket: ticket?.id ?? null }
  const made: SurveyAnswer = { ...about, household, grades, reason, way, by: by.name, at: work.now }
  await insertSurveyAnswer(work.db, made)
  const detail = { answer: made.id, ticket: made.ticket, household, grades, reason, way }
  await insertAudit(work.db, { at: work.now, by: by.name, action: given.type, subject: survey.id, detail })
  return made
}

async function ticketOf(work: Work, survey: Survey, id: string | null): Promise<Ticket | null> {
  if (survey.kind === 'periodic') {
    if (id !== null) throw new Refusal('invalid', 'ticket: a periodic survey asks households; leave it out')
    return null
  }
  if (id === null) throw new Refusal('invalid', 'ticket: say which completed job was asked about')
  const ticket = await findTicket(work.db, id)
  if (ticket?.site !== survey.site) throw new Refusal('not_found', `ticket ${id} does not exist`)
  if (ticket.job.completedAt === null) throw new Refusal('conflict', `ticket ${ticket.number} is not completed yet`)
  return ticket
}

/** However many blanks somebody writes in it, it is the same household. */
export const householdName = (written: string): string => written.trim().replace(/\s+/g, ' ')

async function householdOf(work: Work, { id, reporter }: Ticket): Promise<string> {
  const [intake] = await intakesOf(work.db, id)
  return intake?.household || intake?.name || reporter?.name || ''
}
