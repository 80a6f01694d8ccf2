import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { codeOf, isCodeOf } from '../../../rules/desk/reference.ts'

const key = Buffer.alloc(32, 7)

describe('the code that a state is asked with', () => {
  it('is eight letters and digits that nobody misreads, the same every time', () => {
    const code = codeOf('01KXINTAKE', key)
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/)
    expect(codeOf('01KXINTAKE', key)).toBe(code)
    const codes = new Set(Array.from({ length: 1_000 }, (_, index) => codeOf(`id${index}`, key)))
    expect(codes.size).toBe(1_000)
    const letters = new Set([...codes].join(''))
    expect(letters.size).toBe(32)
  })

  it('opens its own entry only, with its own key only, however it is spelled', () => {
    const code = codeOf('a', key)
    expect(isCodeOf('a', code, key)).toBe(true)
    expect(isCodeOf('a', ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `, key)).toBe(true)
    expect(isCodeOf('a', code.replaceAll('0', 'o').replaceAll('1', 'l'), key)).toBe(true)
    for (const wrong of ['', code.slice(1), `${code}0`, codeOf('b', key)]) expect(isCodeOf('a', wrong, key)).toBe(false)
    expect(isCodeOf('a', code, randomBytes(32))).toBe(false)
  })
})
