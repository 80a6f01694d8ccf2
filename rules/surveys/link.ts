import { readSigned, sign } from '../signed.ts'
import type { Asked } from '../storage/surveys.ts'

/** Lets its holder answer a survey for one job or one household, once; without either, for the one that he names. */
export interface SurveyLink {
  survey: string
  asked: Asked | null
}

/** The same for as long as the survey is there: it is what was signed, not when. */
export function signSurveyLink({ survey, asked }: SurveyLink, key: Buffer): string {
  const [what, who] = asked === null ? ['', ''] : Object.entries(asked as Record<string, string>)[0]!
  return sign('survey', [survey, what, who], key)
}

/** `null`: it is not one of ours. */
export function readSurveyLink(token: string, key: Buffer): SurveyLink | null {
  const fields = readSigned('survey', token, key) as [string, 'ticket' | 'household' | '', string] | null
  if (fields === null) return null
  const [survey, what, who] = fields
  if (what === '') return { survey, asked: null }
  return { survey, asked: what === 'ticket' ? { ticket: who } : { household: who } }
}
