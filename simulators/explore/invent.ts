import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../rules/model.ts'
import { languageOf, languagesOf } from '../languages/index.ts'
import type { SeededRandom } from '../random.ts'
import { generated, spread, towersFor } from '../reading/generated.ts'
import { spellDuration } from '../reading/times.ts'
import { type Setting, inventStep } from './invent-steps.ts'
import { inventRange } from './invent-times.ts'
import type { Tree, TreeDevice, TreeMap, TreePeople } from './tree.ts'

/** The first of the days that scenarios begin on: holidays and ordinary days follow. */
const FIRST_DAY_MS = Date.UTC(2026, 8, 21)
const DAYS = 60

/** A building, people and a story by chance: the same for the same seed, and one that the reader takes. */
export function invent(random: SeededRandom): Tree {
  const lastsMs = inventLength(random.fork('length'))
  const devices = inventDevices(random.fork('devices'))
  const people = inventPeople(random.fork('people'))
  const day = new Date(FIRST_DAY_MS + random.integer(0, DAYS - 1) * DAY_MS).toISOString().slice(0, 10)
  const starts = `${day} ${two(random.integer(0, 23))}:${two(random.integer(0, 59))}`
  const story = random.fork('story')
  const setting: Setting = { devices, people, lastsMs, startsAt: starts }
  const wanted = story.integer(1, STEPS_MAX)
  return {
    title: 'Invented',
    about: `${devices.length} devices, and ${wanted} things that happen by chance.`,
    starts,
    lasts: spellDuration(lastsMs),
    devices,
    people,
    settings: inventSettings(random.fork('settings')),
    timeline: Array.from({ length: wanted }, () => inventStep(story, setting)),
  }
}

const STEPS_MAX = 24
const two = (value: number) => String(value).padStart(2, '0')

/** Mostly an emergency or two, at times days in which devices fall silent and mutes end. */
function inventLength(random: SeededRandom): number {
  if (random.chance(0.15)) return random.integer(24, 60) * HOUR_MS
  return random.integer(2, 16) * (HOUR_MS / 4)
}

/** Rather more seldom than they would by themselves: what counts is what happens, not how many messages there are. */
const INTERVALS: Readonly<Record<string, readonly string[]>> = {
  water_leak: ['15m', '1h', '12h'],
  power_meter: ['5m', '15m', '1h'],
  elevator: ['5m', '15m'],
}

function inventDevices(random: SeededRandom): TreeDevice[] {
  const total = 5 + Math.floor(random.next() ** 2 * 56)
  const made = generated({ towers: towersFor(total), floors: random.integer(2, 24), counts: spread(total) })
  return made.map(({ id, kind, location, zone }): TreeDevice => {
    const speaks = random.chance(0.4) ? 'native' : random.pick(languagesOf(kind))
    return {
      ...{ id, kind, location },
      ...(zone === undefined ? {} : { zone }),
      ...(speaks === 'native' || languageOf(speaks) === undefined ? {} : { speaks }),
      reports_every: random.pick(INTERVALS[kind] ?? ['15m', '1h']),
    }
  })
}

const SKILLS = ['water', 'power', 'lift', 'general']
const ROLES = ['supervisor', 'engineering_manager', 'general_manager', 'maintenance_firm']
const NAMES = ['张伟', '李强', '王磊', '陈刚', '孙涛', '周敏', '吴斌']

function inventPeople(random: SeededRandom): TreePeople {
  const responders = NAMES.slice(0, random.integer(0, NAMES.length)).map((name, index) => ({
    id: `r${index + 1}`,
    name,
    skills: SKILLS.filter(() => random.chance(0.5)),
    roles: ROLES.filter(() => random.chance(0.15)),
    accepts: inventRange(random, 5 * MINUTE_MS),
    departs: inventRange(random, 2 * MINUTE_MS),
    repairs: inventRange(random, 40 * MINUTE_MS),
    completes: inventRange(random, 3 * MINUTE_MS),
    declines: random.pick([0, 0, 0.2, 0.6]),
    late: random.pick([0, 0, 0.3]),
  }))
  const shifts = random.chance(0.5) ? {} : { shifts: inventShifts(random, responders) }
  const closes = random.chance(0.8) ? inventRange(random, 10 * MINUTE_MS) : 'nobody'
  const acknowledges = random.chance(0.7) ? inventRange(random, 5 * MINUTE_MS) : 'nobody'
  return {
    ...{ responders, ...shifts },
    customers: { sign: random.pick([1, 1, 0.5, 0]), signs: inventRange(random, 10 * MINUTE_MS) },
    desk: random.chance(0.1) ? 'nobody' : { acknowledges, closes },
  }
}

function inventShifts(random: SeededRandom, responders: readonly { id: string }[]) {
  const [change, back] = [two(random.integer(5, 10)), two(random.integer(17, 23))]
  const some = () => responders.map(({ id }) => id).filter(() => random.chance(0.6))
  return [
    { responders: some(), from: `${change}:00`, to: `${back}:00` },
    { responders: some(), from: `${back}:00`, to: `${change}:00` },
  ].filter(({ responders: of }) => of.length > 0)
}

/** One that reaches people, and one that everything is broadcast to. */
const SMS = { id: 'sms', name: '短信', kind: 'http_sms', options: { url: 'https://sms.invalid/', body: '{{text}}' } }
const GROUP = {
  ...{ id: 'group', name: '值班群', kind: 'wecom', options: {} },
  secrets: { webhook: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=simulated' },
}
const BROADCASTS = ['alarm.raised', 'ticket.opened', 'clock.breached', 'escalation.nobody', 'command.failed']

function inventSettings(random: SeededRandom): Record<string, TreeMap[]> {
  const group = { ...GROUP, broadcasts: BROADCASTS.filter(() => random.chance(0.7)) }
  return {
    channels: [SMS, ...(random.chance(0.5) ? [group] : [])],
    ...(random.chance(0.3) ? { rules: [inventRule(random)] } : {}),
  }
}

/** The shipped rule for water, as its owner may have edited it. */
function inventRule(random: SeededRandom): TreeMap {
  const minutes = (most: number) => random.integer(1, most) * MINUTE_MS
  return {
    ...{ id: 'water_leak.wet', kind: 'water_leak', title: { zh: '漏水', en: 'Water leak' } },
    ...{ priority: 'critical', category: 'water_leak', opensTicket: true, when: 'water.leak' },
    command: { kind: 'valve', name: 'close', scope: 'zone' },
    ...(random.chance(0.5) ? { onDelayMs: random.integer(0, 60) * SECOND_MS } : {}),
    ...(random.chance(0.5) ? { offDelayMs: random.integer(0, 120) * SECOND_MS } : {}),
    ...(random.chance(0.4) ? { latch: true } : {}),
    ...(random.chance(0.4) ? { reAlarmMs: minutes(30) } : {}),
    ...(random.chance(0.4) ? { acknowledgementExpiresMs: minutes(30) } : {}),
  }
}
