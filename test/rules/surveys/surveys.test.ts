import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { presets } from '../../../rules/commitments/presets/index.ts'
import { defaultCommitment } from '../../../rules/commitments/default.ts'
import type { Commitment, Grade, Principal, Survey } from '../../../rules/model.ts'
import { listNotices } from '../../../rules/storage/outbox.ts'
import { countGrades, listSurveys } from '../../../rules/storage/surveys.ts'
import { monthsLater } from '../../../rules/surveys/periodic.ts'
import { resultsOf } from '../../../rules/surveys/result.ts'
import { EngineBench, HOUR, START } from '../../support/engine.ts'
import { intakeOf, reportedJob, write } from '../../support/filled-site.ts'
import { responder, savePlan, SMS } from '../../support/people.ts'

const DAY = 24 * HOUR
const ALL_FOUR: Grade[] = [5, 4, 3, 1]
const ONLINE = { grades: ALL_FOUR, reason: '', way: 'telephone' } as const
const at = (local: string) => Date.parse(`${local}+08:00`)

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
})
afterEach(() => bench.close())

const surveys = () => listSurveys(bench.store.reader, { sites: null, limit: 10 })
const promise = (surveys: NonNullable<Commitment['surveys']>) =>
  savePlan(bench, 'commitment', { ...defaultCommitment, surveys }, false)
const open = async (rest: Pick<Survey, 'kind'> & Partial<Pick<Survey, 'site' | 'questions' | 'from'>>) =>
  (await bench.command({ type: 'open_survey', site: 'default', ...rest })).survey!
const answer = (survey: string, household: string, ticket: string | null = null, by?: Principal) =>
  bench.command({ type: 'answer_survey', survey, household, ticket, ...ONLINE }, by)

describe('periodic and after completion (满意度调查), as promised by', () => {
  const DOCUMENTS = ['D1', 'D3', 'D4', 'D5', 'D9', 'D12', 'D15']
  const promising = [...presets.values()].filter(({ commitment }) => commitment.surveys)

  it('these documents and no others', () => {
    expect(promising.map(({ commitment }) => commitment.document)).toEqual(DOCUMENTS)
  })

  it.each(DOCUMENTS)('%s', async (document) => {
    const { commitment } = promising.find((each) => each.commitment.document === document)!
    const own = { ...commitment, id: document.toLowerCase(), sites: ['default'] }
    await savePlan(bench, 'commitment', own)
    await savePlan(bench, 'channel', SMS)
    await savePlan(bench, 'responder', responder('zhou', { roles: ['customer_service'] }))
    await savePlan(bench, 'responder', responder('li'))
    await bench.engine.tick()
    await reportedJob(bench)
    expect(await surveys()).toMatchObject([{ kind: 'completion', site: 'default', until: null, createdBy: 'system' }])

    await bench.pass(at('2027-05-23T08:59:59.999') - bench.clock.now())
    expect(await surveys()).toHaveLength(1)
    await bench.pass(1)
    const [periodic, , ...more] = await surveys()
    expect(periodic).toMatchObject({ kind: 'periodic', from: at('2027-05-23T09:00'), until: at('2027-06-06T09:00') })
    expect(more).toEqual([])
    const told = (await listNotices(bench.store.reader, { sites: null, limit: 100 })).filter(
      ({ kind }) => kind === 'survey.opened',
    )
    expect(told.map(({ recipient }) => recipient)).toEqual(['zhou'])
  })
})

describe('a survey after completion', () => {
  it('opens once a site, for jobs with a resident whose commitment promised it', async () => {
    await reportedJob(bench)
    expect(await surveys()).toEqual([])
    await promise({ afterCompletion: true })
    await bench.leak()
    await bench.walk((await bench.tickets())[0]!.id, 'complete')
    expect(await surveys()).toEqual([])
    await reportedJob(bench)
    await reportedJob(bench)
    expect(await surveys()).toHaveLength(1)
  })

  it('is answered once a job, and its household is known from the report', async () => {
    const [job, second] = [await reportedJob(bench), await reportedJob(bench)]
    await write(bench, { intakes: [intakeOf(job)] })
    const { id } = await open({ kind: 'completion' })
    const { surveyAnswer } = await answer(id, '', job.id)
    expect(surveyAnswer).toMatchObject({ household: '3-1502', ticket: job.id, by: 'Zhang', grades: ALL_FOUR })
    await expect(answer(id, '5-0301', job.id)).rejects.toMatchObject({ code: 'conflict' })
    // The same household may have had two jobs.
    expect((await answer(id, '3-1502', second.id)).surveyAnswer).toMatchObject({ household: '3-1502' })
    await expect(answer(id, '3-1502')).rejects.toMatchObject({ code: 'invalid' })
    await expect(open({ kind: 'completion' })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('asks nobody about a job that is not done, or of another site', async () => {
    await bench.command({ type: 'create_site', site: { id: 'north', name: 'North', timezone: 'UTC' } })
    await bench.leak()
    const { id } = await open({ kind: 'completion' })
    await expect(answer(id, '1', (await bench.ticket()).id)).rejects.toMatchObject({ code: 'conflict' })
    const north = await open({ kind: 'completion', site: 'north' })
    const job = await reportedJob(bench)
    await expect(answer(north.id, '1', job.id)).rejects.toMatchObject({ code: 'not_found' })
    const outsider: Principal = { id: 'x', name: 'x', role: 'dispatcher', sites: ['north'] }
    await expect(answer(id, '1', job.id, outsider)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a periodic survey', () => {
  it('is answered once a household, while it is open, with a grade a question', async () => {
    const { id, until } = await open({ kind: 'periodic' })
    expect(until).toBe(START + 14 * DAY)
    await answer(id, ' 3  1502 ')
    await expect(answer(id, '3 1502')).rejects.toMatchObject({ code: 'conflict' })
    await expect(answer(id, ' ')).rejects.toMatchObject({ code: 'invalid' })
    const short = { type: 'answer_survey', survey: id, household: '2', ticket: null, ...ONLINE } as const
    await expect(bench.command({ ...short, grades: [5] })).rejects.toMatchObject({ code: 'invalid' })
    bench.clock.advance(14 * DAY - 1)
    await answer(id, '4-0101')
    bench.clock.advance(1)
    await expect(answer(id, '4-0102')).rejects.toMatchObject({ code: 'conflict' })
    const later = await open({ kind: 'periodic', from: bench.clock.now() + HOUR })
    await expect(answer(later.id, '1')).rejects.toMatchObject({ code: 'conflict' })
    await bench.command({ type: 'close_survey', survey: later.id })
    await expect(bench.command({ type: 'close_survey', survey: later.id })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('follows the last one, also one by hand, over restarts, and only while it is promised', async () => {
    await bench.engine.tick()
    await bench.pass(400 * DAY)
    expect(await surveys()).toEqual([])
    const from = bench.clock.now()
    await promise({ everyMonths: 3 })
    await bench.engine.tick()
    bench.clock.advance(80 * DAY)
    const byHand = await open({ kind: 'periodic' })
    await bench.restart(monthsLater(from, { timezone: 'Asia/Shanghai', months: 3 }) - bench.clock.now())
    await bench.engine.tick()
    expect(await surveys()).toHaveLength(1)
    await bench.restart(120 * DAY)
    await bench.engine.tick()
    await bench.engine.tick()
    expect((await surveys()).map(({ from }) => from)).toEqual([bench.clock.now(), byHand.from])
  })

  it('is not opened before its commitment is in force', async () => {
    const later = { ...defaultCommitment, id: 'later', surveys: { everyMonths: 1 }, validFrom: '2027-03-10' }
    await savePlan(bench, 'commitment', later)
    await bench.pass(at('2027-03-09T23:00') - START)
    await bench.pass(2 * HOUR)
    await bench.pass(at('2027-04-10T08:59') - bench.clock.now())
    expect(await surveys()).toEqual([])
    await bench.pass(60_000)
    expect(await surveys()).toHaveLength(1)
  })
})

it('counts months by the calendar, in the morning', () => {
  const timezone = 'Asia/Shanghai'
  const later = (from: string, months: number) => monthsLater(at(from), { timezone, months })
  expect(later('2026-08-31T23:30', 6)).toBe(at('2027-02-28T09:00'))
  expect(later('2026-08-01T00:00', 6)).toBe(at('2027-02-01T09:00'))
  expect(later('2026-12-15T12:00', 24)).toBe(at('2028-12-15T09:00'))
})

it('tells for each question how many, the mean, who is satisfied and each grade', async () => {
  const { id } = await open({
    kind: 'periodic',
    questions: [
      { zh: '及时', en: 'On time' },
      { zh: '态度', en: 'Manner' },
    ],
  })
  const given: Grade[][] = [
    [5, 1],
    [4, 2],
    [3, 5],
    [1, 4],
  ]
  for (const [index, grades] of given.entries()) {
    const by = { household: `${index}`, ticket: null, reason: '', way: 'visit' } as const
    await bench.command({ type: 'answer_survey', survey: id, grades, ...by })
  }
  expect(resultsOf(2, await countGrades(bench.store.reader, id, {}))).toEqual([
    { count: 4, mean: 13 / 4, satisfied: 0.5, distribution: { 5: 1, 4: 1, 3: 1, 2: 0, 1: 1 } },
    { count: 4, mean: 3, satisfied: 0.5, distribution: { 5: 1, 4: 1, 3: 0, 2: 1, 1: 1 } },
  ])
  const none = { from: bench.clock.now() + 1 }
  expect(resultsOf(1, await countGrades(bench.store.reader, id, none))).toMatchObject([{ mean: null, satisfied: null }])
})
