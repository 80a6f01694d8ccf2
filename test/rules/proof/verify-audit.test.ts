import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifyAudit } from '../../../rules/proof/verify-audit.ts'
import { auditAfter, type AuditRow } from '../../../rules/storage/audit.ts'
import { chained, GENESIS } from '../../../rules/storage/audit-hash.ts'
import { EngineBench, HOUR, MINUTE } from '../../support/engine.ts'
import { act, promise, report, walkTo } from '../../support/jobs.ts'
import { responder, savePlan } from '../../support/people.ts'

let bench: EngineBench
let ticket: string
beforeEach(async () => {
  bench = await EngineBench.open()
  await bench.leak()
  ticket = (await bench.ticket()).id
  await bench.pass(11 * MINUTE)
  await bench.walk(ticket, 'close')
})
afterEach(() => bench.close())

const verify = () => verifyAudit(bench.store.reader)
const faults = async () => (await verify()).faults.map(({ table, row, what }) => `${what} ${table} ${row}`)
const run = (statement: string, ...values: unknown[]) => bench.store.sqlite.prepare(statement).run(...values)
const rows = () => auditAfter(bench.store.reader, 0, Number.MAX_SAFE_INTEGER, 1_000)
const lastId = async () => (await rows()).at(-1)!.id
/** Somebody who knows how the hash is made. */
const forged = (previous: string, row: Omit<AuditRow, 'hash'>) => ({ ...row, hash: chained(previous, row) })
const insert = ({ id, at, by, action, subject, detail, hash }: AuditRow) =>
  run('insert into audit values (?, ?, ?, ?, ?, ?, ?)', id, at, by, action, subject, detail, hash)

describe('the audit chain', () => {
  it('is whole after a ticket went all its way, and tells its number of rows and its head', async () => {
    const { rows: counted, ...verdict } = await verify()
    const last = (await rows()).at(-1)!
    const head = { id: last.id, hash: last.hash }
    expect(verdict).toEqual({ head, ok: true, faults: [], faultCount: 0 })
    expect(counted).toBe(last.id)
    expect(last.action).toBe('ticket.close')
  })

  it('has each line of the history with who and when, and the times that changed', async () => {
    const of = (await rows()).filter(({ subject, action }) => subject === ticket && action.startsWith('ticket.'))
    const arrive = of.find(({ action }) => action === 'ticket.arrive')!
    expect(arrive).toMatchObject({ by: 'Zhang', at: bench.clock.now() })
    expect(JSON.parse(arrive.detail)).toMatchObject({
      from: 'en_route',
      to: 'on_site',
      clocks: { arrive: { state: 'met_late', metAt: bench.clock.now() } },
      reached: { arrive: bench.clock.now() },
    })
    expect(of).toHaveLength(await bench.count('ticket_history'))
  })

  it.each(['first', 'middle', 'last'])('shows that its %s row was changed', async (which) => {
    const id = { first: 1, middle: 4, last: await lastId() }[which]
    run(`update audit set by = 'nobody' where id = ?`, id)
    expect(await faults()).toContain(`changed audit ${id}`)
    expect((await faults()).filter((each) => each.includes(' audit '))).toHaveLength(1)
  })

  it('shows that a row was changed that got a new hash', async () => {
    const [first, second] = (await rows()) as [AuditRow, AuditRow]
    const { hash } = forged(first.hash, { ...second, by: 'nobody' })
    run(`update audit set by = 'nobody', hash = ? where id = 2`, hash)
    expect(await faults()).toEqual(['changed audit 3'])
    expect((await verify()).faults[0]!.message).toContain('or row 2 was and got a new hash')
  })

  it.each(['first', 'middle', 'last'])('shows that its %s row was removed', async (which) => {
    const id = { first: 1, middle: 2, last: await lastId() }[which]
    run('delete from audit where id = ?', id)
    expect((await faults()).filter((each) => each.includes(' audit '))).toEqual([`removed audit ${id}`])
  })

  it('shows that a row was removed though those after it were renumbered', async () => {
    run('delete from audit where id = 2')
    for (const { id } of await rows()) if (id > 2) run('update audit set id = ? where id = ?', id - 1, id)
    expect((await faults())[0]).toBe('removed audit 2')
  })

  it('shows that a row was inserted before the first, between two, and after the last', async () => {
    const all = await rows()
    const fake = { at: 1, by: 'nobody', action: 'fake', subject: '', detail: '{}' }
    insert(forged(GENESIS, { ...fake, id: 0 }))
    expect(await faults()).toEqual(['inserted audit 0'])
    run('delete from audit where id = 0')

    insert(forged(all.at(-1)!.hash, { ...fake, id: all.length + 1 }))
    expect(await faults()).toEqual([`inserted audit ${all.length + 1}`])
    run('delete from audit where id = ?', all.length + 1)

    for (const { id } of all.toReversed()) if (id >= 3) run('update audit set id = ? where id = ?', id + 1, id)
    insert({ ...fake, id: 3, hash: 'f'.repeat(64) })
    expect((await faults())[0]).toBe('inserted audit 3')
    run('delete from audit where id = 3')
    insert(forged(all[1]!.hash, { ...fake, id: 3 }))
    expect((await faults())[0]).toBe('inserted audit 3')
  })

  it('shows that its head was removed or changed', async () => {
    const hash = '0'.repeat(64)
    run(`update settings set value = ? where key = 'audit.head'`, JSON.stringify({ id: await lastId(), hash }))
    expect(await faults()).toEqual([`changed audit ${await lastId()}`])
    run(`delete from settings where key = 'audit.head'`)
    expect(await faults()).toEqual([`changed audit ${await lastId()}`])
  })
})

describe('tickets beside the audit chain', () => {
  it('show a history line that was changed, removed or inserted', async () => {
    run(`update ticket_history set at = at - 60000 where action = 'arrive'`)
    const { row, message } = (await verify()).faults[0]!
    expect(message).toMatch(/^at: not as row \d+ of the audit chain says$/)
    run('delete from ticket_history where id = ?', Number(row))
    expect(await faults()).toEqual([`removed ticket_history ${row}`])

    const values = `select 99, ticket, at, by, 'contact', from_state, to_state, note from ticket_history where id = 1`
    run(`insert into ticket_history ${values}`)
    expect(await faults()).toContain('inserted ticket_history 99')
  })

  it('show when it was reached otherwise than the chain says', async () => {
    run(`update clocks set met_at = due_at, state = 'met', breached_at = null where id = 'arrive'`)
    const { message } = (await verify()).faults[0]!
    expect(message).toContain('state is met and was met_late')
    expect(await faults()).toEqual([`changed clocks ${ticket}/arrive`])

    run(`delete from clocks where id = 'arrive'`)
    expect(await faults()).toEqual([`removed clocks ${ticket}/arrive`])
  })

  it('show that a ticket was said to be reached earlier, or to be opened later', async () => {
    run(`update tickets set reached = json_set(reached, '$.arrive', 1), opened_at = opened_at + 1`)
    expect(await faults()).toEqual([`changed tickets ${ticket}`])
    expect((await verify()).faults[0]!.message).toMatch(/^arrive reached, opened: /)
  })

  it('tell of what people did in between, and of each clock that began with it', async () => {
    const target = (covers: object, withinMs: number) => {
      return { milestone: 'complete' as const, withinMs, calendar: 'around_the_clock' as const, covers }
    }
    await promise(bench, {
      targets: [target({ sizes: ['small'] }, HOUR), target({ priorities: ['critical'] }, 30 * MINUTE)],
    })
    for (const id of ['Li', 'Wang']) await savePlan(bench, 'responder', responder(id))
    const { id } = await report(bench)
    await bench.command({ type: 'edit_job', ticket: id, size: 'small' })
    const none = { formDate: null, appointmentAt: null, occurredAt: null, device: null, problems: [], quotedFen: null }
    const said = { channel: 'telephone', name: '', phone: '', household: '', location: '3 栋 201', text: '水' } as const
    const about = { site: 'default', category: 'water_leak', priority: 'critical', size: null, paid: false } as const
    const joining = { ...none, ...said, ...about, progress: 'none' as const, agreedBy: null }
    const { intake } = await bench.command({ type: 'register_report', report: joining })
    expect(intake).toMatchObject({ ticket: id, joined: true })
    expect((await bench.ticket(id)).clocks).toHaveLength(2)
    expect(await faults()).toEqual([])
    run(`update clocks set due_at = due_at + 1 where ticket = ?`, id)
    expect(await faults()).toEqual([`changed clocks ${id}/complete`, `changed clocks ${id}/complete-2`])
    run(`update clocks set due_at = due_at - 1 where ticket = ?`, id)
    run(
      `insert into clocks select ticket, 'late', milestone, party, due_at, not_before, met_at, breached_at, state, early
      from clocks where ticket = ? and id = 'complete'`,
      id,
    )
    expect(await faults()).toEqual([`inserted clocks ${id}/late`])
    run(`delete from clocks where id = 'late'`)

    await walkTo(bench, id, 'arrive')
    await bench.command({ type: 'hand_over', ticket: id, to: 'Wang' })
    await bench.pass(2 * HOUR)
    await bench.command({ type: 'explain', ticket: id, reason: '缺件', plan: '明早', way: 'telephone' })
    await act(bench, id, 'hold', { note: '缺件' })
    await bench.cancel(id)
    expect(await faults()).toEqual([])
  })

  it('of before there was a chain are not asked for more than it says', async () => {
    run(`delete from audit`)
    const history = await bench.count('ticket_history')
    const detail = JSON.stringify({ history, ticket })
    const row = forged(GENESIS, { id: 1, at: 1, by: 'system', action: 'audit.begun', subject: 'tickets', detail })
    insert(row)
    run(`update settings set value = ? where key = 'audit.head'`, JSON.stringify({ id: 1, hash: row.hash }))
    expect(await faults()).toEqual([])

    await bench.act(ticket, 'rework')
    expect(await faults()).toEqual([])
    run(`delete from audit where id > 1`)
    run(`update settings set value = ? where key = 'audit.head'`, JSON.stringify({ id: 1, hash: row.hash }))
    expect((await faults()).map((each) => each.replace(/ \S*$/, ''))).toEqual([
      ...Array<string>((await bench.count('ticket_history')) - history).fill('inserted ticket_history'),
      'inserted tickets',
    ])
  })
})
