import { expect, it } from 'vitest'
import { responderName } from '../../../rules/plans/book.ts'
import { bookOf, person } from '../../support/roster.ts'

it('calls a responder by his name, and whoever is none as he was called', () => {
  const book = bookOf({ responder: [person('p1', { name: '张伟' })] })
  expect(responderName(book, 'p1')).toBe('张伟')
  expect(responderName(book, '王师傅')).toBe('王师傅')
})
