import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { spellFault } from '../../../simulators/reading/faults.ts'
import { scenarioJsonSchema } from '../../../simulators/reading/json-schema.ts'
import { findScenario, LIBRARY, shippedScenarios } from '../../../simulators/reading/library.ts'
import { readScenario } from '../../../simulators/reading/read.ts'

interface Described {
  $ref?: string
  description?: string
}

const textOf = (name: string) => readFileSync(join(LIBRARY.folder, name), 'utf8')

describe('the shipped scenarios', () => {
  it.each(shippedScenarios())('%s can be read, without a warning, and expects something', (name) => {
    const found = findScenario(name)
    if (!found.ok) throw new Error(found.message)
    const read = readScenario(found.file)
    if (!read.ok) throw new Error(read.faults.map(spellFault).join('\n'))
    expect(read.warnings).toEqual([])
    expect(read.scenario).toMatchObject({ name, file: `simulators/scenarios/${name}.yaml` })
    expect(read.scenario.expect.length).toBeGreaterThan(0)
    for (const { zh, en } of [read.scenario.title, read.scenario.about]) {
      expect(zh).toMatch(/\p{Script=Han}/u)
      expect(en).not.toMatch(/^$|\p{Script=Han}/u)
    }
  })

  it('are found by name or as a path', () => {
    expect(findScenario('night-leak')).toEqual({ ok: true, file: join(LIBRARY.folder, 'night-leak.yaml') })
    const path = join(LIBRARY.folder, 'common', 'people.yaml')
    expect(findScenario(path)).toEqual({ ok: true, file: path })
    expect(findScenario('./nowhere.yaml')).toEqual({ ok: false, message: 'there is no file ./nowhere.yaml' })
    const listed = `shipped are: ${shippedScenarios().join(', ')}; a file of your own ends in .yaml`
    expect(findScenario('nite-leak')).toEqual({
      ok: false,
      message: `there is no scenario "nite-leak"; did you mean "night-leak"? ${listed}`,
    })
    expect(findScenario('qqq')).toEqual({ ok: false, message: `there is no scenario "qqq"; ${listed}` })
  })
})

describe('the JSON Schema for editors', () => {
  const schema = JSON.parse(textOf('scenario.schema.json')) as Parameters<typeof z.fromJSONSchema>[0]
  const accepts = (value: unknown) => z.fromJSONSchema(schema).safeParse(value).success

  it('is what `npm run schema` writes', () => {
    expect(schema).toEqual(scenarioJsonSchema())
  })

  it.each(LIBRARY.names())('accepts %s, which names it', (name) => {
    expect(accepts(parse(textOf(name)))).toBe(true)
    const up = '../'.repeat(name.split('/').length - 1)
    expect(textOf(name)).toMatch(`# yaml-language-server: $schema=${up}scenario.schema.json\n`)
  })

  it.each([
    ['an unknown key', { titel: 'x' }],
    ['an unknown key of a step', { timeline: [{ at: '5m', devise: 'a' }] }],
    ['an unknown field', { expect: [{ 'ticket opened': { devise: 'a' } }] }],
    ['an unknown fact', { expect: [{ 'ticket opend': {} }] }],
    ['no length of time', { lasts: 'long' }],
    ['a word that is none of them', { timeline: [{ at: '5m', channel: 'sms', answers: 'no' }] }],
  ])('refuses %s', (_, value) => expect(accepts(value)).toBe(false))

  it('takes parameters and a null as no condition', () => {
    const expectation = { 'ticket opened': null, within: '${long}', times: '${often}' }
    expect(accepts({ lasts: '${long}', expect: [expectation], building: { size: { lifts: '${lifts}' } } })).toBe(true)
  })

  it('says of every key what it is', () => {
    const { properties, definitions } = schema as unknown as Record<string, Record<string, Described>>
    const described = ({ $ref = '', description }: Described) =>
      description ?? definitions?.[$ref.replace('#/definitions/', '')]?.description
    const silent = Object.entries(properties!).filter(([, property]) => described(property) === undefined)
    expect(silent.map(([key]) => key)).toEqual([])
  })
})
