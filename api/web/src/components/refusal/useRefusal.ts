import { ROLES, TICKET_STATES } from '../../../../../rules/model/words.ts'
import type { RefusalFacts } from '../../../../../rules/model.ts'
import type { Told } from '../../api/client.ts'
import { useTexts } from '../../i18n/index.ts'
import { useHomeTimezone } from '../../live/homeTimezone.ts'
import { useLive } from '../../live/store.ts'
import { formatDate } from '../../zoneTime.ts'
import { useRefusalTexts } from './texts/index.ts'
import { zh } from './texts/zh.ts'

const PLAIN: Record<number, keyof typeof zh.plain> = {
  ...{ 400: 'invalid', 401: 'session', 403: 'right', 404: 'gone', 409: 'faster', 413: 'tooLarge', 415: 'type' },
  ...{ 422: 'invalid', 429: 'tries', 503: 'unavailable' },
}
/** Of these the status says less than the service's own sentence. */
const VAGUE = [400, 409, 422]

const known = <T extends object>(words: T, said: string): said is keyof T & string => Object.hasOwn(words, said)

const SIGNERS = ['customer', 'responder', 'superior'] as const

/** Why the service refused something, in words of this language. */
export function useRefusal() {
  const { t: common, tag } = useTexts()
  const t = useRefusalTexts()
  const live = useLive()
  const timezone = useHomeTimezone(live)

  function word(name: string, said: string): string {
    const state = TICKET_STATES.find((each) => each === said)
    if (name === 'state' && state) return common(`ticketState.${state}`)
    const role = ROLES.find((each) => each === said)
    if (name.startsWith('role') && role) return common(`role.${role}`)
    if (name === 'needs' && known(zh.need, said)) return t(`need.${said}`)
    const signer = SIGNERS.find((each) => each === said)
    if (name === 'signers' && signer) return common(`signer.${signer}`)
    if (name === 'field' && known(zh.field, said)) return t(`field.${said}`)
    return name === 'at' || name === 'until' ? formatDate(Date.parse(said), timezone.value, tag.value) : said
  }

  const inWords = (facts: RefusalFacts) =>
    Object.fromEntries(
      Object.entries(facts).map(([name, fact]) => {
        if (typeof fact === 'string') return [name, word(name, fact)]
        if (typeof fact !== 'number') return [name, fact.map((each) => word(name, each)).join(t('comma'))]
        return [name, /fen$/i.test(name) ? t('yuan', { amount: (fact / 100).toFixed(2) }) : fact]
      }),
    )

  return {
    why({ status, reason, facts }: Told): string {
      if (reason !== null && known(zh.why, reason)) return t(`why.${reason}`, inWords(facts))
      if (status === 412) return t('why.version')
      return t(`plain.${PLAIN[status] ?? 'service'}`)
    },
    /** The service's own sentence, which is English, where there are no words for it here. */
    original: ({ status, reason, detail }: Told): string | null =>
      detail !== '' && VAGUE.includes(status) && !(reason !== null && known(zh.why, reason)) ? detail : null,
  }
}
