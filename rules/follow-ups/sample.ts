import { createHash } from 'node:crypto'
import type { Serviced } from '../storage/samples.ts'

/** D19 says a sample and not how many: a tenth of the households and at least five are ours. */
export const SAMPLE = { percent: 10, atLeast: 5 }

/** Of each household the job that was completed last. `jobs`: the earlier first. */
export function households<T extends Pick<Serviced, 'household'>>(jobs: readonly T[]): T[] {
  return [...new Map(jobs.map((job) => [job.household, job])).values()]
}

/**
 * Those whose SHA-256 of `<seed>:<ticket id>` comes first. Whoever has the seed and the tickets draws the same with
 * `printf '%s' "$seed:$ticket" | sha256sum`, whatever order they come in.
 */
export function drawn<T extends { id: string }>(from: readonly T[], seed: number, { percent, atLeast } = SAMPLE): T[] {
  const count = Math.max(atLeast, Math.ceil((from.length * percent) / 100))
  const ranked = from.map((each) => ({ each, rank: sha256(`${seed}:${each.id}`) }))
  return ranked
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ each }) => each)
}

/** Of an id, whose last part is chance: a whole number below 2^32. */
export const seedOf = (id: string) => Number.parseInt(sha256(id).slice(0, 8), 16)

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
