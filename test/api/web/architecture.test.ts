import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const source = join(import.meta.dirname, '../../../api/web/src')
const files = (readdirSync(source, { recursive: true }) as string[]).filter((path) => /\.(ts|vue|css)$/.test(path))
const text = new Map(files.map((file) => [file, readFileSync(join(source, file), 'utf8')]))
const withFault = (fault: RegExp) => files.filter((file) => fault.test(text.get(file)!))

/** The parts that are loaded each by itself. */
const FACES = ['wall', 'console', 'phone']

function imports(file: string): { target: string; typeOnly: boolean }[] {
  const found = text.get(file)!.matchAll(/^import (type )?[^'"]*'(\.[^']+)'/gm)
  return [...found].map(([, type, path]) => ({
    target: normalize(join(dirname(file), path!)),
    typeOnly: type !== undefined,
  }))
}

describe('the dashboard', () => {
  it('keeps every file in a head and every line on a screen', () => {
    expect(files.length).toBeGreaterThan(30)
    expect(files.filter((file) => text.get(file)!.split('\n').length > 400)).toEqual([])
    const wide = files.filter((file) =>
      text
        .get(file)!
        .split('\n')
        .some((line) => line.length > 120),
    )
    expect(wide).toEqual([])
  })

  it('shows what it was told as text only', () => {
    expect(withFault(/v-html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|new Function|\beval\(/)).toEqual([])
  })

  it('names no other host', () => {
    const elsewhere = withFault(/https?:\/\/(?!www\.w3\.org\/)/)
    expect(elsewhere).toEqual([])
  })

  it('takes no code from the service but its words, which are small', () => {
    const taken = files.flatMap((file) =>
      imports(file)
        .filter(({ target, typeOnly }) => target.startsWith('..') && !typeOnly)
        .filter(({ target }) => !target.endsWith('/rules/model/words.ts'))
        .map(({ target }) => `${file}: ${target}`),
    )
    expect(taken).toEqual([])
  })

  it('keeps its faces apart: none takes code of another', () => {
    const faceOf = (path: string) => FACES.find((face) => path.startsWith(`${face}/`)) ?? null
    const crossed = files.flatMap((file) =>
      imports(file)
        .filter(({ target }) => faceOf(target) !== null && faceOf(target) !== faceOf(file))
        .filter(({ target }) => !target.endsWith('/route.ts'))
        .map(({ target }) => `${file}: ${target}`),
    )
    expect(crossed).toEqual([])
  })
})
