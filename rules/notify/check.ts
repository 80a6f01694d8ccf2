import type { ChannelSettings, PlanFault } from '../model.ts'
import type { PlanVerdict } from '../plans/check.ts'
import { LOG_CHANNEL } from './log-channel.ts'
import { REACHES } from './routes.ts'

/** Whether a channel makes sense; what its kind needs was seen when its secrets were. */
export function checkChannel(channel: ChannelSettings): PlanVerdict {
  return { errors: [...logErrors(channel), ...broadcastErrors(channel)], warnings: warningsOf(channel) }
}

/** The log is what is left where everything else fails. */
function logErrors({ id, kind, enabled, sites }: ChannelSettings): PlanFault[] {
  if (id !== LOG_CHANNEL) {
    return kind === 'log' ? [{ field: 'kind', message: `the channel ${LOG_CHANNEL} is the log; use another kind` }] : []
  }
  if (kind !== 'log') return [{ field: 'kind', message: 'the log stays the log; add another channel' }]
  if (!enabled) return [{ field: 'enabled', message: 'the log is always written; leave it on' }]
  return sites === null ? [] : [{ field: 'sites', message: 'the log hears every site; set it to null' }]
}

function broadcastErrors({ kind, broadcasts }: ChannelSettings): PlanFault[] {
  if (REACHES[kind] !== 'phone' || broadcasts.length === 0) return []
  const message = 'a phone channel has no address of its own; leave it empty, people are reached through it by name'
  return [{ field: 'broadcasts', message }]
}

function warningsOf({ kind, broadcasts, enabled }: ChannelSettings): PlanFault[] {
  if (!enabled || kind === 'log' || REACHES[kind] !== undefined || broadcasts.length > 0) return []
  return [{ field: 'broadcasts', message: 'it reaches nobody by name and hears nothing; say what it is to hear' }]
}
