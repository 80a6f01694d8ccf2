import { expect, it } from 'vitest'
import { kept } from '../../rules/kept.ts'

it('makes a value once for each key, and forgets the oldest of too many', () => {
  const made: number[] = []
  const square = kept(2, (of: number) => {
    made.push(of)
    if (of < 0) throw new RangeError('negative')
    return of * of
  })
  expect([square(1), square(2), square(1), square(3)]).toEqual([1, 4, 1, 9])
  expect(made).toEqual([1, 2, 3])
  expect([square(2), square(1)]).toEqual([4, 1])
  expect(made).toEqual([1, 2, 3, 1])
  // What cannot be made takes nobody's place.
  expect(() => square(-1)).toThrow(RangeError)
  expect([square(3), square(1)]).toEqual([9, 1])
  expect(made).toEqual([1, 2, 3, 1, -1])
})
