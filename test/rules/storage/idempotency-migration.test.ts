import { expect, it } from 'vitest'
import { openStore } from '../../../rules/storage/connect.ts'
import { findIdempotent } from '../../../rules/storage/records.ts'
import { openStoreAt } from '../../support/older-store.ts'
import { temporaryFolder } from '../../support/process.ts'

it('what a phone sent before the service was renewed is done once when it is sent again after it', async () => {
  const { path, remove } = temporaryFolder()
  const older = await openStoreAt(path, '0017-alarm-rate')
  older.exec(`
    insert into tokens (id, name, role, secret_hash, created_at) values
      ('t1', 'zhang', 'responder', 'h1', 1), ('t2', 'zhang', 'responder', 'h2', 1), ('t3', '客服', 'dispatcher', 'h3', 1);
    insert into idempotency_keys (principal, key, request, result, created_at) values
      ('t1', 'a', 'q', '{}', 1000), ('t1', 'b', 'q', '{}', 1000), ('t2', 'b', 'q', '{}', 1000),
      ('t3', 'a', 'q', '{}', 1000), ('local', 'a', 'q', '{}', 1000)`)
  older.close()

  const store = await openStore(path)
  const known = async (owner: string, key: string) => (await findIdempotent(store.reader, owner, key)) !== null
  expect(await known('responder zhang', 'a')).toBe(true)
  expect(await known('responder zhang', 'b')).toBe(true)
  expect(await known('t3', 'a')).toBe(true)
  const kept = await store.reader.selectFrom('idempotency_keys').select(['principal', 'key', 'kept_until']).execute()
  expect(kept).toHaveLength(5)
  const day = 86_400_000
  expect(kept).toContainEqual({ principal: 'responder zhang', key: 'a', kept_until: 1000 + 7 * day })
  expect(kept).toContainEqual({ principal: 't3', key: 'a', kept_until: 1000 + day })
  await store.close()
  remove()
})
