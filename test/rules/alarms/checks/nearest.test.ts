import { describe, expect, it } from 'vitest'
import { editDistance, nearest } from '../../../../rules/alarms/checks/nearest.ts'

describe('the nearest name', () => {
  it.each([
    ['', '', 0],
    ['leak', 'leak', 0],
    ['leak', '', 4],
    ['leek', 'leak', 1],
    ['leka', 'leak', 1],
    ['lea', 'leak', 1],
    ['leaak', 'leak', 1],
    ['voltage', 'current', 7],
  ])('%s is %s after so many mistakes', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })

  it.each<[string, string | undefined]>([
    ['water.leek', 'water.leak'],
    ['Water.Leak', 'water.leak'],
    ['power.acitve.l2', 'power.active.l2'],
    ['flow', 'slow'],
    ['boiler.pressure', undefined],
    ['leak', undefined],
    ['', undefined],
  ])('to %s is %s', (name, expected) => {
    expect(nearest(name, ['water.leak', 'power.active.l1', 'power.active.l2', 'slow'])).toBe(expected)
  })
})
