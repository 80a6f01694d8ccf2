import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { defaultCommitment } from '../../../rules/commitments/default.ts'
import { openStore } from '../../../rules/storage/connect.ts'
import { keepPromise, promisesByHash } from '../../../rules/storage/promises.ts'
import { findTicket, saveTicket } from '../../../rules/storage/tickets.ts'
import { openStoreAt } from '../../support/older-store.ts'
import { temporaryFolder } from '../../support/process.ts'

const BODIES = ['default', 'other'].map((id) => JSON.stringify([{ ...defaultCommitment, id }]))

it('what the tickets of an older file were promised comes over, each text once', async () => {
  const { path, remove } = temporaryFolder()
  const older = await openStoreAt(path, '0013-jobs')
  older.exec(`insert into sites (id, name, timezone, created_at) values ('default', 'd', 'Asia/Shanghai', 1)`)
  const write = older.prepare(
    `insert into tickets (id, number, state, priority, category, origin, site, location, title, description, age_unknown,
      commitments, kind, problems, occurred_at, reached, job, opened_at, updated_at)
      values (?, ?, 'accepted', 'critical', 'water_leak', 'manual', 'default', 'B2', '{}', '', 0, ?,
        'repair', '[]', 1, '{}', '{}', 1, 1)`,
  )
  const count = 2_500
  older.transaction(() => {
    for (let index = 0; index < count; index++) {
      write.run(`t${String(index).padStart(5, '0')}`, `n${index}`, index === 700 ? '[]' : BODIES[index % 2])
    }
  })()
  older.close()

  const store = await openStore(path)
  const kept = store.sqlite.prepare<[], { hash: string; body: string }>('select * from promises').all()
  expect(kept.map(({ body }) => body).sort()).toEqual(['[]', ...BODIES].sort())
  for (const { hash, body } of kept) expect(hash).toBe(createHash('sha256').update(body).digest('hex'))
  for (const index of [0, 1, 999, 1_000, 1_001, 2_499]) {
    const ticket = await findTicket(store.reader, `t${String(index).padStart(5, '0')}`)
    expect(ticket?.commitments).toEqual(JSON.parse(BODIES[index % 2]!))
  }
  const without = await findTicket(store.reader, 't00700')
  expect(without?.commitments).toEqual([])
  const lost = store.sqlite.prepare<[], { lost: number }>(
    'select count(*) as lost from tickets where promise is null or promise not in (select hash from promises)',
  )
  expect(lost.get()!.lost).toBe(0)
  await store.close()
  remove()
})

it('a promise that was rolled back is kept anew by the next who makes it', async () => {
  const { path, remove } = temporaryFolder()
  const store = await openStore(path)
  const rolledBack = store.writer.transaction().execute(async (trx) => {
    const hash = await keepPromise(trx, [defaultCommitment])
    const found = await promisesByHash(trx, [hash])
    expect(found(hash)).toEqual([defaultCommitment])
    throw new Error('power cut')
  })
  await expect(rolledBack).rejects.toThrow('power cut')

  const hash = await keepPromise(store.writer, [defaultCommitment])
  const rows = store.sqlite.prepare('select hash from promises').all()
  expect(rows).toEqual([{ hash }])
  await store.close()
  remove()
})

it('a ticket that is read and saved again still says what it was promised when it opened', async () => {
  const { path, remove } = temporaryFolder()
  const store = await openStore(path)
  const { writer } = store
  store.sqlite.exec(`insert into sites (id, name, timezone, created_at) values ('here', 'h', 'Asia/Shanghai', 1)`)
  const promise = await keepPromise(writer, [defaultCommitment])
  store.sqlite.exec(`
    insert into tickets (id, number, state, priority, category, origin, site, location, title, description, age_unknown,
      promise, kind, problems, occurred_at, reached, job, opened_at, updated_at)
      values ('t1', 'n1', 'accepted', 'critical', 'water_leak', 'manual', 'here', 'B2', '{}', '', 0, '${promise}',
        'repair', '[]', 1, '{}', '{}', 1, 1)`)
  const ticket = (await findTicket(writer, 't1'))!
  await saveTicket(writer, { ...ticket, state: 'en_route' })
  const changed = [{ ...defaultCommitment, id: 'changed' }]
  await saveTicket(writer, { ...ticket, id: 't2', number: 'n2', state: 'closed', commitments: changed })

  expect(await findTicket(store.reader, 't1')).toMatchObject({ state: 'en_route', commitments: [defaultCommitment] })
  expect(await findTicket(store.reader, 't2')).toMatchObject({ commitments: changed })
  expect(store.sqlite.prepare('select hash from promises').all()).toHaveLength(2)
  await store.close()
  remove()
})
