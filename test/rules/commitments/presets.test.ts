import { describe, expect, it } from 'vitest'
import { adopted } from '../../../rules/commitments/adopt.ts'
import { checkCommitment } from '../../../rules/commitments/check.ts'
import { presets } from '../../../rules/commitments/presets/index.ts'
import { commitmentSchema } from '../../../rules/commitments/schema.ts'
import { planBookOf } from '../../../rules/plans/book.ts'
import { FOLLOW_UPS, QUALITY, rowsOf, TIMES } from './documents.ts'

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]
const all = [...presets.values()].map(({ commitment }) => commitment)
const preset = (id: string) => presets.get(id)!.commitment
const now = Date.parse('2026-11-23T02:00Z')
const around = { book: planBookOf([]), sites: new Map([['default', { timezone: 'Asia/Shanghai' }]]), now }

describe('the presets', () => {
  it('are the nineteen documents in their order, and the rescue of trapped passengers', () => {
    const documents = Array.from({ length: 19 }, (_, index) => `D${index + 1}`)
    expect([...presets.keys()]).toEqual([...documents, 'rescue-city', 'rescue-elsewhere'])
    for (const id of documents) expect(preset(id).document).toBe(id)
  })

  it.each(all.map((each) => [each.id, each] as const))(
    '%s is read by the schema as it is, without a fault',
    (_, each) => {
      expect(commitmentSchema.parse(each)).toEqual(each)
      expect(checkCommitment(each, around).errors).toEqual([])
    },
  )

  it.each(all.map((each) => [each.id, each] as const))(
    '%s says each figure in the words of its document',
    (id, each) => {
      const { targets, followUps = [], quality = [], callIn, staysUntilHandled } = each
      for (const { quote, note } of targets) {
        if (quote === undefined) expect(note).toMatch(/^ours|^the document|^TSG/)
        else expect(rowsOf(TIMES, id)).toContain(quote)
      }
      for (const { quote } of followUps) expect(rowsOf(FOLLOW_UPS, id)).toContain(quote)
      for (const { quote } of quality) expect(rowsOf(QUALITY, id)).toContain(quote)
      for (const told of [callIn, staysUntilHandled]) if (told) expect(rowsOf(TIMES, id)).toContain(told.quote)
    },
  )

  it('leave no quoted words of a document out', () => {
    const rows = TIMES.trim().split('\n')
    for (const row of rows) {
      const document = row
        .split('|')[1]!
        .trim()
        .split(/[ ,/]+/)
      const said = document.flatMap((id) => [
        ...preset(id).targets.map(({ quote = '' }) => quote),
        preset(id).callIn?.quote ?? '',
        preset(id).staysUntilHandled?.quote ?? '',
      ])
      // Parts of a cell are one promise each; what joins them is no figure.
      const parts = row
        .split('|')[4]!
        .trim()
        .split(/ \/ |…|,/)
      for (const part of parts.filter((each) => /小时|分钟|天|日|当|立即/.test(each))) {
        expect([row, part, said.some((quote) => quote.includes(part) || part.includes(quote || '\n'))]).toContain(true)
      }
    }
  })

  it('promise the follow-up visits of the documents', () => {
    const due = (id: string) => (preset(id).followUps ?? []).map((each) => each.due)
    expect(due('D6')).toEqual([{ afterMs: 24 * HOUR }, { afterMs: 2 * HOUR }])
    expect(due('D13')).toEqual([{ afterMs: DAY }, { afterMs: DAY }, 'rain', { afterMs: 3 * DAY }])
    expect(due('D19')).toEqual(['monthly_sample'])
    expect(preset('D6').followUps?.[1]?.ways[0]).toBe('telephone')
    expect(all.filter(({ followUps }) => followUps).map(({ id }) => id)).toEqual(['D6', 'D13', 'D19'])
  })

  it('promise the quality of the documents, the people who come and who stays', () => {
    const shares = (id: string) => (preset(id).quality ?? []).map(({ measure, percent }) => [measure, percent])
    expect(shares('D10')).toEqual([
      ['on_time', 99],
      ['pass', 95],
    ])
    expect(shares('D19')).toEqual([
      ['on_time', 100],
      ['rework', 0.5],
      ['satisfaction', 95],
    ])
    expect(all.filter(({ quality }) => quality).map(({ id }) => id)).toEqual(['D10', 'D19'])
    expect(preset('D14').callIn).toMatchObject({ people: 20, withinMs: 60 * MINUTE })
    expect(all.filter(({ staysUntilHandled }) => staysUntilHandled).map(({ id }) => id)).toEqual(['D10'])
  })
})

describe('adopting', () => {
  it('takes a preset over under another id, and D11 for a year', () => {
    const adoption = { id: 'ours', sites: ['north'], name: { zh: '我们', en: 'Ours' } }
    expect(adopted(presets.get('D13')!, adoption, '2026-11-23')).toEqual({ ...preset('D13'), ...adoption })
    const yearly = (rest: object) => adopted(presets.get('D11')!, { id: 'a', sites: null, ...rest }, '2026-11-23')
    expect(yearly({})).toMatchObject({ validUntil: '2027-11-22', document: 'D11' })
    expect(yearly({ validFrom: '2027-01-01' })).toMatchObject({ validFrom: '2027-01-01', validUntil: '2027-12-31' })
    expect(yearly({ validUntil: '2026-12-31' }).validUntil).toBe('2026-12-31')
  })
})
