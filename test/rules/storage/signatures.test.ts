import { expect, it } from 'vitest'
import { openStore } from '../../../rules/storage/connect.ts'
import { signaturesOf } from '../../../rules/storage/signatures.ts'
import { openStoreAt } from '../../support/older-store.ts'
import { temporaryFolder } from '../../support/process.ts'

it('a signature of an older file comes over, and nobody says what it was for', async () => {
  const { path, remove } = temporaryFolder()
  const older = await openStoreAt(path, '0014-promises')
  older.pragma('foreign_keys = off')
  older.exec(`insert into signatures values ('s1', 't1', 'customer', '李女士', 1, 'Li', null)`)
  older.close()
  const store = await openStore(path)
  expect(await signaturesOf(store.reader, 't1')).toMatchObject([{ name: '李女士', signedFor: null }])
  await store.close()
  remove()
})
