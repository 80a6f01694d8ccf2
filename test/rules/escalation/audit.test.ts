import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAuditor } from '../../../rules/escalation/audit.ts'
import { EngineBench, HOUR, MINUTE, SECOND } from '../../support/engine.ts'
import { minutes, rows, setUpPeople, states } from '../../support/ladder.ts'

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  await setUpPeople(bench)
  await bench.leak()
})
afterEach(() => bench.close())

const told = async () =>
  (await bench.alarms())
    .filter(({ rule }) => rule === 'service.escalation_late')
    .map(({ value, state }) => [value, state])
const remove = (position: number, repetition = 0) =>
  bench.store.writer
    .deleteFrom('ladder_steps')
    .where('position', '=', position)
    .where('repetition', '=', repetition)
    .execute()

describe('the auditor', () => {
  it('has nothing to say of a ladder that does what it should', async () => {
    await minutes(bench, 30)
    expect(await told()).toEqual([])
  })

  it('tells of a step that is late by more than five seconds, for a day', async () => {
    await bench.pass(3 * MINUTE + 5 * SECOND)
    expect(await told()).toEqual([])
    await bench.pass(3 * MINUTE + SECOND)
    expect(await told()).toEqual([[1, 'unacked']])
    await bench.cancel((await bench.ticket()).id)
    await bench.pass(24 * HOUR)
    expect(await told()).toEqual([[1, 'unacked']])
    await bench.pass(SECOND)
    expect(await told()).toEqual([[1, 'rtn_unacked']])
  })

  it('tells of a step that the service was down for', async () => {
    await bench.restart(4 * MINUTE)
    await bench.engine.tick()
    expect(await told()).toEqual([[1, 'unacked']])
  })

  it('tells of one that does not fire at all', async () => {
    await minutes(bench, 1)
    const stuck = (await rows(bench))[3]!.id
    const late = { due_at: bench.clock.now() - 6 * SECOND, state: 'waiting' }
    await bench.store.writer.updateTable('ladder_steps').set(late).where('id', '=', stuck).execute()
    // What fires steps is kept from it: the auditor alone looks.
    expect(await createAuditor(bench.store.reader)(bench.clock.now())).toBe(1)
  })

  it('tells of one that breaks, which keeps nothing else from being met', async () => {
    await bench.provision('leak-2', 'water_leak')
    await bench.say('leak-2', { levels: { 'water.leak': true } })
    const [second, first] = await bench.tickets()
    const broken = (await rows(bench, first!.id))[1]!.id
    await bench.store.writer.updateTable('ladder_steps').set({ step: '{}' }).where('id', '=', broken).execute()
    await minutes(bench, 4)
    expect(await told()).toEqual([[1, 'unacked']])
    expect((await rows(bench, second!.id))[1]).toMatchObject({ state: 'fired' })
    await minutes(bench, 3)
    expect(await states(bench, first!.id)).toEqual(['fired', 'waiting', 'fired', 'waiting'])
    expect(bench.errors[0]).toMatch(/^meeting what is due: 1 of it failed: TypeError/)
  })

  it.each([
    ['a step', 2, 0],
    ['the last of them', 3, 0],
  ])('tells of %s that is missing', async (_, position, repetition) => {
    await remove(position, repetition)
    await minutes(bench, 1)
    expect(await told()).toEqual([[1, 'unacked']])
  })

  it('tells of a step that is not repeated', async () => {
    await minutes(bench, 10)
    await remove(3, 1)
    await minutes(bench, 1)
    expect(await told()).toEqual([[1, 'unacked']])
  })
})
