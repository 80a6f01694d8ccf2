import { expect, it } from 'vitest'
import { isolated } from '../../../../api/web/src/i18n/isolate.ts'

it('leaves names and numbers as they are', () => {
  const values = { name: '张伟 <img> 😀', count: 3 }
  expect(isolated(values)).toEqual(values)
})

it('keeps a name that turns texts round to itself, and lets none out', () => {
  expect(isolated({ name: 'a\u202eb' })).toEqual({ name: '\u2068a\u202eb\u2069' })
  expect(isolated({ name: 'שלום' })).toEqual({ name: '\u2068שלום\u2069' })
  expect(isolated({ name: '\u2069\u202eb' })).toEqual({ name: '\u2068\u202eb\u2069' })
  expect(isolated({ name: '\u2069\u202eb\u2068' })).toEqual({ name: '\u2068\u202eb\u2069' })
})

it('keeps the names in a sentence to themselves where the sentence stands in another one', () => {
  const { name } = isolated({ name: 'a\u202eb' })
  expect(isolated({ why: `${name} 已经先接单了` })).toEqual({ why: `\u2068\u2068a\u202eb\u2069 已经先接单了\u2069` })
})
