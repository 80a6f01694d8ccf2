import { describe, expect, it } from 'vitest'
import { filterCovers, filterFault } from '../../../rules/model.ts'

describe('a topic filter', () => {
  it.each(['#', 'zigbee2mqtt/#', '/+/status', 'a/+/b/#', 'spBv1.0/一号楼/#', 'a b/c'])(
    '%s can be granted',
    (filter) => {
      expect(filterFault(filter)).toBeNull()
    },
  )

  it.each(['', '$SYS/#', '$share/x/#', 'a/#/b', 'a#', 'a/b+', 'a\u0000b', 'x'.repeat(257)])('%s cannot', (filter) => {
    expect(filterFault(filter)).toEqual(expect.any(String))
  })

  it.each([
    ['#', 'a', true],
    ['#', '$SYS/uptime', false],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'b/a', false],
    ['a/+', 'a/b', true],
    ['a/+', 'a/b/c', false],
    ['a/+', 'a', false],
    ['a/+', 'a/+', true],
    ['a/+', 'a/#', false],
    ['a/b', 'a/+', false],
    ['+/b', 'a/b', true],
    ['a/#', 'a/+/#', true],
    ['a/+/#', 'a/#', false],
    ['a/b', 'a/b', true],
  ])('%s covers %s: %s', (outer, inner, covers) => expect(filterCovers(outer, inner)).toBe(covers))
})
