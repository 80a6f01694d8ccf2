import { expect, it } from 'vitest'
import { etagOf, versionsOf } from '../../api/etag.ts'

it.each<[string | undefined, readonly number[] | undefined]>([
  [undefined, undefined],
  ['*', undefined],
  [etagOf(3), [3]],
  ['"3", "12"', [3, 12]],
  ['W/"3"', []],
  ['3', []],
  ['"abc"', []],
  ['', []],
])('If-Match: %s lets through %j', (header, versions) => {
  expect(versionsOf(header)).toEqual(versions)
})
