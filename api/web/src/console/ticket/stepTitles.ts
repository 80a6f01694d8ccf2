import { computed } from 'vue'
import { useWho } from '../../components/who.ts'
import type { TicketView } from '../../api/types.ts'
import { useTexts } from '../../i18n/index.ts'
import { useLive } from '../../live/store.ts'
import type { Step } from './steps.ts'
import { useTicketTexts } from './texts/index.ts'

/** What the steps of a ticket are called as it stands, and the request to cancel it that waits for a second person. */
export function useStepTitles(ticket: () => TicketView) {
  const { t: common } = useTexts()
  const t = useTicketTexts()
  const who = useWho()
  const live = useLive()

  const cancelAsked = computed(() => {
    const { cancelAsked: request } = ticket()
    return request !== null && Date.parse(request.until) >= live.nowMs.value ? request : null
  })
  const isOwnRequest = computed(() => cancelAsked.value?.by === who.name)

  function titleOf(step: Step): string {
    if (step === 'firm-arrive') return t('steps.firmArrive')
    if (step === 'assign' && ticket().assignee !== null) return t('steps.reassign')
    if (step === 'cancel' && cancelAsked.value && !isOwnRequest.value) return t('steps.confirmCancel')
    if (step === 'cancel' && !cancelAsked.value && ticket().priority === 'critical') return t('steps.askCancel')
    return common(`action.${step}`)
  }

  return { titleOf, cancelAsked, isOwnRequest }
}
