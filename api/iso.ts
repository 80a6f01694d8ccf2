/** Times as the API writes them: ISO 8601 in UTC, with milliseconds. */
export const iso = (epochMs: number): string => new Date(epochMs).toISOString()

export const isoOrNull = (epochMs: number | null = null): string | null => (epochMs === null ? null : iso(epochMs))
