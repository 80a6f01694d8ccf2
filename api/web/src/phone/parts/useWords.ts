import type { TicketAction } from '../../../../../rules/model.ts'
import { useRefusal } from '../../components/refusal/useRefusal.ts'
import { useTexts } from '../../i18n/index.ts'
import type { Deed, Refusal } from '../queue/entry.ts'
import { usePhoneTexts } from '../texts/index.ts'

/** What was done and why it was not taken, in words. */
export function useWords() {
  const { t } = useTexts()
  const p = usePhoneTexts()
  const { why: said } = useRefusal()

  const isAction = (action: string): action is TicketAction => ACTIONS.some((name) => name === action)

  return {
    deedName(deed: Deed): string {
      switch (deed.kind) {
        case 'step':
          return t(`action.${deed.action}`)
        case 'photo':
          return p('deed.photo', { kind: p(`photo.kind.${deed.photoKind}`) })
        case 'costs':
          return p('deed.costs', { count: deed.costs.length })
        case 'signature':
          return p(`deed.signed_${deed.signature.signer}`, { name: deed.signature.name ?? '' })
      }
    },
    why(refusal: Refusal): string {
      const { holder, reason, theirs } = refusal
      if (theirs !== null) return p('refusal.changed')
      return holder === null || reason === 'taken' ? said(refusal) : p('refusal.holder', { name: holder })
    },
    /** What happened to a ticket, by the name that its history gives it. */
    happened(action: string): string {
      if (isAction(action)) return t(`action.${action}`)
      const known = HAPPENED.find((name) => name === action)
      return known ? p(`happened.${known}`) : p('happened.other')
    },
  }
}

const ACTIONS: readonly TicketAction[] = [
  ...(['contact', 'assign', 'accept', 'decline', 'depart', 'arrive', 'first-handling', 'hold', 'resume'] as const),
  ...(['complete', 'sign-off', 'close', 'cancel', 'rework'] as const),
]
const HAPPENED = [
  ...(['open', 'photo', 'edit', 'sign', 'hand_over', 'quote', 'agree', 'breach', 'escalate'] as const),
  ...(['join', 'report', 'explain', 'command'] as const),
] as const
