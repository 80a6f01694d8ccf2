import { seededRandom } from '../random.ts'
import type { Address } from './language.ts'

/** Hex digits of a hardware address, a serial number or the like: the same for the same device, always. */
export function hexOf({ site, id }: Address, digits: number): string {
  const random = seededRandom(`${site}/${id}`)
  return Array.from({ length: digits }, () => random.integer(0, 15).toString(16)).join('')
}

/** A clock that knows no zone: set to UTC, as it is when nobody set it. */
export const zonelessTime = (atMs: number) => new Date(atMs).toISOString().slice(0, 19)
