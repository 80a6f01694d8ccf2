import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Command } from '../../../rules/engine.ts'
import type { PlanKind, Plans, Principal, Roster } from '../../../rules/model.ts'
import { onDuty } from '../../../rules/dispatch/on-duty.ts'
import { listPlanVersions } from '../../../rules/storage/plans.ts'
import { EngineBench } from '../../support/engine.ts'
import { DEFAULT_SITE, person, roster, rotation, SHANGHAI, shanghai } from '../../support/roster.ts'

const DISPATCHER: Principal = { id: 'p2', name: 'Wu', role: 'dispatcher', sites: [DEFAULT_SITE] }

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  for (const id of ['p1', 'p2', 'p3']) await add('responder', person(id))
  const night = rotation('night', ['p2'], { shift: { from: '20:00', to: '08:00' } })
  await add('roster', roster([rotation('day', ['p1']), night]))
})
afterEach(() => bench.close())

const save = <K extends PlanKind>(kind: K, plan: Plans[K], isNew: boolean) =>
  bench.command({ type: 'save_plan', kind, plan, isNew })
const add = <K extends PlanKind>(kind: K, plan: Plans[K]) => save(kind, plan, true)
const kept = () => bench.engine.world().plans.roster.get('r1')!.plan
const present = (text: string) =>
  onDuty(bench.engine.world().plans, DEFAULT_SITE, SHANGHAI, shanghai(text)).map(({ responder }) => responder)

/** It is 10:00 on 23 November. */
const override = (rest: object = {}) =>
  bench.command(
    {
      type: 'override_duty',
      roster: 'r1',
      from: shanghai('2026-11-24 00:00'),
      until: shanghai('2026-11-25 00:00'),
      out: 'p1',
      in: 'p3',
      reason: '病假',
      ...rest,
    },
    DISPATCHER,
  )

describe('an override', () => {
  it('puts somebody in another’s place, and is a version of the roster with its author', async () => {
    const { plan } = await override()
    expect((plan!.plan as Roster).overrides).toMatchObject([{ out: 'p1', in: 'p3', reason: '病假', by: 'Wu' }])
    expect([present('2026-11-24 12:00'), present('2026-11-25 12:00')]).toEqual([['p3'], ['p1']])
    expect((await listPlanVersions(bench.store.reader, 'roster', 'r1'))[0]).toMatchObject({
      version: 2,
      changed: ['overrides'],
      by: 'Wu',
    })
  })

  it.each([
    ['nobody for nobody', { out: null, in: null }, 'say who is missing'],
    ['himself', { in: 'p1' }, 'say who is missing'],
    ['somebody who is not on duty then', { out: 'p3', in: 'p1' }, 'p3 is not on duty on roster r1'],
    ['a stand-in whom nobody knows', { in: 'ghost' }, 'responder ghost does not exist'],
    ['the past', { from: shanghai('2026-11-20 00:00') }, '`from` lies'],
    ['no time at all', { until: shanghai('2026-11-24 00:00') }, '`until` lies'],
    ['too long a time', { until: shanghai('2027-11-24 00:00') }, '`until` lies'],
    ['a roster that is not there', { roster: 'r9' }, 'roster r9 does not exist'],
  ])('is refused for %s', async (_what, rest, message) => {
    await expect(override(rest)).rejects.toThrow(message)
  })

  it('is refused on a roster of a site that is not the asker’s, which he does not see either', async () => {
    const elsewhere = { ...DISPATCHER, sites: ['river'] }
    const ending: Command = { type: 'end_override', roster: 'r1', override: 'o' }
    await expect(bench.command(ending, elsewhere)).rejects.toThrow('roster r1 does not exist')
  })

  it('is let in although a colleague in the roster has left meanwhile', async () => {
    await save('responder', person('p2', { enabled: false }), false)
    await override()
    const later = { from: shanghai('2026-11-26 00:00'), until: shanghai('2026-11-27 00:00') }
    await expect(override({ in: 'p2', ...later })).rejects.toThrow('p2 is disabled')
  })

  it('ends: taken back before it begins, cut off while it runs, and then no more', async () => {
    const { plan } = await override()
    const { id } = (plan!.plan as Roster).overrides[0]!
    const end = (override: string) => bench.command({ type: 'end_override', roster: 'r1', override }, DISPATCHER)
    await end(id)
    expect(kept().overrides).toEqual([])

    await override({ from: bench.clock.now(), until: shanghai('2026-11-23 20:00') })
    bench.clock.advance(60_000)
    const running = kept().overrides[0]!.id
    await end(running)
    expect(kept().overrides[0]!.until).toBe(bench.clock.now())
    await expect(end(running)).rejects.toThrow('over already')
    await expect(end('o9')).rejects.toThrow('override o9 of roster r1 does not exist')
  })

  it('is dropped from the roster 400 days after its end', async () => {
    await override({ until: shanghai('2026-11-24 20:00') })
    const old = kept().overrides[0]!.id
    bench.clock.advance(shanghai('2027-12-29 20:00') - bench.clock.now())
    await override({ from: bench.clock.now(), until: shanghai('2027-12-31 20:00') })
    expect(kept().overrides.map(({ id }) => id)).not.toContain(old)
    expect(kept().overrides).toHaveLength(1)
  })
})

describe('a swap', () => {
  const day = { responder: 'p1', from: shanghai('2026-11-24 08:00'), until: shanghai('2026-11-24 20:00') }
  const night = { responder: 'p2', from: shanghai('2026-11-25 20:00'), until: shanghai('2026-11-26 08:00') }
  const swap = (one = day, other = night) =>
    bench.command({ type: 'swap_shifts', roster: 'r1', one, other, reason: '' }, DISPATCHER)

  it('is two overrides: each takes the other’s shift, and nothing else moves', async () => {
    await swap()
    expect(present('2026-11-24 12:00')).toEqual(['p2'])
    expect(present('2026-11-25 12:00')).toEqual(['p1'])
    expect(present('2026-11-26 03:00')).toEqual(['p1'])
    expect(present('2026-11-27 03:00')).toEqual(['p2'])
  })

  it('is refused unless each is on duty in his own stretch and not in the other’s', async () => {
    await expect(swap({ ...day, responder: 'p3' })).rejects.toThrow('p3 is not on duty')
    await expect(swap(day, { ...night, from: shanghai('2026-11-25 12:00') })).rejects.toThrow(
      'p1 is on duty in the other',
    )
    expect(kept().overrides).toEqual([])
  })
})

it('who is named is not deleted, and the answer says where he is named', async () => {
  const remove = (kind: PlanKind, id: string) => bench.command({ type: 'delete_plan', kind, id })
  await expect(remove('responder', 'p1')).rejects.toThrow('responder p1 is named by roster r1; change that first')
  await remove('roster', 'r1')
  await remove('responder', 'p1')
})

it('who is at work is not deleted before others have his tickets', async () => {
  await bench.command({ type: 'delete_plan', kind: 'roster', id: 'r1' })
  await bench.leak()
  const { id } = await bench.ticket()
  const assign = (assignee: string) => bench.command({ type: 'act_on_ticket', ticket: id, action: 'assign', assignee })
  const remove = () => bench.command({ type: 'delete_plan', kind: 'responder', id: 'p1' })
  await assign('p1')
  await expect(remove()).rejects.toThrow('responder p1 is at work (open tickets: 1); assign them to others first')
  await assign('p2')
  await remove()
})
