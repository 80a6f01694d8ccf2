import type { DocumentVersion, VersionChange } from '../model.ts'

/** What is kept of each version, beside the id of its document. */
export interface VersionColumns {
  version: number
  change: string
  /** JSON: names of fields. */
  changed: string
  body: string
  by: string
  at: number
}

/** Names of the fields in which two versions of a document differ, in the order of the alphabet. */
export function changedFields(before: unknown, after: unknown): string[] {
  const [one, other] = [fieldsOf(before), fieldsOf(after)]
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name])).sort()
}

/** Older ones are forgotten: a program that saves a document every minute must not fill the disk. */
export const VERSIONS_KEPT = 500

export const versionOfRow = ({ version, change, changed, body, by, at }: VersionColumns): DocumentVersion => ({
  version,
  change: change as VersionChange,
  changed: JSON.parse(changed) as string[],
  by,
  at,
  body: fieldsOf(bodyOf(body)),
})

/** A body that is not even JSON is found out like any other that is no document. */
export function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** What is no object has no fields. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
