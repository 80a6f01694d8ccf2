import { useRefusal } from '../../components/refusal/useRefusal.ts'
import { useTexts } from '../../i18n/index.ts'
import type { Deed, Refusal } from '../queue/entry.ts'
import { usePhoneTexts } from '../texts/index.ts'

/** What was done and why it was not taken, in words. */
export function useWords() {
  const { t } = useTexts()
  const p = usePhoneTexts()
  const { why: said } = useRefusal()

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
  }
}
