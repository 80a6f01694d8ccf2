import { textsOf } from '../../../i18n/part.ts'
import { en } from './en.ts'
import { zh } from './zh.ts'

export const useTicketTexts = textsOf('ticket', { zh, en })

type AlarmDid = keyof typeof zh.history.alarm

/** Whether there is a text for what became of an alarm; the service may come to know more. */
export const isAlarmDid = (name: string): name is AlarmDid => Object.hasOwn(zh.history.alarm, name)
