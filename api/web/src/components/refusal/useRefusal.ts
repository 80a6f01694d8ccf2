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

const isText = (fact: unknown): fact is string => typeof fact === 'string'

/** Facts that are moments. */
const TIMES = ['at', 'until']
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
    return TIMES.includes(name) ? formatDate(Date.parse(said), timezone.value, tag.value) : said
  }

  /** `null`: not a fact of a kind that is known here. */
  function inWords(name: string, fact: unknown): string | number | null {
    if (typeof fact === 'number') return /fen$/i.test(name) ? t('yuan', { amount: (fact / 100).toFixed(2) }) : fact
    if (isText(fact)) return TIMES.includes(name) && Number.isNaN(Date.parse(fact)) ? null : word(name, fact)
    return Array.isArray(fact) && fact.every(isText) ? fact.map((each) => word(name, each)).join(t('comma')) : null
  }

  /** `null` where there are no words for the reason, or a fact in them is missing: a service may be another version. */
  function exactly({ reason, facts }: Told): string | null {
    if (reason === null || !known(zh.why, reason)) return null
    const values: Record<string, string | number> = {}
    for (const [, name = ''] of zh.why[reason].matchAll(/\{(\w+)\}/g)) {
      const value = inWords(name, (facts as RefusalFacts | null)?.[name])
      if (value === null) return null
      values[name] = value
    }
    return t(`why.${reason}`, values)
  }

  return {
    why(problem: Told): string {
      const { status } = problem
      const said = exactly(problem)
      if (said !== null) return said
      if (status === 412) return t('why.version')
      return t(`plain.${PLAIN[status] ?? 'service'}`)
    },
    /** The service's own sentence, which is English, where there are no words for it here. */
    original: (problem: Told): string | null =>
      problem.detail !== '' && VAGUE.includes(problem.status) && exactly(problem) === null ? problem.detail : null,
  }
}
