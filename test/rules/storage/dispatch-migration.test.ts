import { expect, it } from 'vitest'
import { defaultCommitment } from '../../../rules/commitments/default.ts'
import { openStore } from '../../../rules/storage/connect.ts'
import { noticesOf } from '../../../rules/storage/outbox.ts'
import { SHIPPED_PLANS_VERSION } from '../../../rules/plans/shipped.ts'
import { findPlan, listPlanVersions, seedPlan } from '../../../rules/storage/plans.ts'
import { findTicket, overdueTicketIds } from '../../../rules/storage/tickets.ts'
import { openStoreAt } from '../../support/older-store.ts'
import { temporaryFolder } from '../../support/process.ts'

const COMMITMENT = JSON.stringify({
  id: 'default',
  name: { zh: '本项目', en: 'Ours' },
  targets: [{ milestone: 'arrive', withinMs: 300_000, calendar: 'around_the_clock' }],
})

it('a running ticket, its clocks, its queued notice and an edited commitment come over from an older file', async () => {
  const { path, remove } = temporaryFolder()
  const older = await openStoreAt(path, '0011-evaluation')
  older.exec(`
    insert into sites (id, name, timezone, created_at) values ('default', 'd', 'Asia/Shanghai', 1);
    insert into commitments (id, version, body, updated_at) values ('default', 2, '${COMMITMENT}', 5);
    insert into tickets (id, number, state, priority, category, origin, site, location, title, description, age_unknown,
      commitment, opened_at, updated_at)
      values ('t1', '20261123-0001', 'accepted', 'critical', 'water_leak', 'alarm', 'default', 'B2',
        '{"zh":"漏水","en":"Leak"}', '', 0, '${COMMITMENT}', 1000, 2000);
    insert into clocks (ticket, milestone, due_at, met_at, state) values
      ('t1', 'accept', 181000, 2000, 'met'), ('t1', 'arrive', 301000, null, 'running');
    insert into outbox (id, channel, kind, ticket, body, state, due_at, attempts, created_at)
      values ('n1', 'log', 'ticket.opened', 't1', '{}', 'queued', 1000, 0, 1000)`)
  older.close()

  const store = await openStore(path)
  const ticket = await findTicket(store.reader, 't1')
  expect(ticket).toMatchObject({
    kind: 'repair',
    problems: [],
    occurredAt: 1000,
    commitments: [{ id: 'default', name: { zh: '本项目', en: 'Ours' } }],
    reached: { accept: 2000 },
  })
  expect(ticket?.clocks.map(({ id, party, dueAt, metAt, state }) => [id, party, dueAt, metAt, state])).toEqual([
    ['accept', 'property', 181_000, 2_000, 'met'],
    ['arrive', 'property', 301_000, null, 'running'],
  ])
  expect(await overdueTicketIds(store.reader, 301_001, 10)).toEqual(['t1'])
  expect(await noticesOf(store.reader, { ticket: 't1' })).toMatchObject([
    { id: 'n1', address: '', emergency: false, otherwise: [], state: 'queued' },
  ])
  const kept = await findPlan(store.reader, 'commitment', 'default')
  expect(kept).toMatchObject({ version: 2, shipped: 0, plan: { targets: [{ withinMs: 300_000 }] } })
  expect(await listPlanVersions(store.reader, 'commitment', 'default')).toMatchObject([{ version: 2, by: 'system' }])
  await store.close()
  remove()
})

it('a commitment that nobody edited is the shipped one and follows it', async () => {
  const { path, remove } = temporaryFolder()
  const older = await openStoreAt(path, '0011-evaluation')
  older.exec(`insert into commitments (id, version, body, updated_at) values ('default', 1, '${COMMITMENT}', 5)`)
  older.close()
  const store = await openStore(path)
  expect(await findPlan(store.reader, 'commitment', 'default')).toMatchObject({ version: 1, shipped: 1 })
  await seedPlan(store.writer, 'commitment', defaultCommitment, SHIPPED_PLANS_VERSION, 9)
  const followed = await findPlan(store.reader, 'commitment', 'default')
  expect(followed).toMatchObject({ version: 2, shipped: SHIPPED_PLANS_VERSION, plan: defaultCommitment })
  await store.close()
  remove()
})
