import type { Send } from '../channel.ts'
import { sent } from './judge.ts'

export type WriteLog = (fields: Record<string, unknown>, message: string) => void

/** The service's own log: the channel that always works. */
export const sendLog =
  (write: WriteLog): Send =>
  ({ notices }) => {
    for (const { id, kind, alarm, ticket, body } of notices) write({ notice: id, alarm, ticket, ...body }, kind)
    return Promise.resolve(sent('written'))
  }
