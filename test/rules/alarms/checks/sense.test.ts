import { describe, expect, it } from 'vitest'
import { checkConditions, type ConditionFinding } from '../../../../rules/alarms/checks/sense.ts'
import { compileCondition, type Condition } from '../../../../rules/alarms/condition.ts'
import { shippedRules } from '../../../../rules/alarms/defaults.ts'

function condition(source: string): Condition {
  const compiled = compileCondition(source, { measures: new Set(['slope']) })
  if (!compiled.ok) throw new Error(compiled.reason)
  return compiled.condition
}

function check(when: string, clear?: string): ConditionFinding[] {
  return checkConditions({ when: condition(when), clear: clear === undefined ? null : condition(clear) })
}

const brief = (findings: ConditionFinding[]) =>
  findings.map(({ field, severity, message }) => `${field} ${severity}: ${message}`)

describe('conditions that make sense', () => {
  it.each(
    shippedRules.filter(({ when }) => when !== undefined).map(({ id, when, clear }) => [id, when!, clear] as const),
  )('%s: nothing to say of a shipped rule', (_id, when, clear) => {
    expect(check(when, clear)).toEqual([])
  })

  it.each<[string, string?]>([
    ['voltage.l1 > 240.0', 'voltage.l1 < 235.0'],
    ['voltage.l1 > 240.0', 'voltage.l1 <= 240.0'],
    ['voltage.l1 > 240.0 && voltage.l1 < 240.5'],
    ['voltage.l1 - previous(voltage.l1) > 20.0', 'voltage.l1 - previous(voltage.l1) < 1.0'],
    ['2.0 * voltage.l1 > 471.0 && 2.0 * voltage.l1 < 472.0'],
    ['voltage.l1 - 5.0 != 2.0'],
    ['voltage.l1 - 5.0 == 2.0'],
    ['current.l1 > current.rated'],
    ['power.active / (voltage.l1 * current.l1) < 0.5 && has(current.l1)'],
    ['slope > 0.4'],
    ['previous(water.leak) != water.leak'],
    ['"main" in device.tags && !("spare" in device.tags)'],
    ['device.name.startsWith("B") && device.name.endsWith("2")'],
    ['lift.floor_label.matches("^B[0-9]$")', '!lift.floor_label.matches("^B[0-9]$")'],
    ['size(device.tags) > 2'],
    ['lift.floor_label > "M"'],
    ['"a" in device.tags && "b" in device.tags && !("c" in device.tags)'],
    ['water.leak', '!water.leak && device.name.startsWith("a") && device.name.endsWith("b")'],
    ['device.tags.exists(tag, tag == "main")'],
    ['!(water.leak && device.tamper && voltage.l1 == 5.0 && voltage.l2 == 7.0 && voltage.l3 == 9.0)'],
  ])('%s, cleared by %s', (when, clear) => {
    expect(check(when, clear)).toEqual([])
  })
})

describe('conditions that do not', () => {
  it.each<[string, string | undefined, string[]]>([
    ['true', undefined, ['when error: would never clear: it reads nothing and is always true']],
    ['1.0 > 2.0', undefined, ['when warning: never raises: it reads nothing and is never true']],
    [
      'voltage.l1 > 2.0 || voltage.l1 <= 2.0',
      undefined,
      ['when error: would never clear: it is true whatever its inputs say'],
    ],
    ['water.leak || !water.leak', undefined, ['when error: would never clear: it is true whatever its inputs say']],
    [
      'has(voltage.l1)',
      undefined,
      ['when warning: would never clear: it is true whatever its inputs say, once they are reported'],
    ],
    [
      'humidity.relative > 120.0',
      undefined,
      ['when warning: never raises: nothing that its inputs can say makes it true'],
    ],
    [
      'voltage.l1 > 240.0 && voltage.l1 < 230.0',
      undefined,
      ['when warning: never raises: nothing that its inputs can say makes it true'],
    ],
    [
      'device.model == "a" && device.model == "b"',
      undefined,
      ['when warning: never raises: nothing that its inputs can say makes it true'],
    ],
    ['water.leak', 'voltage.l1 < -3.0', ['clear error: never clears: nothing that its inputs can say makes it true']],
    [
      'voltage.l1 > 240.0',
      'voltage.l1 < 245.0',
      ['clear warning: at voltage.l1 = 241 it would raise and clear at the same time'],
    ],
    [
      'voltage.l1 > 240.0 || water.leak',
      'current.l1 < 1.0 && !water.leak',
      [
        'clear warning: at voltage.l1 = 241, water.leak = false, current.l1 = 0 ' +
          'it would raise and clear at the same time',
      ],
    ],
    [
      '!has(voltage.l1) || voltage.l1 > 9.0',
      '!has(voltage.l1)',
      ['clear warning: where nothing is reported it would raise and clear at the same time'],
    ],
    [
      'previous(voltage.l1) > 5.0 && device.model == "x"',
      'has(device.model) && previous(voltage.l1) > 6.0',
      ['clear warning: at previous(voltage.l1) = 7, device.model = "x" it would raise and clear at the same time'],
    ],
  ])('%s, cleared by %s', (when, clear, expected) => {
    expect(brief(check(when, clear))).toEqual(expected)
  })

  it('are no more than suspect where only some of what they can say was tried', () => {
    const names = ['l1', 'l2', 'l3'].flatMap((phase) => [`voltage.${phase}`, `current.${phase}`])
    const [finding] = check(names.map((name) => `(${name} > 5.0 || ${name} <= 5.0)`).join(' && '))
    expect(finding).toMatchObject({
      severity: 'warning',
      message: expect.stringMatching(/^would never clear/) as string,
    })
  })

  it('are no more than suspect where readings are added up', () => {
    expect(brief(check('water.leak', '3.0 * voltage.l1 + 3.0 > 10.0 && 3.0 * voltage.l1 + 3.0 < 9.0'))).toEqual([
      'clear warning: never clears: nothing that its inputs can say makes it true',
    ])
  })

  it('read points that no vocabulary knows, at their places', () => {
    expect(check('water.leak && boiler.pressure > 2.0', 'voltage.ll < 3.0 && !water.leak')).toEqual([
      {
        field: 'when',
        severity: 'warning',
        message: 'boiler.pressure is no point of the vocabulary; it counts once a device reports it',
        position: 14,
      },
      {
        field: 'clear',
        severity: 'warning',
        message:
          'voltage.ll is no point of the vocabulary (did you mean voltage.l1?); it counts once a device reports it',
        position: 0,
      },
    ])
  })

  it('always fail', () => {
    expect(brief(check('boiler.pressure + 1 > 2')).at(-1)).toBe(
      'when warning: never raises: + cannot be applied to a number and a whole number; write 1.0, ' +
        'at character 1: boiler.pressure + 1 > 2',
    )
  })

  it('are answered the same each time', () => {
    const { when, clear } = shippedRules.find(({ id }) => id === 'power_meter.under_voltage')!
    expect(check(when!, `${clear!} || voltage.l1 < 100.0`)).toEqual(check(when!, `${clear!} || voltage.l1 < 100.0`))
    expect(check(when!, `${clear!} || voltage.l1 < 100.0`)).toHaveLength(1)
  })
})
