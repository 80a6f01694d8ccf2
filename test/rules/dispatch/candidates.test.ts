import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { candidates, type Place, type Search } from '../../../rules/dispatch/candidates.ts'
import type { OnDuty, Responder } from '../../../rules/model.ts'
import { responder } from '../../support/people.ts'

const place = { site: 'default', building: '3' }
const duty = (id: string, leaving = false): OnDuty => ({
  responder: id,
  roster: 'all',
  rotation: null,
  crew: null,
  leaving,
})

interface Given {
  people: Responder[]
  onDuty?: OnDuty[]
  jobs?: Record<string, number>
  asked?: string[]
  places?: Record<string, Place>
}

function search({ people, onDuty, jobs = {}, asked = [], places = {} }: Given): Search {
  return {
    place,
    skill: 'water',
    onDuty: onDuty ?? people.map(({ id }) => duty(id)),
    responders: new Map(people.map((each) => [each.id, each])),
    jobs: new Map(Object.entries(jobs)),
    asked: new Set(asked),
    placeOf: (id) => places[id] ?? null,
  }
}

const order = (given: Given) => candidates(search(given)).map((each) => each.responder.id)
const [a, b, c] = [responder('a'), responder('b'), responder('c')]

describe('who can be sent', () => {
  it('is who is on duty, in the order of the rosters', () => {
    expect(order({ people: [a, b, c], onDuty: [duty('c'), duty('a')] })).toEqual(['c', 'a'])
  })

  it('is free before busy, however near the busy one is', () => {
    const near = responder('a', { building: '3' })
    expect(order({ people: [near, b], jobs: { a: 1 } })).toEqual(['b', 'a'])
    expect(order({ people: [a, b], jobs: { a: 3, b: 2 } })).toEqual(['b', 'a'])
  })

  it('is nearest first: in the same building, then at the site, then elsewhere', () => {
    const near = responder('c', { building: '3' })
    const places = { a: { site: 'north', building: '3' } }
    expect(order({ people: [a, b, near], places })).toEqual(['c', 'b', 'a'])
    // Where he was seen last counts, not where he usually is.
    const moved = { c: { site: 'default', building: '7' }, b: { site: 'default', building: '3' } }
    expect(order({ people: [a, b, near], places: moved })).toEqual(['b', 'a', 'c'])
    // Two of whom no building is known are not in one building.
    const nowhere = { ...search({ people: [a, near] }), place: { site: 'default', building: null } }
    expect(candidates(nowhere).map(({ distance }) => distance)).toEqual(['same_site', 'same_site'])
  })

  it('is last whose shift is over, unless another roster still has him', () => {
    expect(order({ people: [a, b], onDuty: [duty('a', true), duty('b')] })).toEqual(['b', 'a'])
    expect(order({ people: [a, b], onDuty: [duty('a', true), duty('b'), duty('a')] })).toEqual(['a', 'b'])
  })

  it('is never off duty, disabled, of another site, without the skill, or asked before', () => {
    const ids = ['a', 'b', 'c', 'd', 'e']
    const one = (id: string) =>
      fc.record({
        responder: fc.record({
          id: fc.constant(id),
          name: fc.constant(id),
          sites: fc.subarray(['default', 'north']),
          skills: fc.subarray(['water', 'lift']),
          roles: fc.constant([]),
          building: fc.constantFrom(null, '3', '7'),
          language: fc.constant('zh' as const),
          enabled: fc.boolean(),
        }),
        jobs: fc.nat(3),
      })
    const given = fc.record({
      people: fc.tuple(...ids.map(one)),
      onDuty: fc.array(fc.tuple(fc.constantFrom(...ids), fc.boolean()), { maxLength: 8 }),
      asked: fc.subarray(ids),
    })
    fc.assert(
      fc.property(given, ({ people, onDuty, asked }) => {
        const jobs = Object.fromEntries(people.map((each) => [each.responder.id, each.jobs]))
        const all = { people: people.map((each) => each.responder), asked, jobs }
        const found = candidates(search({ ...all, onDuty: onDuty.map(([id, leaving]) => duty(id, leaving)) }))
        const able = all.people.filter(({ id, enabled, sites, skills }) => {
          const isOn = onDuty.some(([each]) => each === id)
          return isOn && enabled && sites.includes('default') && skills.includes('water') && !asked.includes(id)
        })
        expect(found.map((each) => each.responder.id).sort()).toEqual(able.map(({ id }) => id))
        const busy = found.map((each) => each.jobs > 0)
        expect(busy).toEqual([...busy].sort())
      }),
    )
  })
})
