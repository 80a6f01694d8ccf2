import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CHECKS } from '../../../api/doctor/checks.ts'
import { openReadOnly } from '../../../rules/storage/connect.ts'
import { promiseHash } from '../../../rules/storage/promise-hash.ts'
import { EngineBench, HOUR } from '../../support/engine.ts'
import { answer, asked } from '../../support/follow-ups.ts'
import { act, dispatcher, promise, report, walkTo } from '../../support/jobs.ts'
import { responder, savePlan } from '../../support/people.ts'

let bench: EngineBench
let ticket: string

/** A job with its report, signature, follow-up and survey, done under a promise. */
beforeEach(async () => {
  bench = await EngineBench.open()
  await savePlan(bench, 'responder', responder('Li'))
  await savePlan(bench, 'responder', responder('Wang'))
  await promise(bench, { followUps: [{ due: { afterMs: HOUR }, ways: ['online'], quote: '' }] })
  ticket = (await report(bench)).id
  await walkTo(bench, ticket, 'arrive')
  await bench.command({ type: 'hand_over', ticket, to: 'Wang' })
  await act(bench, ticket, 'complete')
  const drawing = { width: 100, height: 50, strokes: [[1, 2, 3, 4]] }
  await bench.command({ type: 'sign_job', ticket, signer: 'customer', name: '李女士', drawing }, dispatcher)
  await act(bench, ticket, 'sign-off')
  await bench.pass(HOUR)
  const unhappy = { way: 'online', grade: 2, reason: '又漏', faults: ['quality'] }
  await answer(bench, (await asked(bench, { id: ticket }))[0]!, unhappy)
  const { survey } = await bench.command({ type: 'open_survey', site: 'default', kind: 'periodic' })
  const said = { survey: survey!.id, ticket: null, household: '1-101', grades: [2, 2, 2, 2], reason: '' } as const
  await bench.command({ type: 'answer_survey', ...said, way: 'visit' })
})
afterEach(() => bench.close())

const run = (statement: string, ...values: unknown[]) => bench.store.sqlite.prepare(statement).run(...values)
const idOf = (table: string) => bench.store.sqlite.prepare(`select id from ${table} limit 1`).pluck().get() as string

/** What the doctor says of the chain and of what it tells of, up to what to do. */
async function doctor(): Promise<string[]> {
  const store = openReadOnly(bench.folder)
  const examined = { dataDir: bench.folder, db: store.reader, noted: null, onProgress: () => undefined }
  const { faults } = await CHECKS.find(({ name }) => name === 'audit')!.run(examined)
  await store.close()
  return faults.map((fault) => fault.split('; ')[0]!)
}

describe('what is said of a ticket and beside it', () => {
  it('is as the chain says after its whole way, also where a rework is agreed afterwards', async () => {
    expect(await doctor()).toEqual([])
    await act(bench, ticket, 'rework')
    expect((await asked(bench, { id: ticket }))[0]!.answer!.rework).not.toBeNull()
    expect(await doctor()).toEqual([])
  })

  it.each([
    ["state = 'closed'", 'state is closed and was signed_off'],
    ["assignee = 'Li'", 'assignee is Li and was Wang'],
    ["location = '9 栋'", 'location is 9 栋 and was 3 栋 201'],
    ["device = 'lift-1'", 'device is lift-1 and was null'],
    ["job = json_set(job, '$.completedAt', 5)", 'completedAt is 5 and was 1795399200000'],
    [`signature = '{"name":"nobody","at":5}'`, 'signature is {"name":"nobody","at":5} and was '],
  ])('shows that a ticket was changed: %s', async (change, message) => {
    run(`update tickets set ${change} where id = ?`, ticket)
    expect(await doctor()).toEqual([
      expect.stringContaining(`tickets ${ticket} was changed: by the audit chain ${message}`),
    ])
  })

  it('shows that a ticket names another signature than was kept', async () => {
    run(`update tickets set job = json_set(job, '$.signatures[0].name', 'nobody') where id = ?`, ticket)
    expect(await doctor()).toEqual([`tickets ${ticket} was changed: its signatures are not those that were kept`])
  })

  it('shows that what was promised was changed, and that a ticket was given another promise', async () => {
    const [{ hash, body }] = bench.store.sqlite
      .prepare('select hash, body from promises where hash = (select promise from tickets where id = ?)')
      .all(ticket) as [{ hash: string; body: string }]
    const longer = body.replace('"withinMs":3600000', '"withinMs":7200000')
    expect(longer).not.toBe(body)
    run('update promises set body = ? where hash = ?', longer, hash)
    expect(await doctor()).toEqual([`promises ${hash} was changed: it is not what its hash stands for`])

    run('update promises set body = ? where hash = ?', body, hash)
    run('insert into promises values (?, ?)', promiseHash(longer), longer)
    run('update tickets set promise = ? where id = ?', promiseHash(longer), ticket)
    expect(await doctor()).toEqual([expect.stringContaining(`promise is ${promiseHash(longer)} and was ${hash}`)])
  })

  it.each([
    ['follow_ups', 'grade = 5'],
    ['follow_ups', `answer = json_set(answer, '$.grade', 5)`],
    ['signatures', `drawing = replace(drawing, '[1,2', '[2,2')`],
    ['signatures', `signed_for = 'another work'`],
    ['intakes', 'received_at = received_at + 1'],
    ['intakes', `text = 'nothing'`],
    ['survey_answers', `grades = '[5,5,5,5]'`],
    ['survey_answers', `household = '2'`],
  ])('shows that a row was changed: %s, %s', async (table, change) => {
    const id = idOf(table)
    expect(run(`update ${table} set ${change} where id = ?`, id).changes).toBe(1)
    expect(await doctor()).toEqual([expect.stringMatching(new RegExp(`^${table} ${id} was changed: `))])
  })

  it.each([
    ['signatures', 'at = at - 1'],
    ['signatures', `name = 'nobody'`],
    ['signatures', `signer = 'responder'`],
  ])('shows that a signature is another than its ticket names: %s, %s', async (table, change) => {
    run(`update ${table} set ${change}`)
    expect((await doctor()).map((fault) => fault.split(' was ')[0])).toEqual([
      `tickets ${ticket}`,
      `signatures ${idOf('signatures')}`,
    ])
  })

  it.each(['follow_ups', 'intakes', 'survey_answers'])(
    'shows that a row was removed and inserted: %s',
    async (table) => {
      const id = idOf(table)
      run(`create temp table kept as select * from ${table} where id = ?`, id)
      run(`delete from ${table} where id = ?`, id)
      expect(await doctor()).toEqual([expect.stringContaining(`${table} ${id} was removed: `)])

      run('update kept set id = ?', `${id}Z`)
      if (table === 'intakes') run(`update kept set number = 'BX1'`)
      run(`insert into ${table} select * from kept`)
      expect(await doctor()).toContain(`${table} ${id}Z was inserted: the audit chain does not tell of it`)
    },
  )

  it('is not held against an answer that was given while it was checked', async () => {
    const rows = bench.store.sqlite.prepare('select id, hash from audit order by id desc limit 2').all()
    const [last, before] = rows as { id: number }[]
    run(`update settings set value = ? where key = 'audit.head'`, JSON.stringify(before))
    expect(await doctor()).toEqual([`audit ${last!.id} was inserted: the chain ends with row ${before!.id}`])
  })

  it('is not asked of tickets that opened before the chain told of it', async () => {
    run(`update audit set detail = json_remove(detail, '$.standing')`)
    run(`delete from audit where action glob 'seal.*' or action = 'answer_survey'`)
    run(`update tickets set assignee = 'nobody', location = '9' where id = ?`, ticket)
    run(`update follow_ups set grade = 5`)
    expect((await doctor()).filter((fault) => !fault.startsWith('audit '))).toEqual([])
  })
})
