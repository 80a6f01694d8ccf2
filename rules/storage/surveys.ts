import { sql } from 'kysely'
import type { FollowUpWay, Grade, Survey, SurveyAnswer } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'

const surveyOfRow = (row: Row<'surveys'>): Survey => ({
  id: row.id,
  site: row.site,
  kind: row.kind as Survey['kind'],
  title: JSON.parse(row.title) as Survey['title'],
  questions: JSON.parse(row.questions) as Survey['questions'],
  from: row.from_at,
  until: row.until_at,
  createdAt: row.created_at,
  createdBy: row.created_by,
  closedAt: row.closed_at,
})

const answerOfRow = (row: Row<'survey_answers'>): SurveyAnswer => ({
  id: row.id,
  survey: row.survey,
  site: row.site,
  ticket: row.ticket,
  household: row.household,
  grades: JSON.parse(row.grades) as Grade[],
  reason: row.reason,
  way: row.way as FollowUpWay,
  by: row.by,
  at: row.at,
})

/** Fails where it is of completed jobs and the site has one open already. */
export async function insertSurvey(db: Db, survey: Survey): Promise<void> {
  const { id, site, kind, title, questions, from, until, createdAt, createdBy, closedAt } = survey
  const row: Row<'surveys'> = {
    ...{ id, site, kind, title: JSON.stringify(title), questions: JSON.stringify(questions) },
    ...{ from_at: from, until_at: until, created_at: createdAt, created_by: createdBy, closed_at: closedAt },
  }
  await db.insertInto('surveys').values(row).execute()
}

export async function closeSurvey(db: Db, id: string, at: number): Promise<void> {
  await db.updateTable('surveys').set({ closed_at: at }).where('id', '=', id).execute()
}

export async function findSurvey(db: Db, id: string): Promise<Survey | null> {
  const row = await db.selectFrom('surveys').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? surveyOfRow(row) : null
}

/** The one of a site that is asked after each completed job, if there is one open. */
export async function completionSurvey(db: Db, site: string): Promise<Survey | null> {
  const query = db.selectFrom('surveys').selectAll().where('site', '=', site).where('kind', '=', 'completion')
  const row = await query.where('closed_at', 'is', null).executeTakeFirst()
  return row ? surveyOfRow(row) : null
}

/** When the last survey of all households of a site began; `null`: there was none. */
export async function lastPeriodicFrom(db: Db, site: string): Promise<number | null> {
  const query = db.selectFrom('surveys').select((e) => e.fn.max<number | null>('from_at').as('from'))
  return (await query.where('site', '=', site).where('kind', '=', 'periodic').executeTakeFirstOrThrow()).from
}

export interface SurveyFilter {
  /** `null`: all. */
  sites: readonly string[] | null
  kind?: Survey['kind'] | undefined
  beforeId?: string | undefined
  limit: number
}

/** Newest first. */
export async function listSurveys(db: Db, { sites, kind, beforeId, limit }: SurveyFilter): Promise<Survey[]> {
  let query = db.selectFrom('surveys').selectAll()
  if (sites !== null) query = query.where('site', 'in', sites)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return (await query.orderBy('id', 'desc').limit(limit).execute()).map(surveyOfRow)
}

/** Fails where this household, or of a ticket this ticket, has answered the survey already. */
export async function insertSurveyAnswer(db: Db, { grades, ...answer }: SurveyAnswer): Promise<void> {
  await db
    .insertInto('survey_answers')
    .values({ ...answer, grades: JSON.stringify(grades) })
    .execute()
}

/** Who is asked: a household, or the resident of a ticket. */
export type Asked = { ticket: string } | { household: string }

export async function answerOf(db: Db, survey: string, asked: Asked): Promise<SurveyAnswer | null> {
  const query = db.selectFrom('survey_answers').selectAll().where('survey', '=', survey)
  const own =
    'ticket' in asked
      ? query.where('ticket', '=', asked.ticket)
      : query.where('household', '=', asked.household).where('ticket', 'is', null)
  const row = await own.executeTakeFirst()
  return row ? answerOfRow(row) : null
}

/** Oldest first. */
export async function listSurveyAnswers(
  db: Db,
  { survey, afterId, limit }: { survey: string; afterId?: string | undefined; limit: number },
): Promise<SurveyAnswer[]> {
  let query = db.selectFrom('survey_answers').selectAll().where('survey', '=', survey)
  if (afterId !== undefined) query = query.where('id', '>', afterId)
  return (await query.orderBy('id').limit(limit).execute()).map(answerOfRow)
}

/** How often each question, counted from 0, got each grade. */
export interface GradeCount {
  question: number
  grade: Grade
  count: number
}

/** Of answers given from `from` and before `to`. */
export async function countGrades(
  db: Db,
  survey: string,
  { from = 0, to = Number.MAX_SAFE_INTEGER }: { from?: number | undefined; to?: number | undefined },
): Promise<GradeCount[]> {
  const query = sql<GradeCount>`
    select cast(graded.key as integer) as question, graded.value as grade, count(*) as count
    from survey_answers, json_each(survey_answers.grades) as graded
    where survey = ${survey} and at >= ${from} and at < ${to}
    group by graded.key, graded.value`
  return (await query.execute(db)).rows
}
