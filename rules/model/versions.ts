/** `shipped`: it came with the service, or with a newer one, and nobody had edited it. */
export const VERSION_CHANGES = ['created', 'changed', 'deleted', 'shipped'] as const
export type VersionChange = (typeof VERSION_CHANGES)[number]

/** One version of a rule or a plan: who made it, when, and what differs from the one before. */
export interface DocumentVersion {
  version: number
  change: VersionChange
  /** Names of the fields that differ. */
  changed: readonly string[]
  by: string
  at: number
  /** As it was saved; what later versions of the service make of it is another matter. */
  body: Readonly<Record<string, unknown>>
}
