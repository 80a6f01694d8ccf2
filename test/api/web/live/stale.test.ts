import { shallowRef } from 'vue'
import { expect, it } from 'vitest'
import { useStale } from '../../../../api/web/src/live/stale.ts'
import type { ConnectionState } from '../../../../api/web/src/live/connection.ts'

const HEARD_MS = 1_000_000

it.each<[ConnectionState, number, boolean]>([
  ['live', 11_000, false],
  ['live', 15_001, true],
  ['waiting', 4_000, false],
  ['waiting', 4_001, true],
  ['connecting', 4_001, true],
])('is old or not: link %s, nothing heard for %i ms', (connection, ageMs, stale) => {
  const live = {
    ...{ loaded: shallowRef(true), connection: shallowRef(connection), heardAtMs: shallowRef(HEARD_MS) },
    nowMs: shallowRef(HEARD_MS + ageMs),
  }
  expect(useStale(live).value).toBe(stale)
})

it('is not old before there is anything', () => {
  const live = {
    ...{ loaded: shallowRef(false), connection: shallowRef<ConnectionState>('waiting') },
    ...{ heardAtMs: shallowRef(0), nowMs: shallowRef(HEARD_MS) },
  }
  expect(useStale(live).value).toBe(false)
})
