import { afterEach, beforeEach, expect, it } from 'vitest'
import { transaction } from '../../../rules/storage/connect.ts'
import { isUsedLink, saveUsedLink } from '../../../rules/storage/used-links.ts'
import { EngineBench, HOUR } from '../../support/engine.ts'

let bench: EngineBench
beforeEach(async () => void (bench = await EngineBench.open()))
afterEach(() => bench.close())

it('knows a used link for a day, and not for ever', async () => {
  const { reader, writer } = bench.store
  const now = bench.clock.now()
  await transaction(writer, (db) => saveUsedLink(db, 'first', now))
  expect([await isUsedLink(reader, 'first'), await isUsedLink(reader, 'other')]).toEqual([true, false])
  await transaction(writer, (db) => saveUsedLink(db, 'second', now + 24 * HOUR))
  expect(await isUsedLink(reader, 'first')).toBe(true)
  await transaction(writer, (db) => saveUsedLink(db, 'third', now + 25 * HOUR))
  expect([await isUsedLink(reader, 'first'), await isUsedLink(reader, 'second')]).toEqual([false, true])
})
