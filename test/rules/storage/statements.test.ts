import { expect, it } from 'vitest'
import { openStore } from '../../../rules/storage/connect.ts'
import type { Notice } from '../../../rules/model.ts'
import { insertNotice, noticesOf } from '../../../rules/storage/outbox.ts'
import { amongst, keptQuery } from '../../../rules/storage/statements.ts'
import { temporaryFolder } from '../../support/process.ts'

const notice = (id: string, attempts: number): Notice => ({
  id,
  channel: 'log',
  address: '',
  recipient: attempts === 0 ? null : 'li',
  kind: 'alarm.raised',
  emergency: attempts === 0,
  site: 'default',
  alarm: 'a',
  ticket: null,
  step: null,
  until: attempts === 0 ? null : 'accept',
  body: { attempts },
  state: attempts === 0 ? 'queued' : 'sent',
  dueAt: attempts,
  attempts,
  reason: attempts === 0 ? null : 'why',
  createdAt: attempts,
  settledAt: attempts === 0 ? null : attempts,
  otherwise: attempts === 0 ? [] : [{ channel: 'sms', address: '13800000000' }],
  otherwiseAt: attempts === 0 ? null : 9,
  insteadOf: attempts === 0 ? null : 'n0',
  gatheredIn: attempts === 0 ? null : 'n0-all',
})

it('a query that was built once writes every later row', async () => {
  const { path, remove } = temporaryFolder()
  const store = await openStore(path)
  const notices = [notice('n1', 0), notice('n2', 7), notice('n3', 0)]
  for (const each of notices) await insertNotice(store.writer, each)
  expect(await noticesOf(store.writer, { alarm: 'a' })).toEqual(notices)
  await store.close()
  remove()
})

it('a query that was built once takes other values, any number of them, and keeps what it says itself', async () => {
  const { path, remove } = temporaryFolder()
  const store = await openStore(path)
  const db = store.writer
  for (const each of [notice('n1', 0), notice('n2', 7), notice('n3', 0)]) await insertNotice(db, each)
  const queued = keptQuery((from, ids: string, channel: string) => {
    const query = from.selectFrom('outbox').select('id').where('state', '=', 'queued').where('id', 'in', amongst(ids))
    return query.where('channel', '=', channel).orderBy('id')
  })
  const found = async (ids: string[], channel = 'log') =>
    (await queued(db, JSON.stringify(ids), channel)).map(({ id }) => id)
  expect(await found(['n1', 'n2', 'n3'])).toEqual(['n1', 'n3'])
  expect(await found(['n3'])).toEqual(['n3'])
  expect(await found([])).toEqual([])
  expect(await found(['n1'], 'sms')).toEqual([])
  await store.close()
  remove()
})
