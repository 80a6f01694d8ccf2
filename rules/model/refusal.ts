/** A command that is not allowed, with a stable code that the API maps to its answer once. */
export const REFUSAL_CODES = ['not_found', 'forbidden', 'conflict', 'stale', 'invalid', 'unavailable'] as const
export type RefusalCode = (typeof REFUSAL_CODES)[number]

export class Refusal extends Error {
  readonly code: RefusalCode
  constructor(code: RefusalCode, message: string) {
    super(message)
    this.name = 'Refusal'
    this.code = code
  }
}

/** A number in [0, 1): `Math.random`, or a seeded one. */
export type Random = () => number
