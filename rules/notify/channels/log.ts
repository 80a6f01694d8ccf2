import type { Channel } from '../channel.ts'

/** Writes notices to the service's own log: the channel that always works. */
export function logChannel(write: (fields: Record<string, unknown>, message: string) => void): Channel {
  return {
    name: 'log',
    send(notice) {
      write({ notice: notice.id, alarm: notice.alarm, ticket: notice.ticket, ...notice.body }, notice.kind)
      return Promise.resolve()
    },
  }
}
