import { expect, it } from 'vitest'
import { openStore } from '../../../rules/storage/connect.ts'
import type { Notice } from '../../../rules/model.ts'
import { insertNotice, noticesOf } from '../../../rules/storage/outbox.ts'
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
