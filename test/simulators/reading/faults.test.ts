import { expect, it } from 'vitest'
import { FAULTS } from '../../../simulators/devices/index.ts'
import { editDistance, meant, nearest } from '../../../simulators/reading/faults.ts'
import { SIMULATED } from '../../../simulators/reading/kinds.ts'
import { HEAD, faultsIn } from './files.ts'

const step = (text: string) => `${HEAD}timeline:\n  - ${text}\n`
const expectation = (text: string) => `${HEAD}expect:\n  - ${text}\n`
const only = (text: string) => `title: Test\nlasts: 40m\n${text}\n`
const device = (text: string) => only(`devices:\n  - ${text}`)
const person = (text: string) => `${HEAD.split('\n').slice(0, 4).join('\n')}\npeople:\n  ${text}\n`
const VALVE_FAULTS = FAULTS.valve.length > 0 ? `: ${FAULTS.valve.join(', ')}` : ' none'
const NO_DURATION = 'write how long as 90s, 40m, 12h, 3d or 1h30m'

/** A file and everything that is wrong with it. */
const WRONG: readonly [text: string, ...faults: string[]][] = [
  // YAML itself
  ['', '1:1: a scenario is a map: its first lines are such as "title: …" and "about: …"'],
  ['title: [a\n', '2:1: this line is not indented like its neighbours'],
  ['title: a\ntitle: b\n', '2:1: this key is written twice in one map; leave one out'],
  ['title: a\n\tlasts: 3m\n', '2:1: a tab cannot indent in YAML; use spaces'],
  ['title: a\n---\ntitle: b\n', '2:1: a file holds one scenario; take the "---" away'],
  ['title: *a\n', '1:8: there is no such anchor before this alias; a text that begins with * needs quotes'],
  ['a: &a [*a]\n', '1:8: the alias *a lies within what it names'],
  // The top
  [`${HEAD}timelin: []\n`, '6:1: "timelin" is unknown here; did you mean "timeline"?'],
  ['about: x\nbuilding: {size: 5}\n', '1:1: "title" is missing', '1:1: "lasts" is missing'],
  ['title: Test\nlasts: 40m\n', '1:1: there is no device: write a building with its size, or devices'],
  [`${HEAD}timeline: soon\n`, '6:11: a list belongs here: [one, another]'],
  [
    only('building: {size: 5}\nsite: {timezone: Asia/Shanghay}'),
    '4:18: "Asia/Shanghay" is no time zone; write it as Asia/Shanghai',
  ],
  // Times
  ['title: a\nlasts: 25x\nbuilding: {size: 5}\n', `2:8: "25x" is no length of time; ${NO_DURATION}`],
  ['title: a\nlasts: 40\nbuilding: {size: 5}\n', `2:8: 40 has no unit; ${NO_DURATION}`],
  ['title: a\nlasts: -40m\nbuilding: {size: 5}\n', '2:8: "-40m" is negative; a length of time is not'],
  ['title: a\nlasts: 0s\nbuilding: {size: 5}\n', '2:8: a scenario lasts some time: 40m, 12h, 3d'],
  [
    only('building: {size: 5}\nstarts: 2026-02-30 08:00'),
    '4:9: "2026-02-30 08:00" is on a day that the calendar does not have',
  ],
  [
    only('building: {size: 5}\nstarts: tomorrow'),
    '4:9: "tomorrow" is no date and time; write it as 2026-11-24 02:50, local time at the site',
  ],
  [
    step("{at: '25:00', device: leak-b2, fault: leak}"),
    '7:10: "25:00" is no time of day; hours go from 00 to 23, minutes and seconds from 00 to 59',
  ],
  [
    step("{at: '02:40', device: leak-b2, fault: leak}"),
    '7:10: "02:40" is 23h50m after the start (2026-11-24 02:50), later than the end: the scenario lasts 40m',
  ],
  [
    step('{at: 41m, device: leak-b2, fault: leak}'),
    '7:10: "41m" is 41m after the start (2026-11-24 02:50), later than the end: the scenario lasts 40m',
  ],
  [step('{at: -5m, device: leak-b2, fault: leak}'), '7:10: "-5m" is before the start; a time is not negative'],
  [
    step('{at: day 0 03:00, device: leak-b2, fault: leak}'),
    '7:10: "day 0 03:00" is before the start; the day of the start is day 1',
  ],
  [
    step('{at: 2026-11-24 02:00, device: leak-b2, fault: leak}'),
    '7:10: "2026-11-24 02:00" is before the start (2026-11-24 02:50)',
  ],
  // Parameters
  [
    only('building: {size: 5}\nparameters: {wihtin: 5m}\nabout: ${within}'),
    '5:8: there is no parameter "within"; did you mean "wihtin"?',
  ],
  [
    only('building: {size: 5}\nabout: so ${x} and ${y}'),
    '4:11: there is no parameter "x"; there is none',
    '4:20: there is no parameter "y"; there is none',
  ],
  [
    only('building: {size: 5}\nparameters: {a: 1, b: "${a}"}\nabout: ${a}${b}'),
    '4:23: a parameter cannot use another one',
  ],
  // Devices
  [
    device('{id: a b, kind: water_leak, location: B2}'),
    '4:10: "a b" is no id; an id has letters, digits, _ and -, at most 64, and no number alone',
  ],
  [device('{id: a, kind: waterleak, location: B2}'), '4:19: "waterleak" is no kind; did you mean "water_leak"?'],
  [device('{id: a, kind: water_leak}'), '4:5: "location" is missing'],
  [
    device('{id: a, kind: water_leak, location: B2, speks: native}'),
    '4:45: "speks" is unknown here; did you mean "speaks"?',
  ],
  [
    device('{id: a, kind: water_leak, location: B2, speaks: nativ}'),
    '4:53: there is no language "nativ"; did you mean "native"?',
  ],
  [
    device('{id: a, kind: water_leak, location: B2, gateway: gw-1}'),
    '4:54: "native" is spoken without a gateway; leave it out, or write what it speaks: zigbee2mqtt',
  ],
  [device('{id: a, kind: water_leak, location: B2, spec: {room_celsius: warm}}'), '4:66: "warm" is no number'],
  [
    device('{id: a, kind: water_leak, location: B2}\n  - {id: a, kind: elevator, location: B2}'),
    '5:10: the device "a" is there already; an id is given once',
  ],
  [only('building: {size: {leek_sensors: 5}}'), '3:19: "leek_sensors" is unknown here; did you mean "leak_sensors"?'],
  [only('building: {size: 0}'), '3:18: a building has at least one device'],
  [only('building: {size: {lifts: -1}}'), '3:26: -1 is less than nothing'],
  [
    device('{id: a, kind: door, location: B2, reports_every: 500ms}'),
    '4:54: nothing reports more than once a second; write 1s',
  ],
  [
    only('building: {size: 9, reports_every: {lift: 12h}}'),
    `3:37: "lift" is unknown here; choose one of: ${SIMULATED.join(', ')}`,
  ],
  // People
  [
    person('responders: [{id: a, name: A}, {id: a, name: B}]'),
    '6:39: the responder "a" is there already; an id is given once',
  ],
  [
    person('responders: [{id: a, name: A, accepts: 60s..20s}]'),
    '6:42: the range ends before it begins; write the shorter time first',
  ],
  [person('responders: [{id: a, name: A, declines: 5}]'), '6:43: 5 is no share; did you mean 5%?'],
  [
    person('responders: [{id: a, name: A, late: 120%}]'),
    '6:39: "120%" is no share; write it from 0% to 100%, or from 0 to 1',
  ],
  [
    person('responders: [{id: a, name: A, building: 2号楼}]'),
    '6:43: no device is in a building "2号楼"; did you mean "1号楼"?',
  ],
  [
    person("responders: [{id: a, name: A}]\n  shifts: [{responders: [b], from: '20:00', to: '24:00'}]"),
    '7:26: there is nobody "b" among the responders; did you mean "a"?',
    '7:49: "24:00" is no time of day; hours go from 00 to 23, minutes and seconds from 00 to 59',
  ],
  [person('desk: noone'), '6:9: "noone" is unknown here; write nobody'],
  // Settings
  [`${HEAD}settings: {rule: []}\n`, '6:12: "rule" is unknown here; did you mean "rules"?'],
  [`${HEAD}settings: {rules: [{name: x}]}\n`, '6:20: an "id" is missing: letters, digits, _ and -'],
  [`${HEAD}settings: {rules: [{id: x}, {id: x}]}\n`, '6:34: "x" is among the rules already; an id is given once'],
  // The timeline
  [
    step('{at: 1m, device: leak-b1, fault: leak}'),
    '7:22: there is no device "leak-b1" in this scenario; did you mean "leak-b2"?',
  ],
  [
    step('{at: 1m, devices: [leak-b2, x], fault: leak}'),
    '7:33: there is no device "x" in this scenario; choose one of: leak-b2, lift-1, meter-1, valve-b2',
  ],
  [
    step("{at: 1m, devices: {like: 'leek-*'}, fault: leak}"),
    '7:30: no device\'s id is like "leek-*"; choose one of: leak-b2, lift-1, meter-1, valve-b2',
  ],
  [
    step('{at: 1m, devices: {building: 2号楼}, fault: leak}'),
    '7:34: no device is in a building "2号楼"; did you mean "1号楼"?',
  ],
  [step('{at: 1m, device: leak-b2, fault: leek}'), '7:38: there is no fault "leek"; did you mean "leak"?'],
  [
    step('{at: 1m, device: valve-b2, fault: entrapment}'),
    `7:39: a device of kind valve cannot have the fault "entrapment"; it can have${VALVE_FAULTS}`,
  ],
  [step('{at: 1m, fault: leak}'), '7:5: which device? write device: with its id, or devices:'],
  [step('{device: leak-b2, fault: leak}'), '7:5: when does this happen? write one of: at, after, when, every'],
  [
    step('{at: 1m, every: 5m, device: leak-b2, fault: leak}'),
    '7:14: "at" and "every" do not go together; write two of them, or leave one out',
  ],
  [
    step('{at: 1m, device: leak-b2}'),
    '7:5: what happens? write one of: fault, repair, network, power_cut, person, request, report, publish, restart, channel',
  ],
  [
    step('{at: 1m, by: 5m, device: leak-b2, fault: leak}'),
    '7:14: "by" counts from a step or a fact; it goes with after or when',
  ],
  [
    step('{at: 1m, device: leak-b2, repair: true, for: 5m}'),
    '7:45: "for" has no meaning with repair; it goes with fault, network, power_cut, person, channel',
  ],
  [
    step('{after: leek, device: leak-b2, repair: true}'),
    '7:13: no step of the timeline has the name "leek" (as: …); there is none',
  ],
  [
    step('{after: a, as: a, device: leak-b2, repair: true}'),
    '7:13: these steps wait for each other and never come: a → a',
  ],
  [
    step('{at: 1m, as: a, restart: 5s}\n  - {at: 2m, as: a, restart: 5s}'),
    '8:18: a step is called "a" already; a name is given once',
  ],
  [
    step('{when: {ticket opend: {}}, device: leak-b2, repair: true}'),
    '7:13: "ticket opend" is unknown here; did you mean "ticket opened"?',
  ],
  [step('{at: 1m, device: leak-b2, network: {drop: 20}}'), '7:47: 20 is no share; did you mean 20%?'],
  [step('{at: 1m, device: leak-b2, network: kut}'), '7:40: "kut" is unknown here; did you mean "cut"?'],
  [
    step('{at: 1m, device: leak-b2, network: {drop: 1%, delay: 1s}}'),
    '7:51: "delay" is a second trouble; write a step for each',
  ],
  [step('{at: 1m, power_cut: 9号楼}'), '7:25: no device is in a building "9号楼"; did you mean "1号楼"?'],
  [
    step('{at: 1m, person: zang, takes: break}'),
    '7:22: there is nobody "zang" among the responders; did you mean "zhang"?',
  ],
  [step('{at: 1m, person: zhang, loses: fone}'), '7:36: "fone" is unknown here; write phone'],
  [
    step('{at: 1m, person: zhang}'),
    '7:5: what becomes of him? write one of: loses: phone, takes: break, declines: next, is: late, quits: true',
  ],
  [
    step('{at: 1m, request: {post: /api/v1/tickets}}'),
    '7:30: "/api/v1/tickets" is below /api/v1/ already; write it without, such as tickets',
  ],
  [
    step('{at: 1m, report: {titel: wet}}'),
    '7:22: "title" is missing',
    '7:23: "titel" is unknown here; did you mean "title"?',
  ],
  [step('{at: 1m, publish: {device: leak-b2, topic: a, hex: abc}}'), '7:56: hex is pairs of 0 to 9 and a to f'],
  [
    step('{at: 1m, channel: sms, answers: nope}'),
    '7:37: "nope" is unknown here; choose one of: well, nothing, error, too_many',
  ],
  // Expectations
  [expectation('ticket opened: {devise: leak-b2}'), '7:21: "devise" is unknown here; did you mean "device"?'],
  [
    expectation('ticket opened: {device: leak-9}'),
    '7:29: there is no device "leak-9" in this scenario; did you mean "leak-b2"?',
  ],
  [
    expectation('ticket opened: {priority: urgent}'),
    '7:31: "urgent" is unknown here; choose one of: critical, high, medium, low',
  ],
  [
    expectation('ticket opened: {assignee: [zhang, lii]}'),
    '7:39: there is nobody "lii" among the responders; did you mean "li"?',
  ],
  [expectation('ticket opened: {alarms: {at leest: 2}}'), '7:30: "at leest" is unknown here; did you mean "at least"?'],
  [
    expectation('{times: 1}'),
    '7:5: what is expected? write a fact such as ticket opened: {device: leak-b2}, or never, or answer',
  ],
  [
    expectation('{ticket opened: {}, alarm raised: {}}'),
    '7:6: "ticket opened" is a second fact; write an expectation for each',
  ],
  [
    expectation('{ticket opened: {}, times: 1, at least: 2}'),
    '7:35: "at least" does not go with times, which is exact',
  ],
  [expectation('{ticket opened: {}, at least: 3, at most: 2}'), '7:47: at most 2 is less than at least 3'],
  [expectation('{never: {ticket opened: {}}, times: 0}'), '7:34: "times" has no meaning with never'],
  [
    expectation('{ticket opened: {}, after: leek}'),
    '7:32: no step of the timeline has the name "leek" (as: …); there is none',
  ],
  [
    expectation('{ticket opened: {}, within: 5m, not before: 6m}'),
    '7:49: "not before" is later than "within"; nothing can meet that',
  ],
  [expectation('{ticket opened: {}, within: 2h}'), '7:33: this is longer than the whole scenario lasts'],
  [
    expectation("{ticket opened: {}, at: ['03:10', '03:05']}"),
    '7:29: this ends before it begins; write the earlier time first',
  ],
  [
    expectation("{ticket opened: {}, at: '03:10', within: 5m}"),
    '7:38: "within" counts from something; it does not go with at',
  ],
  [
    expectation('{answer: tickets}'),
    '7:5: what must the answer be? write is: with a value, {at least: …} or {at most: …}',
  ],
  [
    expectation('{answer: tickets, where: items, is: 1}'),
    '7:30: "items" is no pointer; it begins with /: /items/0/state',
  ],
]

it.each(WRONG.map(([text, ...faults]) => ({ text, faults })))('$faults.0', ({ text, faults }) => {
  expect(faultsIn(text)).toEqual(faults)
})

it('tells everything that is wrong at once, in the order of the file', () => {
  const text = `${HEAD}timeline:\n  - {at: '25:00', device: nope, fault: leak}\n  - {at: 1m, device: x, fault: leak}\nexpect:\n  - never: {ticket opned: {}}\n`
  expect(faultsIn(text).map((line) => line.slice(0, 4))).toEqual(['7:10', '8:22', '10:1'])
})

it('tells of a given parameter that the file does not have', () => {
  const text = only('building: {size: 5}\nparameters: {place: B2}\nabout: ${place}')
  expect(faultsIn(text, { plaice: 'B1' })).toEqual([
    '4:13: --set plaice=B1: there is no such parameter; did you mean "place"?',
  ])
})

it('knows near words', () => {
  const cases: [string, string, number][] = [
    ['leak', 'leak', 0],
    ['leak', 'leek', 1],
    ['leak', 'laek', 1],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
  ]
  for (const [from, to, distance] of cases) expect(editDistance(from, to), `${from} ${to}`).toBe(distance)
  expect(nearest('burts', ['leak', 'burst'])).toBe('burst')
  expect(nearest('xyz', ['leak', 'burst'])).toBeNull()
  expect(
    meant(
      'x',
      Array.from({ length: 25 }, (_, index) => `device-${index}`),
    ),
  ).toMatch(/device-19 and 5 more$/)
})
