import { describe, expect, it } from 'vitest'
import { readYaml } from '../../api/yaml.ts'

const reason = (text: string) => {
  const read = readYaml(text)
  return read.ok ? null : read.reason
}

describe('a YAML text', () => {
  it('holds what JSON holds too', () => {
    const text = 'id: x\npoints: [{ name: lift.floor, path: a }] # a comment\ntable: { "05": a, 5: b }\nno: off\n'
    const value = { id: 'x', points: [{ name: 'lift.floor', path: 'a' }], table: { '05': 'a', 5: 'b' }, no: 'off' }
    expect(readYaml(text)).toEqual({ ok: true, value })
    expect(readYaml('{"a": [1, true, null]}')).toEqual({ ok: true, value: { a: [1, true, null] } })
    expect(readYaml('a: &a [1]\nb: *a')).toEqual({ ok: true, value: { a: [1], b: [1] } })
  })

  it('sets no prototype', () => {
    const read = readYaml('__proto__: { polluted: 1 }')
    expect(read.ok && Object.hasOwn(read.value as object, '__proto__')).toBe(true)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('that is none says where', () => {
    expect(reason('a: [1\nb: 2\n')).toMatch(/^the YAML cannot be read: .*line \d+, column \d+/)
    expect(reason('a: *nobody')).toMatch(/alias/i)
    expect(reason('a: 1\n---\nb: 2')).toMatch(/multiple documents/i)
    expect(reason('x'.repeat(200_000))).toMatch(/longer than 131072 characters/)
  })
})
