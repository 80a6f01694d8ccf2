import { z } from '@hono/zod-openapi'
import { type DocumentVersion, VERSION_CHANGES } from '../../rules/model.ts'
import { faultSchema, json, time } from './schemas.ts'

/** What rules and plans have in common over HTTP: a version, an entity tag, warnings, and who changed what. */

export const about = { version: z.int(), updatedAt: time, updatedBy: z.string() }

export const told = ({ version, updatedAt, updatedBy }: { version: number; updatedAt: number; updatedBy: string }) => ({
  version,
  updatedAt: new Date(updatedAt).toISOString(),
  updatedBy,
})

export const ifMatch = z.object({
  'if-match': z.string().max(200).optional().openapi({ description: 'the ETag of what you read; 412 if it changed' }),
})

export const withEtag = <T extends z.ZodType>(schema: T, description: string) => ({
  ...json(schema, description),
  headers: z.object({ etag: z.string().openapi({ description: 'for If-Match' }) }),
})

export const warningsOf = (what: string) =>
  z.array(faultSchema).openapi({ description: `odd, and perhaps not meant; ${what} is in force all the same` })

/** What was read may be sent back as it is: what the service tells beside it, and `more`, is left out. */
export function sentAs<T extends z.ZodType>(schema: T, ...more: string[]) {
  const left = new Set([...Object.keys(about), 'warnings', ...more])
  const without = (body: unknown) =>
    typeof body === 'object' && body !== null && !Array.isArray(body)
      ? Object.fromEntries(Object.entries(body).filter(([key]) => !left.has(key)))
      : body
  const sent = z.preprocess(without, schema)
  return { required: true, content: { 'application/json': { schema: sent }, 'application/yaml': { schema: sent } } }
}

export const versionFields = {
  version: z.int(),
  change: z.enum(VERSION_CHANGES),
  changed: z.array(z.string()).openapi({ description: 'fields that differ from the version before' }),
  by: z.string(),
  at: time,
}

export const versionView = ({ version, change, changed, by, at }: DocumentVersion) => ({
  version,
  change,
  changed: [...changed],
  by,
  at: new Date(at).toISOString(),
})
