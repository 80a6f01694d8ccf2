import { expect, it } from 'vitest'
import { openStore } from '../../../rules/storage/connect.ts'
import { type Notice, noticesOf, saveNotice } from '../../../rules/storage/outbox.ts'
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

it('a query that was built once writes every later row, and changes what may move of one that is there', async () => {
  const { path, remove } = temporaryFolder()
  const store = await openStore(path)
  for (const [id, attempts] of [
    ['n1', 0],
    ['n2', 0],
    ['n1', 7],
  ] as const) {
    await saveNotice(store.writer, notice(id, attempts))
  }
  const moved = { ...notice('n1', 7), body: { attempts: 0 }, createdAt: 0 }
  expect(await noticesOf(store.writer, { alarm: 'a' })).toEqual([moved, notice('n2', 0)])
  await store.close()
  remove()
})
