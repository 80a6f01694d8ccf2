import type { Decoded } from '../../../rules/model.ts'
import { rejected } from '../decoded.ts'
import type { Publish } from '../family.ts'

/** Why the payload is not the JSON object that a network server sends. */
export function shapeProblem(publish: Publish): Decoded {
  const parsed = publish.json()
  if (!parsed.ok) return rejected(parsed.reason, parsed.detail)
  const { value } = parsed
  const found = Array.isArray(value)
    ? 'an array'
    : typeof value === 'string'
      ? 'a text (encoded twice?)'
      : String(value)
  return rejected('invalid_shape', `the payload is ${found}; an object was expected`)
}
