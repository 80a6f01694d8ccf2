import { describe, expect, it } from 'vitest'
import { junitReport } from '../../../simulators/report/junit.ts'
import { leak, scenarioOf, verdict } from './played.ts'

interface Element {
  tag: string
  attributes: Record<string, string>
  children: Element[]
  text: string
}

const unescaped = (text: string) =>
  text.replace(/&(?:(amp|lt|gt|quot|apos)|#(\d+));/g, (_, name: string | undefined, code) =>
    name === undefined
      ? String.fromCharCode(Number(code))
      : { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name]!,
  )

/** Takes well-formed XML without comments and CDATA; nothing else. */
function parse(xml: string): Element {
  expect(xml).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n</)
  expect(xml).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u)
  const root: Element = { tag: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const rest = xml
    .slice(xml.indexOf('\n') + 1)
    .replace(/<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>|([^<]+)/g, (_, closes, tag: string, written, ends, text) => {
      const inner = open.at(-1)!
      if (text !== undefined) inner.text += unescaped(text as string)
      else if (closes) expect(open.pop()!.tag).toBe(tag)
      else {
        const pairs = [...(written as string).matchAll(/ ([a-z]+)="([^"]*)"/g)]
        const attributes = Object.fromEntries(pairs.map(([, name, value]) => [name!, unescaped(value!)]))
        expect(Object.keys(attributes)).toHaveLength(pairs.length)
        const element = { tag, attributes, children: [], text: '' }
        inner.children.push(element)
        if (!ends) open.push(element)
      }
      return ''
    })
  expect([rest, open.length, root.children.length]).toEqual(['', 1, 1])
  expect(xml.match(/&(?!(amp|lt|gt|quot|apos|#\d+);)/)).toBeNull()
  return root.children[0]!
}

const only = (element: Element, tag: string) => element.children.filter((child) => child.tag === tag)

describe('a JUnit report', () => {
  it('has a suite for each run and a case for each expectation', () => {
    const all = parse(junitReport([leak(), leak({ seed: '2' })]))
    expect(all).toMatchObject({ tag: 'testsuites', attributes: { tests: '4', failures: '2', time: '7200.000' } })
    expect(all.children.map(({ attributes }) => attributes.name)).toEqual(['night-leak', 'night-leak (seed 2)'])
    const [suite] = all.children
    expect(suite!.attributes).toMatchObject({ tests: '2', failures: '1', errors: '0', time: '3600.000' })
    expect(only(suite!, 'properties')[0]!.children[0]!.attributes).toEqual({ name: 'seed', value: '1' })
    const [met, missed] = only(suite!, 'testcase')
    const named = { name: 'ticket opened: { device: leak-b2 }', classname: 'night-leak' }
    expect(met).toEqual({
      tag: 'testcase',
      attributes: { ...named, file: 'night-leak.yaml', line: '12', time: '0' },
      children: [],
      text: '',
    })
    expect(only(missed!, 'failure')).toMatchObject([
      {
        attributes: { message: 'it never came', type: 'expectation' },
        text: `expected: clock met: { milestone: follow_up }
at: night-leak.yaml:14:5
happened: it never came
seed: 1
run again: npx shifen simulate night-leak --seed 1`,
      },
    ])
  })

  it('holds any text', () => {
    const hostile = `</failure><img onerror="x">&amp; 'a'\u0000\u001b\ud800 水😀 ]]>\n\ttwo`
    const held = hostile.replace(/[\u0000\u001b]/g, '\ufffd').replace('\ud800', '\ufffd')
    const run = leak({ seed: hostile, verdicts: [verdict(hostile, false, hostile, 1)] })
    const suite = parse(junitReport([run])).children[0]!
    const [failed] = only(suite, 'testcase')
    expect(failed!.attributes.name).toBe(held.replace('\n\t', ' '))
    expect(failed!.children[0]!.attributes.message).toBe(held)
    expect(failed!.children[0]!.text).toContain(`happened: ${held}\nseed: ${held}`)
    expect(only(suite, 'properties')[0]!.children[0]!.attributes.value).toBe(held)
  })

  it('names two expectations of one text apart', () => {
    const verdicts = [1, 2, 3].map((line) => verdict('alarm raised', true, 'once', line))
    const cases = only(parse(junitReport([leak({ verdicts })])).children[0]!, 'testcase')
    expect(cases.map(({ attributes }) => attributes.name)).toEqual([
      'alarm raised',
      'alarm raised (2)',
      'alarm raised (3)',
    ])
  })

  it('tells why no more could be played', () => {
    const all = parse(junitReport([leak()], 'the broker went away'))
    expect(all.attributes).toMatchObject({ tests: '3', errors: '1' })
    const [lost] = only(all.children.at(-1)!, 'testcase')
    expect(lost!.children[0]).toMatchObject({ attributes: { message: 'the broker went away' } })
  })

  it('fails a run that shows nothing', () => {
    const verdicts = [verdict('never: { clock breached: {} }', true, 'never', 3, 0)]
    const all = parse(junitReport([leak({ scenario: scenarioOf({ name: 'calm' }), verdicts })]))
    expect(all.attributes).toMatchObject({ tests: '2', failures: '1' })
    expect(only(all.children[0]!, 'testcase').at(-1)!.children[0]!.attributes.message).toContain('shows nothing')
  })
})
