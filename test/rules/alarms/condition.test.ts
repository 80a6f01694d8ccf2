import { describe, expect, it } from 'vitest'
import {
  compileCondition,
  type Condition,
  ConditionFailure,
  type Truth,
  type Value,
} from '../../../rules/alarms/condition.ts'

const measures = new Set(['slope'])

function condition(source: string): Condition {
  const compiled = compileCondition(source, { measures })
  if (!compiled.ok) throw new Error(compiled.reason)
  return compiled.condition
}

function evaluate(source: string, known: Record<string, Value> = {}): Truth {
  return condition(source).evaluate((name) => (Object.hasOwn(known, name) ? known[name] : undefined))
}

function refusal(source: string) {
  const compiled = compileCondition(source, { measures })
  if (compiled.ok) throw new Error(`${source} compiles`)
  return compiled
}

const reason = (source: string) => refusal(source).reason

function failure(source: string, known: Record<string, Value>): ConditionFailure {
  try {
    evaluate(source, known)
  } catch (error) {
    if (error instanceof ConditionFailure) return error
    throw error
  }
  throw new Error(`${source} does not fail`)
}

describe('names in a condition', () => {
  it('takes the longest dotted chain that is a known point', () => {
    const known = { 'power.active': 1, 'power.active.l1': 100 }
    expect(evaluate('power.active > 50.0', known)).toBe(false)
    expect(evaluate('power.active.l1 > 50.0', known)).toBe(true)
    expect(evaluate('power.active < 50.0 && power.active.l1 > 50.0', known)).toBe(true)
    expect(condition('power.active.l1 > power.active').inputs).toEqual(['power.active.l1', 'power.active'])
  })

  it('keeps names apart that differ in a dot or an underscore only', () => {
    expect(evaluate('power_factor < 0.5 && power_factor.l1 > 0.5', { power_factor: 0.1, 'power_factor.l1': 0.9 })).toBe(
      true,
    )
    expect(evaluate('flow_drate > 1.0 && flow.rate < 1.0', { flow_drate: 2, 'flow.rate': 0 })).toBe(true)
  })

  it('calls a method on a point', () => {
    expect(evaluate('lift.floor_label.startsWith("B")', { 'lift.floor_label': 'B2' })).toBe(true)
    expect(condition('lift.floor_label.startsWith("B")').inputs).toEqual(['lift.floor_label'])
  })

  it('reads conditions and the device health as well as points', () => {
    expect(evaluate('water.leak', { 'water.leak': true })).toBe(true)
    expect(evaluate('batteryLow || batteryPercent <= 15.0', { batteryPercent: 15, batteryLow: false })).toBe(true)
  })

  it('compares a point with a whole number', () => {
    expect(evaluate('voltage.l1 > 230', { 'voltage.l1': 230.1 })).toBe(true)
    expect(evaluate('voltage.l1 > 230', { 'voltage.l1': 230 })).toBe(false)
  })

  it('leaves texts and comments as they stand', () => {
    const label = 'has(voltage.l1) power.active'
    const source = `lift.floor_label == "${label}"`
    expect(condition(source).inputs).toEqual(['lift.floor_label'])
    expect(evaluate(source, { 'lift.floor_label': label })).toBe(true)
    expect(evaluate(`lift.floor_label == '''${label}'''`, { 'lift.floor_label': label })).toBe(true)
    expect(evaluate(String.raw`lift.floor_label == "a\"water.leak"`, { 'lift.floor_label': 'a"water.leak' })).toBe(true)
    expect(condition('water.leak // or voltage.l1').inputs).toEqual(['water.leak'])
  })

  it('reads no point in the letters of a number', () => {
    expect(evaluate('voltage.l1 > 1.0e2', { 'voltage.l1': 101 })).toBe(true)
  })
})

describe('what was never reported', () => {
  it.each(['water.leak', '!water.leak', 'voltage.l1 < 22.0', 'voltage.l1 != 1.0', 'lift.floor_label == ""'])(
    'makes %s unknown, never false',
    (source) => {
      expect(evaluate(source)).toBe('unknown')
    },
  )

  it.each<[string, Truth]>([
    ['water.leak || voltage.l1 > 1.0', true],
    ['voltage.l1 > 1.0 || water.leak', true],
    ['water.leak && voltage.l1 > 9.0', false],
    ['voltage.l1 > 9.0 && water.leak', false],
    ['water.leak || voltage.l1 > 9.0', 'unknown'],
    ['voltage.l1 > 9.0 || water.leak', 'unknown'],
    ['water.leak && voltage.l1 > 1.0', 'unknown'],
    ['voltage.l1 > 1.0 && water.leak', 'unknown'],
    ['!(water.leak && voltage.l1 > 9.0)', true],
    ['voltage.l1 + voltage.l2 > 1.0', 'unknown'],
    ['voltage.l1 > 1.0 ? true : water.leak', true],
    ['voltage.l1 > 9.0 ? true : water.leak', 'unknown'],
  ])('is absorbed where the other side decides: %s is %s', (source, expected) => {
    expect(evaluate(source, { 'voltage.l1': 5 })).toBe(expected)
  })

  it('is what has() asks about', () => {
    expect(evaluate('has(voltage.l2)')).toBe(false)
    expect(evaluate('has( voltage.l2 )', { 'voltage.l2': 0 })).toBe(true)
    expect(evaluate('has(water.leak)', { 'water.leak': false })).toBe(true)
    expect(evaluate('has(voltage.l2) && voltage.l2 < 22.0')).toBe(false)
    expect(evaluate('!has(voltage.l2) || voltage.l2 < 22.0')).toBe(true)
    expect(condition('has(voltage.l2)').inputs).toEqual(['voltage.l2'])
  })
})

describe('the value before the last message', () => {
  it('is unknown until there is one', () => {
    const source = 'voltage.l1 - previous(voltage.l1) > 20.0'
    expect(evaluate(source, { 'voltage.l1': 230 })).toBe('unknown')
    expect(evaluate(source, { 'voltage.l1': 230, 'previous:voltage.l1': 200 })).toBe(true)
    expect(evaluate(source, { 'voltage.l1': 230, 'previous:voltage.l1': 220 })).toBe(false)
  })

  it('has the type of the point, is asked for by has() and makes the point an input', () => {
    expect(
      evaluate('!previous( water.leak ) && water.leak', { 'water.leak': true, 'previous:water.leak': false }),
    ).toBe(true)
    expect(evaluate('has(previous(voltage.l1))', { 'voltage.l1': 230 })).toBe(false)
    expect(evaluate('has(previous(voltage.l1))', { 'previous:voltage.l1': 230 })).toBe(true)
    expect(evaluate('previous(flow) > 1.0', { 'previous:flow': 2 })).toBe(true)
    const { inputs, needsPrevious } = condition('previous(voltage.l2) > voltage.l1 && has(previous(water.leak))')
    expect(inputs).toEqual(['voltage.l2', 'voltage.l1', 'water.leak'])
    expect(needsPrevious).toEqual(['voltage.l2', 'water.leak'])
  })
})

describe('facts of the device', () => {
  it.each<[string, Truth]>([
    ['device.model == "LSN50"', true],
    ['device.name.startsWith("泵")', true],
    ['device.name.size() == 2', true],
    ["'main' in device.tags", true],
    ["'spare' in device.tags", false],
    ["device.tags.exists(tag, tag.startsWith('m'))", true],
    ['device.tags == ["main"]', true],
    ['device.zone == "B1"', 'unknown'],
    ['has(device.zone)', false],
    ['device.offline || device.model == "x"', true],
    ['device.zone == "B1" || device.id == "d1"', true],
  ])('%s is %s', (source, expected) => {
    const known = {
      'device:id': 'd1',
      'device:name': '泵房',
      'device:model': 'LSN50',
      'device:tags': ['main'],
      'device.offline': true,
    }
    expect(evaluate(source, known)).toBe(expected)
  })

  it('are told apart from its conditions', () => {
    const { facts, inputs } = condition('device.offline && device.model == "x" && "main" in device.tags')
    expect(facts).toEqual(['device.model', 'device.tags'])
    expect(inputs).toEqual(['device.offline'])
  })
})

describe('measures of the rule', () => {
  it('are numbers under their names', () => {
    expect(evaluate('slope > 2', { 'measure:slope': 2.5 })).toBe(true)
    expect(evaluate('slope > 2.0')).toBe('unknown')
    expect(evaluate('has(slope) && slope > 2.0')).toBe(false)
    expect(condition('slope > voltage.l1')).toMatchObject({ measures: ['slope'], inputs: ['voltage.l1'] })
  })

  it.each([
    ['frequency', /frequency is a point/],
    ['int', /int is a word of CEL/],
    ['power.rise', /no name for a measure/],
    ['', /no name for a measure/],
  ])('are not called %s', (name, expected) => {
    const compiled = compileCondition('water.leak', { measures: new Set([name]) })
    expect(compiled).toMatchObject({ ok: false, position: null })
    expect(!compiled.ok && compiled.reason).toMatch(expected)
  })
})

describe('points outside the vocabulary', () => {
  it.each<[string, Record<string, Value>, Truth]>([
    ['boiler.pressure > 3', { 'boiler.pressure': 3.1 }, true],
    ['boiler.pressure > 3.0', { 'boiler.pressure': 3 }, false],
    ['boiler.pressure > 3.0', {}, 'unknown'],
    ['has(boiler.pressure) && boiler.pressure > 3.0', {}, false],
    ['boiler . pressure > 3.0', { 'boiler.pressure': 4 }, true],
    ['mode.startsWith("x")', { mode: 'xy' }, true],
    ['mode == "on"', { mode: 1 }, false],
    ['mode == 1', { mode: 1 }, true],
    ['running', { running: true }, true],
    ['!running && water.leak', { running: false, 'water.leak': true }, true],
    ['power.active.sum > 1.0', { 'power.active.sum': 2, 'power.active': 0 }, true],
    ['flow > 1.0 || water.leak', { flow: 'text', 'water.leak': true }, true],
    ['water.leak && flow > 1.0', { flow: 'text', 'water.leak': false }, false],
  ])('%s over %j is %s', (source, known, expected) => {
    expect(evaluate(source, known)).toBe(expected)
  })

  it('are told with their first place', () => {
    expect(condition('water.leak && (flow > 1.0 || has(boiler.pressure) || flow < 0.5)').unknown).toEqual([
      { name: 'flow', position: 15 },
      { name: 'boiler.pressure', position: 33 },
    ])
    expect(condition('previous(flow) > flow').unknown).toEqual([{ name: 'flow', position: 9 }])
  })

  it.each([
    'water.leak || true',
    '[1.0, 2.0].exists(each, each > 1.5)',
    '[1.0].map(each, each + 1.0).all(more, more > 1.0)',
    'cel.bind(twice, 2.0 * voltage.l1, twice > 3.0)',
    'size("abc") == 3 && "abc".matches("b")',
    'type(voltage.l1) == double',
    '[{"low": 1.0}].exists(each, each.low < 2.0 && has(each.low))',
    String.raw`r"flow\d" == "flow" // flow`,
  ])('are none of the words in %s', (source) => {
    expect(condition(source).unknown).toEqual([])
  })

  it('may be called what a condition binds elsewhere', () => {
    expect(condition('[1.0].exists(flow, flow > 0.5) && flow > 2.0').unknown).toEqual([{ name: 'flow', position: 34 }])
    expect(condition('[1.0].exists(frequency, frequency > 0.5)').inputs).toEqual([])
  })
})

describe('a value that nothing can be made of', () => {
  it.each<[string, Record<string, Value>, string, number | null]>([
    [
      'water.leak && flow > 3.0',
      { 'water.leak': true, flow: 'fast' },
      'a text is compared with a number; compare flow with a text in quotes, at character 15: flow > 3.0',
      14,
    ],
    [
      '!flow',
      { flow: 2 },
      '! cannot be applied to a number; compare flow with a value, or ask has(), at character 1: !flow',
      0,
    ],
    [
      'flow + 1 > 2',
      { flow: 2 },
      '+ cannot be applied to a number and a whole number; write 1.0, at character 1: flow + 1 > 2',
      0,
    ],
    [
      'mode.startsWith("x")',
      { mode: 2 },
      'there is no startsWith() of a number with a text, at character 1: mode.startsWith("x")',
      0,
    ],
    [
      'water.leak && flow',
      { 'water.leak': true, flow: 2 },
      '&& and || need true or false on both sides, one is a number',
      null,
    ],
    ['flow', { flow: 2 }, 'a condition is true or false, this gives number', null],
    ['1 / int(voltage.l1) == 1', { 'voltage.l1': 0 }, 'division by zero, at character 1: 1 / int(voltage.l1) == 1', 0],
    ['5 % int(voltage.l1) == 1', { 'voltage.l1': 0 }, 'modulo by zero, at character 1', 0],
    ['int(voltage.l1) * 9223372036854775807 > 0', { 'voltage.l1': 2 }, 'integer overflow', 0],
    ['device.tags[1] == "x"', { 'device:tags': ['a'] }, 'index out of bounds', 0],
    ['int(lift.floor_label) > 1', { 'lift.floor_label': 'B' }, 'int() type error', 0],
    ['bytes(lift.floor_label).json().a == 1', { 'lift.floor_label': '{' }, 'Expected property name', null],
  ])('%s over %j fails', (source, known, message, position) => {
    const { message: told, position: at } = failure(source, known)
    expect(told).toContain(message)
    expect(at).toBe(position)
    expect(told).not.toMatch(/point_/)
  })

  it('is not what was never reported', () => {
    for (const source of ['flow > 3.0', '!flow', 'flow + 1 > 2', 'mode.startsWith("x")', '1 / int(voltage.l1) == 1']) {
      expect(evaluate(source)).toBe('unknown')
    }
  })

  it('fails or is unknown after the right side where both are', () => {
    expect(evaluate('flow > 3.0 && water.leak', { flow: 'fast' })).toBe('unknown')
    expect(failure('water.leak && flow > 3.0', { flow: 'fast' }).position).toBe(14)
  })
})

describe('a condition that is none', () => {
  it('is told in the names and at the place that the person wrote', () => {
    expect(reason('voltage.l1 > 3.0 && power.active.l2 == "x"')).toMatch(/at character 21: power\.active\.l2 == "x"/)
    expect(reason('has(voltage.l1) && voltage.l1 > 3.0 && water.leek')).toMatch(
      /water.leek is not .*, at character 40: water.leek/,
    )
    expect(reason('water.leak &&& water.leak')).toMatch(/at character 14: & water\.leak/)
    expect(reason('voltage.l1 > ')).toMatch(/at the end/)
    for (const source of ['voltage.l1 > ', 'voltage.l1 == "x"', 'has(water.leak) + 1']) {
      expect(reason(source)).not.toMatch(/point_/)
    }
  })

  it('names what has() asks for where that is nothing known', () => {
    expect(reason('has(water.leek)')).toBe(
      'water.leek is not a known point or condition; did you mean water.leak?, at character 5: water.leek)',
    )
  })

  it('must be true or false', () => {
    expect(reason('voltage.l1 + 1.0')).toBe('a condition is true or false, this gives double')
    expect(reason('lift.floor_label')).toMatch(/gives string/)
  })

  it.each<[string, number | null, RegExp, string | null]>([
    ['water.leek', 0, /did you mean water\.leak\?/, null],
    ['water.leak || device.ofline', 14, /did you mean device\.offline\?/, null],
    ['device.colour == "red"', 0, /device\.colour is not a known point or condition,/, null],
    ['has(device.modell)', 4, /did you mean device\.model\?/, null],
    ['water.leak.now', 0, /water\.leak\.now is not a known/, null],
    ['a.b.c.d.e.f > 1.0', 0, /is not a known/, null],
    ['size > 1.0', 0, /size is a function, not a point/, null],
    ['previous(device.model) == "x"', 9, /previous\(\) takes a point; device\.model is a fact/, null],
    ['previous(slope) > 1.0', 9, /slope is a measure/, null],
    ['water.leak && previous(1.0)', 14, /previous\(\) takes the name of a point/, null],
    ['previous(voltage.l1, voltage.l2) > 1.0', 0, /takes the name of a point/, null],
    ['has()', 0, /has\(\) takes the name/, null],
    ['has(previous(device.id))', 13, /device\.id is a fact/, null],
    ['water.leak && lift.floor_label > 3.0', 14, /^a text is/, 'compare lift.floor_label with a text in quotes'],
    [
      '3 == lift.floor_label',
      0,
      /^a whole number is compared with a text/,
      'compare lift.floor_label with a text in quotes',
    ],
    ['voltage.l1 == "x"', 0, /^a number is compared with a text/, 'compare voltage.l1 with a number, without quotes'],
    ['voltage.l1 == 1', 0, /with a whole number/, 'write 1.0'],
    ['voltage.l1 + 12 > 2.0', 0, /^\+ cannot be applied/, 'write 12.0'],
    ['water.leak == 1', 0, /^true or false is/, 'write water.leak or !water.leak on its own'],
    ['slope && water.leak', 0, /^&& needs true or false/, 'compare slope with a value'],
    ['water.leak && previous(voltage.l1)', 14, /this is a number/, 'compare previous(voltage.l1) with a value'],
    ['!voltage.l1', 0, /^! cannot/, 'compare voltage.l1 with a value, or ask has()'],
    ['device.tags == "main"', 0, /^a list of texts/, "ask 'text' in device.tags"],
    ['voltage.l1 in [1, 2]', 0, /^in cannot/, 'write the numbers with a point: [1.0, 2.0]'],
    ['frequency % 2.0 == 1.0', 0, /^% cannot/, '% needs whole numbers'],
    ['water.leak and water.leak', 11, /^unexpected and/, 'write &&'],
    ['voltage.l1 = 3.0', 11, /^unexpected =/, 'write =='],
    ['water.leak & water.leak', 11, /^unexpected &/, 'write &&'],
    ['(water.leak', 11, /not finished.*at the end/, ') should stand here'],
    ['voltage.l1 > ', 13, /not finished.*at the end/, 'a name or a value should follow'],
    ['lift.floor_label.startWith("B")', 0, /no startWith\(\) of a text/, 'did you mean startsWith()?'],
    ['sise(lift.floor_label) > 1', 0, /no sise\(\) with a text/, 'did you mean size()?'],
    ['water.leak ? voltage.l1 : lift.floor_label', 0, /got a number and a text/, null],
    ['lift.floor_label == "abc', 20, /unterminated string/, null],
    ['if water.leak', 0, /reserved identifier: if/, null],
    ['lift.floor_label.matches("(a+)+")', 25, /for ever/, null],
    ['lift.floor_label.matches(device.name)', 25, /a pattern in quotes/, null],
    ['voltage.l1', null, /this gives double/, null],
  ])('%s is refused at %s', (source, position, told, expected) => {
    const compiled = refusal(source)
    expect(compiled.reason).toMatch(told)
    expect({ position: compiled.position, expected: compiled.expected }).toEqual({ position, expected })
    if (expected !== null) expect(compiled.reason).toContain(expected)
    expect(compiled.reason).not.toMatch(/point_/)
    if (position !== null && position < source.length) {
      expect(compiled.reason).toContain(`at character ${position + 1}: ${source.slice(position, position + 10).trim()}`)
    }
  })

  it('costs too much', () => {
    const tags = 'device.tags.exists(a, device.tags.exists(b, device.tags.exists(c, a == b && b == c)))'
    expect(reason(tags)).toMatch(/at most 10000 steps, this may take \d{6,}/)
    const doubled = `["a"]${'.map(a, a + a)'.repeat(4)} == ["a"]`
    expect(reason(doubled)).toMatch(/at most 3 of exists, all, map, filter and bind, this has 4/)
    expect(reason(`water.leak${'||q'.repeat(250)}`)).toMatch(/at most 500 names, values and operators, this has 501/)
    expect(refusal(`${'('.repeat(60)}water.leak${')'.repeat(60)}`)).toMatchObject({
      position: 50,
      reason: expect.stringMatching(/nested 50 deep at most, at character 51/) as string,
    })
  })

  it('is not too long, too deep or empty', () => {
    expect(reason(`water.leak || ${'!'.repeat(2_000)}water.leak`)).toMatch(/at most 2000 characters/)
    expect(reason(`${'('.repeat(200)}water.leak${')'.repeat(200)}`)).not.toBe('')
    expect(reason('')).not.toBe('')
  })
})
