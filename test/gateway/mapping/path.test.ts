import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePath, readPath } from '../../../gateway/mapping/path.ts'

const payload = {
  a: { b: [{ c: 1 }, { c: 2 }], 'x y': { "it's": true }, null: null },
  'ts ': 'blank',
  $datatype: 'float',
  楼层: 3,
  list: [[{ code: 1 }], [{ code: 2 }, {}]],
}

function read(source: string, from: unknown = payload): unknown {
  const path = parsePath(source)
  if (!path.ok) throw new Error(path.message)
  return readPath(path.value, from)
}

describe('a path', () => {
  it.each([
    ['a.b[0].c', 1],
    ['$.a.b[1].c', 2],
    ["$['a'].b[1]['c']", 2],
    ["a['x y'][\"it's\"]", true],
    ["a['x y']['it\\'s']", true],
    ["['ts ']", 'blank'],
    ['$datatype', 'float'],
    ['$.$datatype', 'float'],
    ['楼层', 3],
    ['a.null', null],
    ['a.b[*].c', [1, 2]],
    ['list[*][*].code', [1, 2]],
    ['$', payload],
  ])('%s finds what stands there', (source, value) => {
    expect(read(source)).toEqual(value)
  })

  it.each(['a.z', 'a.b[2]', 'a.b.c', 'a[0]', 'a.null.x', 'z[*].c', 'a[*]', 'constructor', '__proto__', 'a.b.length'])(
    '%s finds nothing',
    (source) => {
      expect(read(source)).toBeUndefined()
    },
  )

  it.each([
    ['a..b', true],
    ['.a', true],
    ['a.', true],
    ['a.[0]', true],
    ['a[b]', true],
    ['a[-1]', true],
    ["a['b]", true],
    ['a b', true],
    ['$..a', true],
    ['a[0]b', true],
  ])('%s: fault %s', (source, isFault) => {
    expect(parsePath(source).ok).toBe(!isFault)
  })

  it('says where it goes wrong', () => {
    expect(parsePath('state.faults[x].code')).toEqual({
      ok: false,
      message: "a name, .name, [0], [*] or ['name'] was expected, at character 13: [x].code",
    })
    expect(parsePath('state.')).toMatchObject({ message: expect.stringMatching(/at the end$/) as string })
  })

  it('never throws, whatever is written and whatever is read', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'$.[]*\'"ab0\\ ') }), fc.jsonValue(), (source, value) => {
        const path = parsePath(source)
        if (path.ok) readPath(path.value, value)
        else expect(path.message).not.toBe('')
      }),
      { numRuns: 2_000 },
    )
  })
})
