import type { Commitment } from '../model.ts'
import type { Preset } from './presets/preset.ts'
import { commitmentSchema } from './schema.ts'

export interface Adoption {
  id: string
  sites: readonly string[] | null
  name?: Commitment['name'] | undefined
  validFrom?: string | undefined
  validUntil?: string | undefined
}

/** A preset as a property's own commitment, to be edited as it likes. `today`: `YYYY-MM-DD` where its sites are. */
export function adopted({ commitment, yearsValid }: Preset, adoption: Adoption, today: string): Commitment {
  const { id, sites, name = commitment.name, validFrom } = adoption
  const ends = yearsValid === undefined ? undefined : yearsLater(validFrom ?? today, yearsValid)
  const validUntil = adoption.validUntil ?? ends
  const own = { ...commitment, id, sites, name, ...(validFrom && { validFrom }), ...(validUntil && { validUntil }) }
  // Written in the order that it is read in again: an edit then shows what changed and nothing else.
  return commitmentSchema.parse(own)
}

/** The last day of so many years that begin with a day. */
function yearsLater(date: string, years: number): string {
  const [year, month, day] = date.split('-').map(Number)
  return new Date(Date.UTC(year! + years, month! - 1, day! - 1)).toISOString().slice(0, 10)
}
