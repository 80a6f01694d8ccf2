import { describe, expect, it } from 'vitest'
import { derivedPoints } from '../../../../rules/alarms/measures/derived.ts'
import { inputsOf, unitOf } from '../../../../rules/alarms/measures/measure.ts'
import { DERIVED_POINTS, DEVICE_KINDS, POINT_NAMES, pointDefinition } from '../../../../rules/model.ts'

const all = DEVICE_KINDS.flatMap(derivedPoints)

describe('the derived points', () => {
  it('are those of the vocabulary, and none that a device tells', () => {
    expect(new Set(all.map(({ name }) => name))).toEqual(new Set(DERIVED_POINTS.keys()))
    expect(POINT_NAMES.filter((name) => DERIVED_POINTS.has(name))).toEqual([])
  })

  it.each(all.map((point) => [point.name, point] as const))('have the unit of their measure: %s', (name, point) => {
    const [input] = inputsOf(point.measure)
    expect(point.unit).toBe(unitOf(point.measure, pointDefinition(input!)!.unit))
    expect(pointDefinition(name)).toMatchObject({ unit: point.unit, type: 'number' })
    for (const each of inputsOf(point.measure)) expect(POINT_NAMES).toContain(each)
  })

  it('are found by kind and by what they read', () => {
    expect(derivedPoints('power_meter').map(({ name }) => name)).toEqual([
      'voltage.unbalance',
      'current.residual.trend',
      'energy.active.night',
    ])
    expect(derivedPoints('elevator')).toEqual([])
    const readers = (input: string) => derivedPoints('power_meter').filter(({ inputs }) => inputs.includes(input))
    expect(readers('voltage.l31').map(({ name }) => name)).toEqual(['voltage.unbalance'])
    expect(readers('frequency')).toEqual([])
  })
})
