import { describe, expect, it } from 'vitest'
import { compileMapping } from '../../../gateway/mapping/compile.ts'
import { knownCode, knownPoint } from '../../../gateway/mapping/names.ts'
import { nearest } from '../../../gateway/mapping/near.ts'
import { type MappingInput, POINT_NAMES } from '../../../rules/model.ts'
import { faultsOf, mappingOf } from '../../support/mappings.ts'

type Point = NonNullable<MappingInput['points']>[number]

describe('points that do not fit', () => {
  it.each<[Point[], RegExp]>([
    [[{ name: 'voltage.l4', path: 'u' }], /^points\[0\]\.name: voltage\.l4 is not a point; near it: voltage\.l1/],
    [[{ name: 'water.leak', path: 'w' }], /^points\[0\]\.name: water\.leak is a condition; put it under `events`/],
    [[{ name: 'rssi', path: 'r' }], /^points\[0\]\.name: rssi is of the device itself; put it under `health`/],
    [[{ name: 'lift.floor', path: 'f[*]' }], /^points\[0\]\.path: one value is wanted/],
    [[{ name: 'lift.floor_label', path: 'f', unit: 'm' }], /^points\[0\]\.unit: lift\.floor_label is a text/],
    [[{ name: 'lift.floor', cel: 'payload.f == 1.0' }], /^points\[0\]\.cel: it gives bool; double or int or uint was/],
    [
      [
        { name: 'lift.floor', path: 'a' },
        { name: 'lift.floor', path: 'b' },
      ],
      /^points\[1\]\.name: lift\.floor is read already, by points\[0\]/,
    ],
    [
      Array.from({ length: 60 }, (_, index) => ({ name: `voltage.ch${index}`, cel: 'payload.u' })),
      /^points: a mapping has at most 50 CEL/,
    ],
  ])('%j', (points, why) => {
    expect(faultsOf({ points })).toEqual([expect.stringMatching(why)])
  })

  it('health is checked as well', () => {
    const faults = faultsOf({ health: { online: { path: 'a', scale: 2 }, rssi: { path: 'b', active: [1] } } })
    expect(new Set(faults)).toEqual(
      new Set(['health.rssi.active: rssi is a number', 'health.online.scale: online is yes or no']),
    )
    expect(faultsOf({ health: { tamper: { path: 'a', active: [1], cleared: ['1'] } } })).toEqual([
      'health.tamper.cleared: 1 is in `active` too',
    ])
  })
})

describe('a mapping that binds a family', () => {
  const families = [{ id: 'zigbee2mqtt' }, { id: 'tasmota' }]
  const compile = (different: Partial<MappingInput>) =>
    compileMapping(mappingOf({ family: 'tasmota', device: undefined, ...different }), families)

  it('hands on what the site knows', () => {
    const binding = { kind: 'power_meter' as const, fields: { 'SML.Total_in': 'energy.active.import (kWh)' }, ct: 40 }
    expect(compile({ binding })).toMatchObject({
      ok: true,
      compiled: { read: null, binding: { family: 'tasmota', ...binding } },
    })
  })

  it('names a known family and known conditions', () => {
    expect(compile({ family: 'tasmotta' })).toEqual({
      ok: false,
      faults: [{ place: 'family', message: 'tasmotta is no device family; near it: tasmota' }],
    })
    expect(compile({ family: 'x-y-z-000' })).toMatchObject({
      faults: [{ message: 'x-y-z-000 is no device family; known: zigbee2mqtt, tasmota' }],
    })
    const binding = { metrics: { Alarm: 'condition:elevator.alarm' }, codes: { 11: 'elevator.trapped' } }
    expect(compile({ binding })).toMatchObject({
      faults: [{ place: 'binding.metrics.Alarm' }, { place: 'binding.codes.11' }],
    })
  })
})

describe('names', () => {
  it('of the vocabulary are all known', () => {
    for (const name of POINT_NAMES) expect(knownPoint(name).ok).toBe(true)
    expect(knownPoint('energy.active.import.tariff1').ok).toBe(true)
    expect(knownCode('generic.own-code').ok).toBe(true)
  })

  it('that are misspelt are found by what is near, the nearest first', () => {
    expect(nearest('entrapment', ['elevator.entrapment', 'elevator.overload'])).toEqual(['elevator.entrapment'])
    expect(nearest('Voltage.L1', POINT_NAMES)[0]).toBe('voltage.l1')
    expect(nearest('zzzzzz', POINT_NAMES)).toEqual([])
  })
})
