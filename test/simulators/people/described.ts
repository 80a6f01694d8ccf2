import type { People, ResponderDescription } from '../../../simulators/scenario.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000

/** Somebody who takes no chances: every time is one time. */
export const somebody = (id: string, rest: Partial<ResponderDescription> = {}): ResponderDescription => ({
  ...{ id, name: `name of ${id}`, skills: ['water'], roles: [], phone: `1380000${id.length}000`, building: '1号楼' },
  ...{ acceptsMs: [30 * SECOND_MS, 30 * SECOND_MS], departsMs: [20 * SECOND_MS, 20 * SECOND_MS], walksMps: 1 },
  ...{ repairsMs: [8 * MINUTE_MS, 8 * MINUTE_MS], completesMs: [2 * MINUTE_MS, 2 * MINUTE_MS], declines: 0, late: 0 },
  ...rest,
})

/** All of them always on duty, a desk that watches, and customers that sign. */
export const crew = (responders: readonly ResponderDescription[], rest: Partial<People> = {}): People => ({
  responders,
  shifts: [{ responders: responders.map(({ id }) => id), from: '00:00', to: '00:00' }],
  customers: { sign: 1, signsMs: [MINUTE_MS, MINUTE_MS] },
  desk: {
    acknowledgesMs: [45 * SECOND_MS, 45 * SECOND_MS],
    closesMs: [5 * MINUTE_MS, 5 * MINUTE_MS],
    roundsMs: null,
  },
  ...rest,
})
