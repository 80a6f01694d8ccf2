import type { Invariant } from '../invariants.ts'
import { at, ms } from './within.ts'

export const messageInvariants: readonly Invariant[] = [
  {
    id: 'done-is-done',
    number: 1,
    words: 'PUBACK means done: nothing that was acknowledged is lost, and no ticket opens twice, whenever it ends.',
    broken: ({ looks }) =>
      looks.flatMap((look, index) => {
        const before = looks[index - 1]
        if (look.when !== 'after a restart' || before === undefined) return []
        const tickets = new Set(look.tickets.map(({ id }) => id))
        const devices = new Set(look.devices.map(({ id }) => id))
        const lost = [
          ...before.tickets.filter(({ id }) => !tickets.has(id)).map(({ number }) => `ticket ${number}`),
          ...before.devices.filter(({ id }) => !devices.has(id)).map(({ id }) => `device ${id}`),
        ]
        return lost.map((what) => `${what} is gone after the restart at ${at(before.atMs)}`)
      }),
  },
  {
    id: 'audit-whole',
    number: 1,
    words: 'The audit chain is whole, and tickets are as it says.',
    broken: ({ end: { audit } }) =>
      audit.ok ? [] : ['the audit is not whole', ...audit.faults.map(({ message }) => message)].slice(-1),
  },
  {
    id: 'all-counted',
    number: 9,
    words: 'Nothing is dropped in silence: every message is stored, rejected with its reason, or counted.',
    broken: ({ lives, end }) => {
      const uncounted = lives.flatMap(({ delivered, received }, index) =>
        delivered === received
          ? []
          : [`${delivered} messages were acknowledged and ${received} counted, after ${index} restarts`],
      )
      const rejected = lives.reduce((sum, life) => sum + life.rejected, 0)
      if (rejected !== end.rejections) uncounted.push(`${rejected} rejections were counted, and ${end.rejections} kept`)
      return uncounted
    },
  },
  {
    id: 'notices-settle',
    number: 9,
    words: 'Every queued notice is sent, withdrawn, or failed with its reason: none lies there past its time.',
    broken: ({ looks, end }) => {
      const endMs = looks.at(-1)!.atMs
      return end.notices.flatMap(({ id, kind, state, dueAt, settledAt, channel }) => {
        if ((state === 'queued') !== (settledAt === null)) return [`notice ${id} is ${state}, settled ${settledAt}`]
        if (state !== 'queued' || ms(dueAt) + OUTBOX_MS >= endMs) return []
        return [`a notice ${kind} through ${channel} fell due at ${dueAt} and is queued still`]
      })
    },
  },
  {
    id: 'nothing-fails',
    number: null,
    words: 'Nothing fails that was not foreseen: no error in the log, no answer of 500 and above.',
    broken: ({ failures }) => [...failures],
  },
]

/** A provider that refuses for its rate is asked again within a minute. */
const OUTBOX_MS = 60_000
