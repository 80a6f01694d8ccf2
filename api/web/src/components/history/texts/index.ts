import { textsOf } from '../../../i18n/part.ts'
import { en } from './en.ts'
import { zh } from './zh.ts'

export const useHistoryTexts = textsOf('history', { zh, en })
