import { hasResident } from '../jobs/resident.ts'
import { SYSTEM, type Ticket } from '../model.ts'
import { completionSurvey, insertSurvey } from '../storage/surveys.ts'
import type { Work } from '../work.ts'
import { newSurvey } from './new.ts'

/** Where it was promised when the ticket opened, its resident can be asked from now on: the survey is there. */
export async function surveyAfterCompletion(work: Work, ticket: Ticket): Promise<void> {
  if (!ticket.commitments.some(({ surveys }) => surveys?.afterCompletion)) return
  if (!(await hasResident(work, ticket)) || (await completionSurvey(work.db, ticket.site))) return
  const about = { site: ticket.site, kind: 'completion', from: work.now, until: null } as const
  await insertSurvey(work.db, newSurvey(work, about, SYSTEM))
}
