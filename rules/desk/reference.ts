import { isSpokenCode, spokenCode } from '../spoken-code.ts'

/** What a resident asks the state of his report with, beside its number. */
export const codeOf = (intake: string, key: Buffer): string => spokenCode(`intake:${intake}`, key)

export const isCodeOf = (intake: string, given: string, key: Buffer): boolean =>
  isSpokenCode(given, `intake:${intake}`, key)
