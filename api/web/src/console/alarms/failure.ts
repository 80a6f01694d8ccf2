import type { Action, AlarmView } from '../../api/types.ts'
import { useRefusal } from '../../components/refusal/useRefusal.ts'
import { useTexts } from '../../i18n/index.ts'
import type { Attempt } from '../../live/actions.ts'
import { useLive } from '../../live/store.ts'
import { useConsoleTexts } from '../texts/index.ts'

/** Where an alarm in another state means that somebody did it first. */
const MAY_BE_BEATEN: readonly Action[] = ['acknowledge', 'shelve', 'unshelve']

function whoDid(action: Action, { state, acknowledgedBy, muted }: AlarmView): string | null {
  if (action === 'acknowledge') return state === 'acked' ? acknowledgedBy : null
  return action === 'shelve' && muted?.kind === 'shelved' ? muted.by : null
}

/** In the reader's words, why something was not done to an alarm, and how the alarm stands now. */
export function useAlarmFailure() {
  const live = useLive()
  const { t } = useTexts()
  const say = useConsoleTexts()
  const { why } = useRefusal()

  return (id: string, attempt: Extract<Attempt, { kind: 'failed' }>): string => {
    const { action, problem } = attempt
    if (problem === null) return say('failure.unreachable')
    if (problem.status === 404) return say('failure.gone')
    if (problem.status !== 409 || !MAY_BE_BEATEN.includes(action)) return why(problem)
    const alarm = live.alarms.value.find((each) => each.id === id)
    if (!alarm) return say('failure.over')
    const state = t(`alarmState.${alarm.state}`)
    const faster = whoDid(action, alarm)
    return faster ? say('failure.fasterBy', { name: faster, state }) : say('failure.faster', { state })
  }
}
