import { describe, expect, it } from 'vitest'
import { compileExpression } from '../../../gateway/mapping/expression.ts'

const said = { payload: { speed: 5, on: true, list: [1, 2, 3], text: 'on', nothing: null }, topic: ['lifts', '7'] }
const ALL = ['double', 'int', 'uint', 'bool', 'string']

function run(source: string, types: readonly string[] = ALL) {
  const compiled = compileExpression(source, types)
  if (!compiled.ok) throw new Error(compiled.message)
  return compiled.value(said)
}
const refusal = (source: string, types: readonly string[] = ALL) => {
  const compiled = compileExpression(source, types)
  return compiled.ok ? null : compiled.message
}

describe('CEL over a message', () => {
  it.each([
    ['payload.speed * 0.5', 2.5],
    ['payload.list.size()', 3],
    ['payload.list.exists(n, n == 2)', true],
    ['topic[1] == "7" && payload.on', true],
    ['has(payload.absent) && payload.absent', false],
    ['payload.text == "on" ? "active" : "cleared"', 'active'],
    ['payload.nothing', null],
    ['payload', said.payload],
  ])('%s', (source, value) => {
    expect(run(source)).toEqual({ value })
  })

  it.each([
    ['payload.absent > 1.0', /No such key: absent/],
    ['payload.constructor', /No such key/],
    ['payload.__proto__', /No such key/],
    ['payload.text > 1.0', /overload/],
    ['payload.speed * 2', /write 2\.0, not 2/],
  ])('%s gives nothing, and says why', (source, why) => {
    expect(run(source)).toEqual({ missing: expect.stringMatching(why) as string })
  })

  it.each([
    ['payload.speed >', /at the end/],
    ['payload.speed = 1', /at character 15: = 1/],
    ['speed > 1.0', /Unknown variable: speed, at character 1: .*`payload` and `topic` are known/],
    ['1 + "a"', /overload.*at character 1/],
    ['payload.text.matches("(a+)+")', /matches\(\) is not for mappings.*at character 1/],
    ['payload.list.map(a, payload.list.map(b, b)).size()', /map\(\) inside of another walk/],
    [Array.from({ length: 400 }, () => '1').join('+'), /exceed|limit|max/i],
  ])('%s is refused: %s', (source, why) => {
    expect(refusal(source)).toMatch(why)
  })

  it('must give what is wanted', () => {
    expect(refusal('payload.on == true', ['double', 'int'])).toBe('it gives bool; double or int was expected')
    expect(refusal('payload.on', ['double'])).toBeNull()
  })
})
