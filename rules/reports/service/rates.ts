import { type QualityTarget, QUALITY_MEASURES } from '../../model.ts'

export type Measure = QualityTarget['measure']

/** A share of 1; `null` where there is nothing to take a share of. */
export interface Rate {
  numerator: number
  denominator: number
  value: number | null
}

export const rateOf = (numerator: number, denominator: number): Rate => ({
  numerator,
  denominator,
  value: denominator === 0 ? null : numerator / denominator,
})

export interface Both {
  zh: string
  en: string
}

/** What a measure is called, and what exactly is counted. Stands wherever the figure does. */
export const MEASURES: Record<Measure, { name: Both; definition: Both }> = {
  on_time: {
    name: { zh: '及时率', en: 'On-time rate' },
    definition: {
      zh: '分母：物业时限中至少有一个已有结果的工单；分子：其中没有任何一个时限超时的工单。恰好在到期时刻达到为及时。',
      en:
        'Denominator: tickets of which at least one clock of the property is decided. Numerator: those of them with ' +
        'none late. Reached exactly at the due time is on time.',
    },
  },
  pass: {
    name: { zh: '合格率', en: 'Pass rate' },
    definition: {
      zh: '分母：已完成的工单，投诉除外；分子：其中已验收签字、且保修期内没有开出返修工单的。未签字的不算合格。',
      en:
        'Denominator: completed tickets, complaints apart. Numerator: those that were signed for and had no rework ' +
        'ticket opened within their warranty. One that is not signed for yet has not passed.',
    },
  },
  rework: {
    name: { zh: '返修率', en: 'Rework rate' },
    definition: {
      zh: '分母：已完成的工单，投诉除外；分子：其中开出过返修工单的，返修工单后来取消的也算。',
      en:
        'Denominator: completed tickets, complaints apart. Numerator: those that a rework ticket was opened for, ' +
        'also where that was cancelled later.',
    },
  },
  satisfaction: {
    name: { zh: '满意度', en: 'Satisfaction' },
    definition: {
      zh: '分母：本期收到的评分（回访每次一份，满意度调查每户答卷一份，取各题平均）；分子：其中 4 分（满意）及以上的。',
      en:
        'Denominator: grades given in the period, one a follow-up and one an answered survey, the mean of its ' +
        'questions. Numerator: those of 4 (satisfied) or more.',
    },
  },
}

/** A target of a commitment, beside what came of the tickets that it was promised for. */
export interface Judged extends Rate {
  commitment: string
  name: Both
  document: string | null
  /** `at_most` for rework. */
  limit: 'at_least' | 'at_most'
  percent: number
  quote: string
  /** `null`: nothing is decided. */
  ok: boolean | null
}

/** Compared without division, so that 99 of 100 are 99 %. */
export function meets({ numerator, denominator }: Rate, { measure, percent }: QualityTarget): boolean | null {
  if (denominator === 0) return null
  const [found, wanted] = [numerator * 100, denominator * percent]
  return measure === 'rework' ? found <= wanted : found >= wanted
}

export const byMeasure = <V>(value: (measure: Measure) => V) =>
  Object.fromEntries(QUALITY_MEASURES.map((measure) => [measure, value(measure)])) as Record<Measure, V>
