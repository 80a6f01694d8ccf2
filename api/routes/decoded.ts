import { z } from '@hono/zod-openapi'
import type { Decoded } from '../../rules/model.ts'

/** What a message says, as the API shows it: times as ISO text. */
export const decodedSchema = z.record(z.string(), z.unknown())

const iso = (epochMs: number | null) => (epochMs === null ? null : new Date(epochMs).toISOString())

export function decodedView(decoded: Decoded): z.infer<typeof decodedSchema> {
  const { others: _others, unreachable: _unreachable, requests: _requests, reply: _reply, ...said } = decoded
  const readings = said.readings.map((row) => ({ ...row, time: iso(row.time) }))
  return { ...said, time: { ...said.time, device: iso(said.time.device) }, readings }
}
