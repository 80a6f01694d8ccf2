import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAgenda } from '../../../../rules/alarms/try/agenda.ts'

describe('an agenda', () => {
  it('gives what is due in order, each as it was set last, and nothing that is not due', () => {
    const at = fc.option(fc.integer({ min: 0, max: 50 }), { freq: 5 })
    const step = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), at })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 0, max: 50 }), (steps, moment) => {
        const agenda = createAgenda()
        const known = new Map<string, number>()
        for (const { id, at } of steps) {
          agenda.set(id, at)
          if (at === null) known.delete(id)
          else known.set(id, at)
        }
        const taken: number[] = []
        for (let due = agenda.takeBefore(moment); due !== null; due = agenda.takeBefore(moment)) {
          expect(known.get(due.id)).toBe(due.at)
          known.delete(due.id)
          taken.push(due.at)
        }
        expect(taken).toEqual([...taken].sort((a, b) => a - b))
        expect([...known.values()].every((each) => each >= moment)).toBe(true)
      }),
    )
  })
})
