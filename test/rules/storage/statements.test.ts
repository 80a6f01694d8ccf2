import { expect, it } from 'vitest'
import { openStore } from '../../../rules/storage/connect.ts'
import { insertNotice, type Notice, noticesOf } from '../../../rules/storage/outbox.ts'
import { temporaryFolder } from '../../support/process.ts'

const notice = (id: string, attempts: number): Notice => ({
  id,
  channel: 'log',
  kind: 'alarm.raised',
  alarm: 'a',
  ticket: null,
  body: { attempts },
  state: attempts === 0 ? 'queued' : 'sent',
  dueAt: attempts,
  attempts,
  reason: attempts === 0 ? null : 'why',
  createdAt: attempts,
  settledAt: attempts === 0 ? null : attempts,
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
