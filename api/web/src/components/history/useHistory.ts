import type { HistoryView, TicketCommandView } from '../../api/types.ts'
import { useTexts } from '../../i18n/index.ts'
import { alone } from '../../i18n/isolate.ts'
import { plain } from '../../i18n/plain.ts'
import { commandOf } from '../../live/commands.ts'
import { useHistoryTexts } from './texts/index.ts'
import { zh } from './texts/zh.ts'
import * as told from './told.ts'

const isStep = (name: string): name is keyof typeof zh.stepped => Object.hasOwn(zh.stepped, name)
const isDid = (name: string): name is keyof typeof zh.did => Object.hasOwn(zh.did, name)
const keysOf = <T extends object>(words: T) => Object.keys(words) as (keyof T & string)[]

/** The firm's arrival moves nothing. */
const isOfFirm = ({ action, from, to }: HistoryView) => action === 'arrive' && from === to

interface Known {
  /** What somebody is called whom the history names by an id. */
  nameOf: (id: string) => string
  /** What an alarm is called that a rule raised; empty where nobody can say. */
  alarmOf: (rule: string) => string
}

/**
 * The history of a ticket in words of this language: what people typed stays as they typed it, what the service noted
 * is said anew.
 */
export function useHistory(ticket: () => { commands: readonly TicketCommandView[] }, { nameOf, alarmOf }: Known) {
  const { t: common, titleOf, clockName } = useTexts()
  const t = useHistoryTexts()
  const join = (parts: readonly (string | null)[]) =>
    parts.flatMap((part) => (part === null || part === '' ? [] : [alone(part)])).join(' · ')
  const yuan = (fen: number) => t('yuan', { amount: (fen / 100).toFixed(2) })

  function came({ arrived, people, isLate }: NonNullable<ReturnType<typeof told.arrivedOf>>): string {
    return t(isLate ? 'arrivedLate' : 'arrived', { arrived, people })
  }

  function who(by: string): string {
    if (by === 'system') return t('system')
    return by === 'resident' ? t('resident') : nameOf(by)
  }

  function what(entry: HistoryView): string {
    if (isOfFirm(entry)) return t('firmArrived')
    const name = plain(entry.action)
    if (isDid(name)) return t(`did.${name}`)
    return isStep(entry.action) ? t(`stepped.${entry.action}`) : t('other')
  }

  /** `id: said`, as it is noted for whom somebody did it. */
  function named(note: string): string {
    const [id = '', ...said] = note.split(': ')
    const name = nameOf(id)
    return name === id ? note : join([name, said.join(': ')])
  }

  function sent(note: string): string {
    const first = told.firstOf(note)
    if (first !== null) return join([first, t('sent.first')])
    const sending = told.sendingOf(note)
    if (!sending) return named(note)
    const { name, jobs, where, isLeaving, before } = sending
    const busy = jobs === 0 ? t('sent.free') : t('sent.busy', { count: jobs })
    const why = before && t(`sent.${before.why}`, { name: before.name })
    return join([why, name, t(`sent.${where}`), busy, isLeaving ? t('sent.leaving') : null])
  }

  function late(note: string): string {
    const breach = told.breachOf(note)
    if (breach) return clockName({ ...breach, party: breach.isFirm ? 'maintenance_firm' : 'property' })
    const count = told.arrivedOf(note)
    return count ? join([t('callIn'), came(count)]) : note
  }

  function escalated(note: string): string {
    const step = told.escalationOf(note)
    if (!step) return note
    const who = { '-': t('nobody'), 'nobody whom the drill names': t('leftOut') }[step.names]
    return t('step', { step: titleOf(step), who: who ?? step.names.replaceAll(', ', t('comma')) })
  }

  function answered(note: string): string {
    const answer = told.answerOf(note)
    return answer ? join([answer.name, t(`answer.${answer.answer}`), came(answer)]) : note
  }

  function counted(note: string): string {
    const called = told.calledInOf(note)
    if (called) return t('called', called)
    const arrived = told.arrivedOf(note)
    return arrived ? came(arrived) : note
  }

  function priced(note: string): string {
    const price = told.priceOf(note)
    if (!price) return note
    return price.name === null ? yuan(price.fen) : t('agreed', { name: price.name, price: yuan(price.fen) })
  }

  function byWay(note: string): string {
    const way = told.codedOf(keysOf(zh.way), note)
    return way ? join([t(`way.${way.code}`), way.said.replace('; ', t('stop'))]) : note
  }

  function graded(note: string): string {
    const grade = told.gradeOf(note)
    if (!grade) return note
    const faults = grade.faults.map((fault) => t(`fault.${fault}`)).join(t('comma'))
    return join([t('grade', { grade: grade.grade }), faults, grade.said])
  }

  function commanded(note: string): string {
    if (told.isUnsent(note)) return t('unsent')
    const command = commandOf(note)
    if (command?.command !== 'close') return note
    const known = ticket().commands.find(({ device }) => device === command.device)
    return common(`valve.${command.state}`, { device: known?.deviceName ?? command.device })
  }

  function closed(note: string): string {
    const verdict = told.codedOf(['satisfied', 'not satisfied'], note)
    return verdict ? join([t(verdict.code === 'satisfied' ? 'satisfied' : 'unsatisfied'), verdict.said]) : note
  }

  function signed(note: string): string {
    const signing = told.signingOf(note)
    return signing ? join([common(`signer.${signing.signer}`), signing.name]) : note
  }

  function handed(note: string): string {
    const handing = told.handingOf(note)
    return handing ? join([handing.names, handing.said]) : note
  }

  function settled(note: string): string {
    const task = told.codedOf(keysOf(zh.task), note)
    if (!task) return note
    return join([t(`task.${task.code}`), task.code === 'hand_over' ? handed(task.said) : task.said])
  }

  /** What stands beside what was done; empty where there is nothing to say. */
  function said(entry: HistoryView): string {
    const { note } = entry
    if (note === '') return ''
    switch (entry.action) {
      case 'join':
        return alarmOf(note)
      case 'breach':
        return late(note)
      case 'escalate':
        return escalated(note)
      case 'sign':
        return signed(note)
      case 'photo':
      case 'remove-photo':
        return told.saidOfPhoto(note)
      case 'assign':
        return sent(note)
      case 'accept':
        return named(note)
      case 'arrive':
        return told.codedOf(['maintenance_firm', 'property'], note)?.said ?? note
      case 'command':
        return commanded(note)
      case 'hand_over':
        return handed(note)
      case 'quote':
      case 'agree':
        return priced(note)
      case 'explain':
      case 'follow_up_attempt':
        return byWay(note)
      case 'follow_up':
        return graded(note)
      case 'call-in':
      case 'call-in-met':
      case 'call-in-cancelled':
        return counted(note)
      case 'call-in-answer':
        return answered(note)
      case 'task_done':
      case 'task_dropped':
        return settled(note)
      case 'close':
        return closed(note)
      case 'cancel':
        return note === 'the drill is over' ? t('drillOver') : note
      case 'first-handling':
      case 'complete': {
        const { said: words, isUnagreed } = told.unagreedOf(note)
        return join([words, isUnagreed ? t('unagreed') : null])
      }
      case 'edit':
        return ''
      default:
        return note
    }
  }

  return { who, what, said }
}
