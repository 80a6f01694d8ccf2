import type { Commitment } from '../model.ts'
import type { Db } from './connect.ts'
import { promiseHash } from './promise-hash.ts'
import { amongst, keptQuery, rowWriter } from './statements.ts'

/** What tickets were promised: commitments as they were when a ticket opened, kept once and known by their hash. */
export type Promised = readonly Commitment[]

/** Of so many the latest are held in memory; a property has one for each version of its commitments. */
const HELD_MAX = 500
/** What a hash stands for never changes, in whichever data file it is found. */
const held = new Map<string, Promised>()
/** Of what was read, which has its row as long as a ticket refers to it. */
const hashes = new WeakMap<Promised, string>()

const writePromise = rowWriter((db, row: { hash: string; body: string }) =>
  db
    .insertInto('promises')
    .values(row)
    .onConflict((conflict) => conflict.doNothing()),
)

/** The hash under which these are kept from now on. */
export async function keepPromise(db: Db, promised: Promised): Promise<string> {
  const known = hashes.get(promised)
  if (known !== undefined) return known
  const body = JSON.stringify(promised)
  const hash = promiseHash(body)
  await writePromise(db, { hash, body })
  return hash
}

const readPromises = keptQuery((db, wanted: string) =>
  db.selectFrom('promises').selectAll().where('hash', 'in', amongst(wanted)),
)

/** Whoever asks for the same hash twice gets the same object, as long as it is held. */
export async function promisesByHash(db: Db, wanted: Iterable<string>): Promise<(hash: string) => Promised> {
  const found = new Map<string, Promised>()
  const missing: string[] = []
  for (const hash of new Set(wanted)) {
    const known = held.get(hash)
    if (known === undefined) missing.push(hash)
    else found.set(hash, known)
  }
  if (missing.length > 0) {
    for (const { hash, body } of await readPromises(db, JSON.stringify(missing))) found.set(hash, hold(hash, body))
  }
  return (hash) => {
    const promised = found.get(hash)
    if (promised === undefined) throw new Error(`the data file lacks what tickets were promised as ${hash}`)
    return promised
  }
}

function hold(hash: string, body: string): Promised {
  const promised = Object.freeze(JSON.parse(body) as Commitment[])
  hashes.set(promised, hash)
  const [oldest] = held.keys()
  if (oldest !== undefined && held.size >= HELD_MAX) held.delete(oldest)
  held.set(hash, promised)
  return promised
}
