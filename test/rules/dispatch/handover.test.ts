import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PlanKind, Plans, Roster } from '../../../rules/model.ts'
import { EngineBench, HOUR, MINUTE } from '../../support/engine.ts'
import { crew, person, roster, rotation, shanghai } from '../../support/roster.ts'

const NIGHT = { from: '20:00', to: '08:00' }
const AROUND = roster([rotation('day', ['p1']), rotation('night', ['p2'], { shift: NIGHT })], {
  handoverMs: 15 * MINUTE,
})

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  for (const id of ['p1', 'p2', 'p3']) await save('responder', person(id))
})
afterEach(() => bench.close())

const save = <K extends PlanKind>(kind: K, plan: Plans[K], isNew = true) =>
  bench.command({ type: 'save_plan', kind, plan, isNew })

async function told(kind: string) {
  const query = bench.store.reader.selectFrom('outbox').select(['recipient', 'body', 'emergency'])
  const rows = await query.where('kind', '=', kind).orderBy('id').execute()
  return rows.map(({ recipient, body, emergency }) => ({
    recipient,
    emergency,
    ...(JSON.parse(body) as {
      leaving: string[]
      tickets: { number: string }[]
      skill: string
      from: number
      to: number
    }),
  }))
}
const until = (text: string) => bench.pass(shanghai(text) - bench.clock.now())

/** A leak that somebody has in hand. */
async function leakOf(assignee: string) {
  await bench.leak()
  const { id } = await bench.ticket()
  return (await bench.command({ type: 'act_on_ticket', ticket: id, action: 'assign', assignee })).ticket!
}

describe('the handover', () => {
  beforeEach(async () => {
    await save('roster', AROUND)
    await bench.pass(0)
  })

  it('tells those who came what those who left have in hand, once', async () => {
    const { number } = await leakOf('p1')
    await until('2026-11-23 19:59')
    expect(await told('roster.handover')).toEqual([])
    await until('2026-11-23 20:00')
    const notices = await told('roster.handover')
    expect(notices).toMatchObject([{ recipient: 'p2', leaving: ['p1'], tickets: [{ number }], emergency: 1 }])
    await until('2026-11-23 20:30')
    await bench.pass(HOUR)
    expect(await told('roster.handover')).toHaveLength(1)
  })

  it('is told after a restart that it fell into, and not again after the next', async () => {
    await leakOf('p1')
    await until('2026-11-23 19:00')
    await bench.restart(2 * HOUR)
    await bench.pass(0)
    await bench.restart(MINUTE)
    await bench.pass(0)
    expect(await told('roster.handover')).toMatchObject([{ recipient: 'p2', leaving: ['p1'] }])
  })

  it('goes on from where an older version looked at it last', async () => {
    await leakOf('p1')
    const older = bench.store.sqlite.prepare(`update settings set value = ? where key = 'handover:default'`)
    expect(older.run(String(bench.clock.now())).changes).toBe(1)
    await bench.restart(HOUR)
    await bench.pass(0)
    expect(await told('roster.handover')).toEqual([])
    await until('2026-11-23 20:00')
    expect(await told('roster.handover')).toMatchObject([{ recipient: 'p2', leaving: ['p1'] }])
  })

  it('tells a stand-in who takes over in the middle of a shift', async () => {
    const times = { from: bench.clock.now() + HOUR, until: shanghai('2026-11-23 20:00') }
    await bench.command({ type: 'override_duty', roster: 'r1', out: 'p1', in: 'p3', reason: '', ...times })
    await bench.pass(0)
    expect(await told('roster.handover')).toEqual([])
    await bench.pass(HOUR)
    expect(await told('roster.handover')).toMatchObject([
      { recipient: 'p3', leaving: ['p1'], tickets: [], emergency: 0 },
    ])
  })
})

describe('where nobody is there at night', () => {
  const NEXT = { startsOn: '2026-11-23', shift: { from: '08:00', to: '20:00' } }

  beforeEach(async () => {
    await save('roster', roster([rotation('day', ['p1', 'p2'], NEXT)], { handoverMs: 15 * MINUTE }))
    await bench.pass(0)
  })

  it('those who come in the morning are told what was left in the evening', async () => {
    const { number } = await leakOf('p1')
    for (const time of ['23 20:00', '23 20:15', '24 07:00', '24 08:00']) await until(`2026-11-${time}`)
    const notices = await told('roster.handover')
    expect(notices).toMatchObject([{ recipient: 'p2', leaving: ['p1'], tickets: [{ number }], emergency: 1 }])
  })

  it('an emergency of the night is given to who comes in the morning', async () => {
    for (const time of ['23 20:00', '23 20:15', '24 03:00']) await until(`2026-11-${time}`)
    await bench.leak()
    for (const time of ['03:03', '03:06', '03:10', '07:59']) await until(`2026-11-24 ${time}`)
    expect(await bench.ticket()).toMatchObject({ state: 'pending_dispatch', assignee: null })
    await until('2026-11-24 08:00')
    expect(await bench.ticket()).toMatchObject({ state: 'assigned', assignee: 'p2' })
  })
})

describe('a gap', () => {
  const onlyDays = roster([rotation('day', ['p1'])])
  const gaps = async () => (await told('roster.gap')).map(({ skill, from, to }) => ({ skill, from, to }))
  const night = (day: number) => ({
    skill: 'water',
    from: shanghai(`2026-11-${day} 20:00`),
    to: shanghai(`2026-11-${day + 1} 08:00`),
  })

  it('is told once, a day before it begins, also over a restart', async () => {
    await save('roster', onlyDays)
    await bench.pass(0)
    expect(await gaps()).toEqual([night(23)])
    await until('2026-11-23 19:59')
    await bench.restart()
    await bench.pass(0)
    expect(await gaps()).toEqual([night(23)])
    await until('2026-11-23 20:00')
    await until('2026-11-24 03:00')
    expect(await gaps()).toEqual([night(23), night(24)])
  })

  it('that an edit opens is told at once', async () => {
    await save('roster', AROUND)
    await bench.pass(0)
    expect(await gaps()).toEqual([])
    await save('responder', person('p2', { enabled: false }), false)
    await bench.pass(0)
    expect(await gaps()).toEqual([{ ...night(23), from: night(23).from + 15 * MINUTE }])
  })

  it('without an end is told once', async () => {
    const lifts: Roster = { ...AROUND, skills: ['lift'] }
    await save('roster', lifts)
    for (let day = 0; day < 4; day++) await bench.pass(24 * HOUR)
    expect((await gaps()).map(({ skill }) => skill)).toEqual(['lift'])
  })
})

it('a site whose people stay as they are is not looked at again before its next change', async () => {
  await save('roster', AROUND)
  await bench.pass(0)
  const { duties } = bench.engine.world()
  const watch = duties.get('default')
  expect(watch!.nextAt).toBe(shanghai('2026-11-23 20:00'))
  await bench.pass(HOUR)
  expect(duties.get('default')).toBe(watch)
  await save('crew', crew('c', ['p1']))
  await bench.pass(0)
  expect(duties.get('default')).not.toBe(watch)
})
