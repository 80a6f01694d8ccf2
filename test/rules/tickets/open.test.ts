import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dayOf, ticketNumber } from '../../../rules/tickets/open.ts'
import { EngineBench, HOUR, MINUTE, START } from '../../support/engine.ts'

describe('the day of a time zone', () => {
  it.each([
    ['Asia/Shanghai', '2026-11-23T15:59:59.999Z', '20261123'],
    ['Asia/Shanghai', '2026-11-23T16:00:00.000Z', '20261124'],
    ['UTC', '2026-11-23T23:59:59.999Z', '20261123'],
    ['America/New_York', '2026-11-24T04:59:59.999Z', '20261123'],
    ['America/New_York', '2026-11-24T05:00:00.000Z', '20261124'],
    ['America/New_York', '2026-07-01T03:59:59.999Z', '20260630'],
    ['Pacific/Kiritimati', '2026-12-31T10:00:00.000Z', '20270101'],
    ['Asia/Kathmandu', '2026-11-23T18:15:00.000Z', '20261124'],
  ])('%s at %s is %s', (timezone, at, day) => {
    expect(dayOf(Date.parse(at), timezone)).toBe(day)
  })
})

describe('a ticket number', () => {
  it('has four places, or more where a day needs them', () => {
    expect(ticketNumber('20261123', 7)).toBe('20261123-0007')
    expect(ticketNumber('20261123', 12_345)).toBe('20261123-12345')
  })
})

describe('ticket numbers in use', () => {
  let bench: EngineBench
  beforeEach(async () => (bench = await EngineBench.open()))
  afterEach(() => bench.close())

  async function report(site = 'default'): Promise<string> {
    const words = { title: '灯不亮', description: '', location: '1-1', device: null, reporter: null }
    const told = { ...words, category: 'other', priority: 'low' as const }
    const { ticket } = await bench.command({ type: 'report_ticket', site, ...told })
    return ticket!.number
  }

  it('run by the day of the site and begin anew at its midnight', async () => {
    expect([await report(), await report()]).toEqual(['20261123-0001', '20261123-0002'])
    bench.clock.set(Date.UTC(2026, 10, 23, 15, 59, 59, 999))
    expect(await report()).toBe('20261123-0003')
    bench.clock.advance(1)
    expect([await report(), await report()]).toEqual(['20261124-0001', '20261124-0002'])
  })

  it('are the day of a site in another time zone, and never two the same', async () => {
    const site = { id: 'ny', name: 'New York', timezone: 'America/New_York' }
    await bench.command({ type: 'create_site', site })
    expect(await report('ny')).toBe('20261122-0001')
    expect(await report()).toBe('20261123-0001')
    bench.clock.advance(4 * HOUR)
    expect(await report('ny')).toBe('20261123-0002')
  })

  it('go on after a restart', async () => {
    await report()
    await bench.restart(MINUTE)
    expect(await report()).toBe('20261123-0002')
  })

  it('leave no gap for a report that is refused', async () => {
    await report()
    await expect(report('nowhere')).rejects.toThrow(/nowhere/)
    expect(await report()).toBe('20261123-0002')
    expect(bench.clock.now()).toBe(START)
  })
})

describe('what an opened ticket says', () => {
  let bench: EngineBench
  beforeEach(async () => (bench = await EngineBench.open()))
  afterEach(() => bench.close())

  it('names the place and the problem in both languages', async () => {
    await bench.leak()
    expect(await bench.ticket()).toMatchObject({
      title: { zh: 'place of leak-1 漏水', en: 'Water leak: place of leak-1' },
      state: 'pending_dispatch',
      priority: 'critical',
      category: 'water_leak',
      origin: 'alarm',
      device: 'leak-1',
      assignee: null,
      openedAt: START,
    })
  })

  it('is what a rework takes over from its original, as a new ticket', async () => {
    await bench.leak()
    const original = await bench.ticket()
    await bench.walk(original.id, 'complete')
    await bench.pass(HOUR)
    const rework = await bench.act(original.id, 'rework')
    expect(rework).toMatchObject({
      origin: 'rework',
      reworkOf: original.id,
      follows: original.id,
      state: 'pending_dispatch',
      device: 'leak-1',
      openedAt: START + HOUR,
      title: { zh: `返修：${original.title.zh}`, en: `Rework: ${original.title.en}` },
    })
    expect(rework.clocks[1]).toMatchObject({ milestone: 'arrive', dueAt: START + HOUR + 10 * MINUTE, state: 'running' })
    expect((await bench.ticket(original.id)).state).toBe('completed')
  })
})
