import type { AlarmAction, AlarmView } from '../../api/types.ts'
import { needsAcknowledging } from '../../live/urgency.ts'

/** In the order of their buttons. */
export const ALARM_ACTIONS = ['acknowledge', 'reset', 'shelve', 'unshelve', 'comment'] as const

/** Whether it makes sense for the alarm as it stands; the service has the last word. */
export function isPossible(action: AlarmAction, alarm: AlarmView): boolean {
  switch (action) {
    case 'acknowledge':
      return needsAcknowledging(alarm)
    case 'reset':
      // Its condition may be over without a word of it on the stream, since a latched alarm stays as it is.
      return alarm.latched && alarm.computed !== 'normal'
    case 'shelve':
      return alarm.muted === null
    case 'unshelve':
      return alarm.muted?.kind === 'shelved'
    case 'comment':
      return true
  }
}
