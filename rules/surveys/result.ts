import { type Grade, GRADES, SATISFIED_FROM } from '../model.ts'
import type { GradeCount } from '../storage/surveys.ts'

/** What was answered to one question. */
export interface QuestionResult {
  count: number
  /** Of the grades 1 to 5; `null` without an answer, as is `satisfied`. */
  mean: number | null
  /** The share of grades 4 and 5, of 1. */
  satisfied: number | null
  distribution: Record<Grade, number>
}

export const RESULT_DEFINITION = {
  zh:
    '每户（完工后调查为每张工单）只计一次。平均分为全部评分（1–5 分）的算术平均；满意率为评分 4 分（满意）及 5 分（很满意）' +
    '的答卷数除以答卷总数；未答者不计入。',
  en:
    'Each household counts once; of a survey after completion each ticket. The mean is of all grades from 1 to 5; ' +
    'satisfied is the number of grades 4 and 5 divided by that of all answers; who did not answer is not counted.',
}

/** By question, in their order. */
export function resultsOf(questions: number, counts: readonly GradeCount[]): QuestionResult[] {
  return Array.from({ length: questions }, (_, index) => resultOf(counts.filter(({ question }) => question === index)))
}

function resultOf(counts: readonly GradeCount[]): QuestionResult {
  const given = new Map(counts.map(({ grade, count }) => [grade, count]))
  const of = (grade: Grade) => given.get(grade) ?? 0
  const total = (each: (grade: Grade) => number) => GRADES.reduce((sum, grade) => sum + each(grade), 0)
  const count = total(of)
  const share = (part: number) => (count === 0 ? null : part / count)
  return {
    count,
    mean: share(total((grade) => grade * of(grade))),
    satisfied: share(total((grade) => (grade >= SATISFIED_FROM ? of(grade) : 0))),
    distribution: { 5: of(5), 4: of(4), 3: of(3), 2: of(2), 1: of(1) },
  }
}
