import { textsOf } from '../../../i18n/part.ts'
import { en } from './en.ts'
import { zh } from './zh.ts'
import type { Plain } from './zh.ts'

export const useTicketTexts = textsOf('ticket', { zh, en })

/** A code of the service as the name of its text. */
export const plain = <S extends string>(code: S) => code.replace(/[.-]/g, '_') as Plain<S>

type Did = keyof typeof zh.history.did
type AlarmDid = keyof typeof zh.history.alarm

/** Whether there is a text for what was done; the service may come to know more. */
export const isDid = (name: string): name is Did => Object.hasOwn(zh.history.did, name)
export const isAlarmDid = (name: string): name is AlarmDid => Object.hasOwn(zh.history.alarm, name)
