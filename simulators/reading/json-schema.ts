import { z } from 'zod'
import { scenarioSchema } from './schema.ts'

type Json = Record<string, unknown>

/** What stands for any value where a parameter is used. */
const PARAMETER = { type: 'string', pattern: '\\$\\{[^}]+\\}' }
const SCALARS = new Set<unknown>(['string', 'number', 'integer', 'boolean'])

/** The JSON Schema (draft 7) that editors check and complete scenario files with. */
export function scenarioJsonSchema(): Json {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-7', reused: 'ref' }) as Json
  return withParameters(schema) as Json
}

/** Beside a `$ref` nothing counts in draft 7, not even a description; an `allOf` of one says nothing of its own. */
function plainRef({ $ref, ...beside }: Json): Json {
  const { allOf, ...others } = beside
  if ($ref !== undefined && Object.keys(beside).length === 0) return { $ref }
  if (Array.isArray(allOf) && allOf.length === 1 && Object.keys(others).length === 0) return allOf[0] as Json
  return $ref === undefined || allOf !== undefined ? beside : { ...beside, allOf: [{ $ref }] }
}

/** What changes an included device need not say its kind, and then it may be of each. */
const anyForOne = (key: string) => (key === 'oneOf' ? 'anyOf' : key)

/** A value may be a parameter, whatever else it must be; a text that may be anything is one already. */
function withParameters(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withParameters)
  if (typeof schema !== 'object' || schema === null) return schema
  const inside = plainRef(
    Object.fromEntries(Object.entries(schema).map(([key, value]) => [anyForOne(key), withParameters(value)])),
  )
  // What changes an included device or person by its id says nothing else that it need not.
  if (Array.isArray(inside.required) && inside.required.includes('id')) return { ...inside, required: ['id'] }
  const narrow = inside.type !== 'string' || inside.pattern !== undefined || inside.enum !== undefined
  if (!SCALARS.has(inside.type) || !narrow) return inside
  const { description, ...rest } = inside
  return { ...(description === undefined ? {} : { description }), anyOf: [rest, PARAMETER] }
}
