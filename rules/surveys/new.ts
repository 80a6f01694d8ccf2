import { DAY_MS, type Survey } from '../model.ts'
import type { Work } from '../work.ts'

/** Ours: the documents name no length. */
export const PERIODIC_MS = 14 * DAY_MS

/** What is asked where nothing else is said. */
const QUESTIONS: Survey['questions'] = [
  { zh: '服务是否及时', en: 'Was the service on time?' },
  { zh: '服务态度', en: 'How did our people behave?' },
  { zh: '服务（维修）质量', en: 'How good was the work?' },
  { zh: '总体满意程度', en: 'All in all, how satisfied are you?' },
]

const TITLES: Record<Survey['kind'], Survey['title']> = {
  periodic: { zh: '物业服务满意度调查', en: 'Satisfaction with our services' },
  completion: { zh: '维修服务满意度调查', en: 'Satisfaction with a repair' },
}

export function newSurvey(
  { now, newId }: Work,
  about: Pick<Survey, 'site' | 'kind' | 'from' | 'until'>,
  createdBy: string,
): Survey {
  const { kind } = about
  return { id: newId(), ...about, title: TITLES[kind], questions: QUESTIONS, createdAt: now, createdBy, closedAt: null }
}
