import { expect, it } from 'vitest'
import { newIdempotencyKey } from '../../../../api/web/src/api/idempotencyKey.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

it('is a random UUID where the browser offers none, as on plain http', () => {
  const insecure = { getRandomValues: (array: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(array) }
  const keys = Array.from({ length: 200 }, () => newIdempotencyKey(insecure))
  for (const key of keys) expect(key).toMatch(UUID)
  expect(new Set(keys).size).toBe(200)
})

it('uses the browser’s own where there is one', () => {
  expect(newIdempotencyKey({ randomUUID: () => 'own', getRandomValues: (array) => array })).toBe('own')
})
