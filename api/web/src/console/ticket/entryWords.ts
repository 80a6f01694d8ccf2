import type { AlarmView, TicketCommandView } from '../../api/types.ts'
import { useTexts } from '../../i18n/index.ts'
import { commandOf } from '../../live/commands.ts'
import { usePartTexts } from '../parts/texts/index.ts'
import type { Entry } from './history.ts'
import { isTicketAction } from './steps.ts'
import { isAlarmDid, isDid, plain, useTicketTexts } from './texts/index.ts'
import { breachOf, escalationOf, saidOfDelay, saidOfPhoto, sendingOf, signingOf, unsentOf } from './told.ts'
import type { People } from './usePeople.ts'

/** What is known of whom and what a history names. */
export interface Known {
  alarms: readonly AlarmView[]
  commands: readonly TicketCommandView[]
  people: People | null
}

/** What people call who did something. */
export function useByWords(people: () => People | null) {
  const t = useTicketTexts()
  return (by: string) => {
    if (by === 'system') return t('history.system')
    if (by === 'resident') return t('history.resident')
    return people()?.all.get(by)?.name ?? by
  }
}

/** An entry of a history in words of this language, as far as they are known; else as it was noted. */
export function useEntryWords(known: () => Known) {
  const { t: common, titleOf, clockName } = useTexts()
  const t = useTicketTexts()
  const part = usePartTexts()

  function did({ kind, entry }: Entry): string {
    const name = plain(entry.action)
    if (kind === 'alarm') return isAlarmDid(name) ? t(`history.alarm.${name}`) : entry.action
    if (entry.action === 'arrive' && entry.from === entry.to) return t('history.firmArrived')
    if (isDid(name)) return t(`history.did.${name}`)
    return isTicketAction(entry.action) ? common(`action.${entry.action}`) : entry.action
  }

  /** What a person said, or what the service noted. */
  function note({ kind, entry }: Entry): string {
    if (kind === 'alarm' || entry.note === '') return entry.note
    switch (entry.action) {
      case 'join': {
        const joined = known().alarms.find(({ rule }) => rule === entry.note)
        return joined ? titleOf(joined) : entry.note
      }
      case 'breach': {
        const breach = breachOf(entry.note)
        if (!breach) return entry.note
        const { milestone, isFirm } = breach
        return clockName({ milestone, party: isFirm ? 'maintenance_firm' : 'property' })
      }
      case 'escalate': {
        const step = escalationOf(entry.note)
        if (!step) return entry.note
        const { called, names } = step
        const whom = called === 'people' ? names : t(called === 'nobody' ? 'history.nobody' : 'history.leftOut')
        return `${titleOf(step)} · ${whom}`
      }
      case 'sign': {
        const signing = signingOf(entry.note)
        return signing ? `${t(`history.signer.${signing.signer}`)} ${signing.name}` : entry.note
      }
      case 'photo':
      case 'remove-photo':
        return saidOfPhoto(entry.note)
      case 'explain':
        return saidOfDelay(entry.note)
      case 'assign':
        return saidOfSending(entry.note)
      case 'command':
        return saidOfCommand(entry.note)
      case 'edit':
        return ''
      default:
        return entry.note
    }
  }

  function saidOfSending(note: string): string {
    const sending = sendingOf(note)
    if (!sending) return known().people?.all.get(note)?.name ?? note
    const { name, before, jobs, where, isLeaving } = sending
    return [
      ...(before === null ? [] : [t(`history.sent.${before.did}`, { name: before.name })]),
      name,
      t(`history.sent.${where}`),
      jobs === 0 ? t('history.sent.free') : t('history.sent.busy', { count: jobs }),
      ...(isLeaving ? [t('history.sent.leaving')] : []),
    ].join(' · ')
  }

  function saidOfCommand(note: string): string {
    const unsent = unsentOf(note)
    if (unsent !== null) return `${nameOf(unsent)} · ${t('history.unsent')}`
    const told = commandOf(note)
    if (!told) return note
    const { device, command, state } = told
    const name = known().commands.find((each) => each.device === device)?.deviceName ?? device
    return `${name} · ${nameOf(command)} · ${part(`commandState.${state}`)}`
  }
  const nameOf = (command: string) => part(`command.${command === 'open' || command === 'close' ? command : 'read'}`)

  return { did, note }
}
