import { describe, expect, it } from 'vitest'
import { checkLanguage, withGateways } from '../../../simulators/reading/devices.ts'
import { Faults } from '../../../simulators/reading/faults.ts'
import { readText } from '../../../simulators/reading/written.ts'
import { native } from '../../../simulators/languages/native.ts'
import { HEAD, faultsIn, read, scenarioIn } from './files.ts'

const MINUTE_MS = 60_000
const firstStep = (text: string) => scenarioIn(`${HEAD}timeline:\n  - ${text}\n`).timeline[0]!
const firstOf = (text: string) =>
  scenarioIn(`${HEAD}timeline: [{at: 5m, as: leak, device: leak-b2, fault: leak}]\nexpect:\n  - ${text}\n`).expect[0]

describe('times', () => {
  const at = (moment: string, starts = '2026-11-24 02:50', timezone = 'Asia/Shanghai') =>
    firstWhen(
      scenarioIn(
        `title: T\nlasts: 10d\nstarts: ${starts}\nsite: {timezone: ${timezone}}\nbuilding: {size: 5}\ntimeline: [{at: '${moment}', restart: 5s}]\n`,
      ),
    )
  const firstWhen = ({ timeline, startsAtMs }: ReturnType<typeof scenarioIn>) => {
    const when = timeline[0]!.when
    return 'atMs' in when ? new Date(startsAtMs + when.atMs).toISOString() : null
  }

  it.each([
    ['03:00', '2026-11-23T19:00:00.000Z'],
    ['02:50', '2026-11-23T18:50:00.000Z'],
    ['02:49:30', '2026-11-24T18:49:30.000Z'],
    ['day 1 03:00', '2026-11-23T19:00:00.000Z'],
    ['day 2 08:00', '2026-11-25T00:00:00.000Z'],
    ['2026-11-24 03:00', '2026-11-23T19:00:00.000Z'],
    ['1h30m', '2026-11-23T20:20:00.000Z'],
    ['0.5d', '2026-11-24T06:50:00.000Z'],
    ['1500ms', '2026-11-23T18:50:01.500Z'],
  ])('%s', (moment, expected) => expect(at(moment)).toBe(expected))

  it('are local ones, over a change of the clocks too', () => {
    // Berlin goes from +1 to +2 on 2026-03-29 at 02:00.
    expect(at('day 2 08:00', '2026-03-28 08:00', 'Europe/Berlin')).toBe('2026-03-29T06:00:00.000Z')
    expect(at('08:30', '2026-03-28 08:00', 'Europe/Berlin')).toBe('2026-03-28T07:30:00.000Z')
  })
})

describe('parameters', () => {
  const text = `title: a \${name} here\nlasts: \${long}\nparameters: {name: leak, long: 40m, floors: 9, unused: 1}\nbuilding: {size: {lifts: 2, floors: '\${floors}'}}\n`

  it('stand anywhere in a value, keep their type, and are replaced from outside', () => {
    expect(scenarioIn(text)).toMatchObject({ title: { zh: 'a leak here' }, lastsMs: 40 * MINUTE_MS })
    expect(scenarioIn(text).devices[0]?.spec).toMatchObject({ highestFloor: 9 })
    const other = scenarioIn(text, { long: '2h', floors: '30' })
    expect(other.lastsMs).toBe(120 * MINUTE_MS)
    expect(other.devices[0]?.spec).toMatchObject({ highestFloor: 30 })
  })

  it('are warned of where nothing uses them', () => {
    const result = read(text)
    expect(
      result.ok && result.warnings.map(({ place, message }) => `${place.line}:${place.column} ${message}`),
    ).toEqual(['1:1 nothing is expected, so that it cannot pass', '3:48 nothing uses the parameter "unused"'])
  })
})

describe('includes', () => {
  const main = (include: string, rest = '') => `title: T\nlasts: 40m\ninclude: [${include}]\n${rest}`

  it('join lists and merge maps; the including file wins', () => {
    const files = {
      'main.yaml': main(
        'common/a.yaml, b.yaml',
        'people: {responders: [{id: zhang, declines: 1}, {id: wu, name: 吴}]}\nparameters: {x: 2}\nabout: ${x}${y}\n',
      ),
      'common/a.yaml':
        'include: [c.yaml]\npeople: {responders: [{id: zhang, name: 张伟}], desk: nobody}\nparameters: {x: 1, y: 3}\ntitle: A\n',
      'common/c.yaml': 'building: {size: 5}\n',
      'shipped/b.yaml': 'include: [../common/c.yaml]\npeople: {customers: {sign: 0}}\n',
    }
    const { people, about, title, devices } = scenarioIn(files)
    expect(title.en).toBe('T')
    expect(about).toEqual({ zh: '23', en: '23' })
    expect(devices).toHaveLength(5)
    expect(people.responders.map(({ id, name, declines }) => [id, name, declines])).toEqual([
      ['zhang', '张伟', 1],
      ['wu', '吴', 0],
    ])
    expect(people.desk.acknowledgesMs).toBeNull()
    expect(people.customers.sign).toBe(0)
    expect(people.shifts).toEqual([{ responders: ['zhang', 'wu'], from: '00:00', to: '00:00' }])
  })

  it('an empty list takes away what was included', () => {
    const files = {
      'main.yaml': main('a.yaml', 'people: {shifts: []}\n'),
      'a.yaml':
        "building: {size: 5}\npeople: {responders: [{id: a, name: A}], shifts: [{responders: [a], from: '08:00', to: '20:00'}]}\n",
    }
    expect(scenarioIn(files).people.shifts).toEqual([])
  })

  it('are told where they are wrong', () => {
    const cases: [Record<string, string>, string[]][] = [
      [
        { 'main.yaml': main('a.yaml'), 'a.yaml': 'building: {size: many}\n' },
        ['a.yaml:1:18: write how many devices there are, or how many of each: {leak_sensors: 20, lifts: 6}'],
      ],
      [
        { 'main.yaml': main('a.yaml'), 'shipped/a.yaml': 'title: [\n' },
        ['shipped/a.yaml:2:1: this line is not indented like its neighbours'],
      ],
      [
        { 'main.yaml': main('peeple.yaml', 'building: {size: 5}\n'), 'shipped/people.yaml': '' },
        ['3:11: there is no file "peeple.yaml" beside this one, nor a shipped one; did you mean "people.yaml"?'],
      ],
      [
        {
          'main.yaml': main('a.yaml', 'building: {size: 5}\n'),
          'a.yaml': 'include: [b.yaml]\n',
          'b.yaml': 'include: [a.yaml]\n',
        },
        ['b.yaml:1:11: the files include each other: a.yaml → b.yaml → a.yaml; leave this one out'],
      ],
      [
        {
          'main.yaml': main('a.yaml, b.yaml', 'building: {size: 5}\n'),
          'a.yaml': 'people: {responders: [{id: x, name: X}]}\n',
          'b.yaml': 'people: {responders: [{id: x, name: Y}]}\n',
        },
        ['b.yaml:1:28: the responder "x" is there already; an id is given once'],
      ],
    ]
    for (const [files, expected] of cases) expect(faultsIn(files)).toEqual(expected)
  })
})

it.each([
  [
    '{at: 5m, device: leak-b2, fault: leak, for: 1m, as: leak}',
    { do: 'fault', devices: ['leak-b2'], fault: 'leak', forMs: MINUTE_MS, one: false },
  ],
  [
    "{every: 6h, devices: {like: '*-b2', kind: water_leak}, fault: leak, one: true}",
    { do: 'fault', devices: ['leak-b2'], fault: 'leak', forMs: null, one: true },
  ],
  ['{at: 5m, device: leak-b2, repair: true}', { do: 'repair', devices: ['leak-b2'], fault: null }],
  [
    '{at: 5m, devices: {building: 地下室}, network: {reorder: 10%, by: 5s}, for: 10m}',
    {
      do: 'network',
      devices: ['leak-b2', 'meter-1', 'valve-b2'],
      trouble: { kind: 'reorder', share: 0.1, byMs: [5_000, 5_000] },
      forMs: 600_000,
    },
  ],
  [
    '{at: 5m, devices: [lift-1], network: {clock: {skew: -1h, drift_ppm: 50}}}',
    { do: 'network', devices: ['lift-1'], trouble: { kind: 'clock', skewMs: -3_600_000, driftPpm: 50 }, forMs: null },
  ],
  [
    '{at: 5m, devices: [lift-1], network: {cut: {keeps: true}}}',
    { do: 'network', devices: ['lift-1'], trouble: { kind: 'cut', keeps: true }, forMs: null },
  ],
  ['{at: 5m, devices: [lift-1], network: calm}', { do: 'calm', devices: ['lift-1'] }],
  ['{at: 7m, power_cut: 1号楼, for: 20m}', { do: 'power_cut', building: '1号楼', forMs: 1_200_000 }],
  [
    '{at: 8m, person: zhang, loses: phone, for: 30m}',
    { do: 'person', person: 'zhang', event: 'loses_phone', forMs: 1_800_000 },
  ],
  [
    '{at: 9m, request: {post: tickets, body: {a: [1]}, status: 201}}',
    { do: 'request', method: 'POST', path: 'tickets', body: { a: [1] }, status: 201 },
  ],
  [
    '{at: 9m, report: {title: 漏水}}',
    {
      do: 'request',
      method: 'POST',
      path: 'tickets',
      body: { site: 'riverside', category: 'other', title: '漏水' },
      status: 201,
    },
  ],
  [
    '{at: 9m, publish: {device: leak-b2, topic: a/b, hex: 00ff, retain: true}}',
    { do: 'publish', device: 'leak-b2', topic: 'a/b', payload: new Uint8Array([0, 255]), retain: true, said: 'live' },
  ],
  [
    '{at: 9m, publish: {device: leak-b2, topic: a/b, json: {a: 1}}}',
    { do: 'publish', device: 'leak-b2', topic: 'a/b', payload: '{"a":1}', retain: false, said: 'live' },
  ],
  [
    '{at: 9m, publish: {device: leak-b2, topic: a/b, text: x, said: will}}',
    { do: 'publish', device: 'leak-b2', topic: 'a/b', payload: 'x', retain: false, said: 'will' },
  ],
  ['{at: 5m, restart: 30s}', { do: 'restart', downMs: 30_000 }],
  [
    '{at: 5m, channel: sms, answers: error, for: 10m}',
    { do: 'channel', channel: 'sms', answers: 'error', forMs: 600_000 },
  ],
])('%s', (text, act) => expect(firstStep(text).act).toEqual(act))

it('reads when a step comes', () => {
  const when = '{when: {ticket on_site: {device: leak-b2}}, by: 5m, device: leak-b2, repair: true, each: true}'
  const on = { about: 'ticket', what: 'on_site', where: { device: 'leak-b2' } }
  expect(firstStep(when).when).toEqual({ on, byMs: 300_000, each: true })
  expect(firstStep('{every: 6h, device: leak-b2, fault: leak}').when).toEqual({ everyMs: 21_600_000 })
  expect(firstStep('{at: 1m, as: a, restart: 1s}\n  - {after: a, restart: 1s}').as).toBe('a')
})

const opened = (where: object) => ({ about: 'ticket', what: 'opened', where })
it.each([
  [
    'ticket opened: {device: leak-b2, priority: [critical, high]}\n    times: 1\n    within: 10s\n    after: leak',
    {
      fact: opened({ device: 'leak-b2', priority: { oneOf: ['critical', 'high'] } }),
      least: 1,
      most: 1,
      window: { fromMs: 0, toMs: 10_000, of: { step: 'leak' } },
    },
  ],
  [
    "ticket opened: {device: 'leak-*', alarms: {at least: 2}, state: {not: closed}}",
    {
      fact: opened({ device: { like: 'leak-*' }, alarms: { atLeast: 2 }, state: { not: 'closed' } }),
      least: 1,
      most: Infinity,
      window: null,
    },
  ],
  ['ticket opened:\n    at most: 3', { fact: opened({}), least: 0, most: 3 }],
  [
    'never: {ticket opened: {}}\n    within: 5m',
    { least: 0, most: 0, window: { fromMs: 0, toMs: 300_000, of: { start: true } } },
  ],
  [
    'every: {ticket opened: {}}\n    ticket on_site: {}\n    within: 10m\n    not before: 5s',
    {
      fact: { about: 'ticket', what: 'on_site', where: {} },
      every: opened({}),
      window: { fromMs: 5_000, toMs: 600_000, of: { fact: opened({}) } },
    },
  ],
  [
    "{clock met: {milestone: arrive}, at: '03:10'}",
    { window: { fromMs: 1_200_000, toMs: 1_200_000, of: { start: true } } },
  ],
  ["{clock met: {}, at: ['03:10', '03:15']}", { window: { fromMs: 1_200_000, toMs: 1_500_000 } }],
  [
    '{answer: reports/service?month=2026-11, where: /a/b, is: {at least: 0.9}, when: 30m}',
    {
      kind: 'answer',
      path: 'reports/service?month=2026-11',
      pointer: '/a/b',
      is: { atLeast: 0.9 },
      atMs: 1_800_000,
      text: 'answer: "reports/service?month=2026-11", where: /a/b, is: {at least: 0.9}, when: 30m',
      place: { file: 'main.yaml', line: 8, column: 5 },
    },
  ],
])('expects %s', (text, expected) => expect(firstOf(text)).toMatchObject(expected))

it('refuses a language that the kind cannot speak, and gives gateways where one is needed', () => {
  const radio = {
    ...native,
    id: 'radio',
    kinds: ['water_leak'],
    topics: (gateway: string) => [`radio/${gateway}/#`],
  } as const
  const at = readText('a.yaml', 'speaks: radio\n')
  if (!at.ok) throw new Error('a plain text')
  const faults = new Faults()
  checkLanguage('water_leak', 'radio', at.written, faults, [native, radio])
  checkLanguage('elevator', 'radio', at.written, faults, [native, radio])
  expect(faults.found.map(({ message }) => message)).toEqual([
    'the kind elevator cannot speak "radio"; choose one of: native',
  ])
  const { devices } = scenarioIn(HEAD)
  const speaking = devices.map((device) => ({ ...device, speaks: device.kind === 'elevator' ? 'native' : 'radio' }))
  const gateways = withGateways(speaking, [native, radio]).map(({ gateway }) => gateway)
  expect(gateways).toEqual(['gw-radio-1', undefined, 'gw-radio-1', 'gw-radio-1'])
})
