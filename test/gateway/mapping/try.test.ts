import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { tryMapping } from '../../../gateway/mapping/try.ts'
import { type MappingExample, type MappingInput, mappingSchema } from '../../../rules/model.ts'
import { mappingOf, RECEIVED_MS } from '../../support/mappings.ts'

const TOPIC = 'lifts/7/state'
function attempt(different: Partial<MappingInput>, example: Partial<MappingExample> | null) {
  const asked = example && { topic: TOPIC, ...example }
  return tryMapping({
    mapping: mappingOf(different),
    example: asked,
    timezone: 'Asia/Shanghai',
    receivedAt: RECEIVED_MS,
  })
}
const places = (result: ReturnType<typeof attempt>) => (result.ok ? [] : result.faults.map(({ place }) => place))

describe('trying a mapping', () => {
  it('gives what the example says, its levels, and what found nothing', () => {
    const points = [
      { name: 'lift.floor', path: 'floor' },
      { name: 'lift.speed', path: 'speed' },
    ]
    expect(attempt({ points }, { payload: { floor: 3 } })).toMatchObject({
      ok: true,
      decoded: { measurements: [{ name: 'lift.floor', value: 3 }] },
      levels: { device: '7' },
      notes: [{ place: 'points[1].path', message: 'speed is not in the payload' }],
    })
    expect(attempt({}, { payloadText: '{"floor": 4}' })).toMatchObject({ ok: true })
    expect(attempt({}, { payloadHex: Buffer.from('{"floor": 4}').toString('hex') })).toMatchObject({ ok: true })
  })

  it('is the check alone without an example', () => {
    expect(attempt({}, null)).toEqual({ ok: true, decoded: null, levels: {}, notes: [] })
    expect(places(attempt({ points: [{ name: 'x', path: 'y' }] }, null))).toEqual(['points[0].name'])
  })

  it('reads local times in the site’s zone', () => {
    const tried = attempt({ time: { path: 't', format: 'local' } }, { payload: { floor: 1, t: '2026-11-23 10:00:00' } })
    expect(tried).toMatchObject({ decoded: { time: { device: RECEIVED_MS } } })
  })

  it.each<[string, Partial<MappingInput>, Partial<MappingExample>, string[]]>([
    ['another topic', {}, { topic: 'lifts/7', payload: { floor: 1 } }, ['example.topic']],
    ['a topic with a wildcard', {}, { topic: 'lifts/+/state', payload: { floor: 1 } }, ['example.topic']],
    ['nothing of it', {}, { payload: { level: 1 } }, ['points[0].path']],
    ['null only', {}, { payload: { floor: null } }, ['points[0].path']],
    ['an empty payload', {}, { payloadText: '' }, ['example.payload']],
    ['no JSON', {}, { payloadText: 'floor 1' }, ['payload']],
    [
      'a word that is not listed',
      { events: [{ code: 'water.leak', path: 'w', active: ['wet'] }] },
      { payload: { w: 'x' } },
      ['events[0].path'],
    ],
    [
      'a device that is not named',
      { device: { kind: 'elevator', key: '{$.sn}' } },
      { payload: { floor: 1 } },
      ['device.key'],
    ],
  ])('refuses an example with %s, and says where', (_, different, example, expected) => {
    expect(places(attempt(different, example))).toEqual(expected)
  })

  it('a heartbeat says nothing, and that is enough', () => {
    expect(attempt({ heartbeat: true }, { payloadText: 'ping' })).toMatchObject({ ok: true })
  })
})

it.each(['README.md', 'README.zh-CN.md'])('the mapping of %s gives what it shows', (file) => {
  const text = readFileSync(join(import.meta.dirname, '../../..', file), 'utf8')
  const mapping = mappingSchema.parse(parse(/```yaml\n(id: acme-lift\n[^]*?)```/.exec(text)![1]!))
  const tried = tryMapping({ mapping, example: mapping.example!, timezone: 'Asia/Shanghai', receivedAt: RECEIVED_MS })
  expect(tried).toMatchObject({
    ok: true,
    notes: [],
    levels: { tower: 't1', car: '2' },
    decoded: {
      device: { key: 'mapping:t1-2' },
      conditions: [
        { code: 'elevator.entrapment', state: 'active' },
        { code: 'elevator.overspeed', state: 'cleared' },
      ],
    },
  })
})
