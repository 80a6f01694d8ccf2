import { textsOf } from '../../../i18n/part.ts'
import { en } from './en.ts'
import { zh } from './zh.ts'

export const useHistoryTexts = textsOf('history', { zh, en })

/** A code of the service as the name of its text. */
export const plain = (code: string) => code.replace(/[.-]/g, '_')
