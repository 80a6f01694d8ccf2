import { basename, resolve as absolute } from 'node:path'
import { stringify } from 'yaml'
import type { SeenTicket } from './facts.ts'
import { createLocalTime } from './local-time.ts'
import type { Played } from './play.ts'
import { spellFault } from './reading/faults.ts'
import { findScenario } from './reading/library.ts'
import { fromDisk, readScenario } from './reading/read.ts'
import { matches } from './matching.ts'
import type { Fact, FactPattern, Scenario } from './scenario.ts'
import { playVirtually } from './simulate.ts'

export type { SeenTicket } from './facts.ts'
export type { Played } from './play.ts'
export type { Fact, Matcher, Scenario } from './scenario.ts'

/** Any key of a scenario file (`simulators/scenarios/scenario.schema.json`) may stand here as it does there. */
export interface BuildingOptions {
  /** A shipped scenario's name, or a file of your own, to build on. */
  scenario?: string
  /** How many devices, or how many of each: `{ leak_sensors: 20, lifts: 6 }`. */
  size?: number | Readonly<Record<string, number>>
  /** Local time at the site: `2026-11-24 02:50`. */
  starts?: string
  /** `40m`, `12h`, `3d`; an hour unless set. */
  lasts?: string
  /** Parameters of the scenario. */
  set?: Readonly<Record<string, string | number | boolean>>
  /** Another seed, another course of events; the same one, the same to the byte. */
  seed?: string
  [key: string]: unknown
}

/** What can happen at a moment; each answers the building, so that more may follow. */
export interface Moment {
  leak(sensor: string): Building
  entrapment(lift: string): Building
  fault(device: string, fault: string): Building
  /** The mains of a building such as `1号楼`. */
  powerCut(building: string): Building
  /** Anything that a step of a scenario file can say, without its time. */
  step(step: Readonly<Record<string, unknown>>): Building
}

/** A ticket and how long after its opening it came so far, in milliseconds; `Infinity`: never. */
export interface TicketOfRun extends SeenTicket {
  acceptedWithinMs: number
  onSiteWithinMs: number
  completedWithinMs: number
  signedOffWithinMs: number
  closedWithinMs: number
  /** Local time as `2026-11-24 03:01:12`, with milliseconds where there are some; `null`: nobody came. */
  onSiteAt: string | null
}

export type TicketWhere = Partial<Pick<SeenTicket, 'device' | 'category' | 'priority' | 'origin' | 'state'>>

export interface Building {
  /** `03:00`, the next such local time; `day 2 08:00`; `2026-11-24 03:00`; `5m` after the start. */
  at(moment: string): Moment
  /** Lets it happen, in virtual time, and answers all that did. @throws Error with the place of what is not taken. */
  play(): Promise<Played>
  /** The one ticket that is so. @throws Error where there is none, or more than one, with those there are. */
  ticket(where?: TicketWhere): TicketOfRun
  tickets(where?: TicketWhere): TicketOfRun[]
  /** What the service told, such as `facts('alarm', 'raised', { device: 'leak-b2-01' })`. */
  facts(about: Fact['about'], what: string, where?: FactPattern['where']): Fact[]
  /** As it would be played. */
  readonly scenario: Scenario
}

/**
 * A building for a team's own tests: a whole service in this process, in virtual time.
 *
 * ```ts
 * const b = await building({ size: 20, starts: '2026-11-24 02:50' })
 * await b.at('03:00').leak('leak-b2-01').play()
 * expect(b.ticket({ device: 'leak-b2-01' }).onSiteWithinMs).toBeLessThanOrEqual(10 * 60_000)
 * ```
 *
 * @throws Error, here and where something happens, with all that is wrong and what was meant.
 */
export function building(options: BuildingOptions): Promise<Building> {
  return new Promise((resolve) => resolve(createBuilding(options)))
}

const NAME = 'building.yaml'

function createBuilding({ scenario: base, size, set = {}, seed = '1', ...keys }: BuildingOptions): Building {
  const steps: Readonly<Record<string, unknown>>[] = []
  const included = base === undefined ? 'common/people.yaml' : fileOf(base)
  const usual = base === undefined ? { title: 'a building', lasts: '1h' } : {}
  const written = { ...usual, ...(size !== undefined && { building: { size } }), ...keys, include: [included] }
  const given = Object.fromEntries(Object.entries(set).map(([name, value]) => [name, String(value)]))
  const own = (keys.timeline ?? []) as unknown[]

  function read(): Scenario {
    const timeline = [...own, ...steps]
    const text = stringify({ ...written, ...(timeline.length > 0 && { timeline }) })
    const answer = readScenario(NAME, { set: given, readFile: (file) => (file === NAME ? text : fromDisk(file)) })
    if (answer.ok) return answer.scenario
    throw new Error(answer.faults.map(spellFault).join('\n'))
  }
  let scenario = read()
  let played: Played | null = null

  const happens = (step: Readonly<Record<string, unknown>>): Building => {
    steps.push(step)
    try {
      scenario = read()
    } catch (error) {
      steps.pop()
      throw error
    }
    return self
  }
  const run = (): Played => {
    if (played === null) throw new Error('nothing has happened yet: await play() first')
    return played
  }
  const tickets = (where: TicketWhere = {}) => run().tickets.filter((ticket) => isSo(ticket, where))

  const self: Building = {
    at: (at) => ({
      leak: (device) => happens({ at, device, fault: 'leak' }),
      entrapment: (device) => happens({ at, device, fault: 'entrapment' }),
      fault: (device, fault) => happens({ at, device, fault }),
      powerCut: (of) => happens({ at, power_cut: of }),
      step: (step) => happens({ at, ...step }),
    }),
    async play() {
      played = await playVirtually({ scenario, seed })
      return played
    },
    tickets: (where) => tickets(where).map((ticket) => ofRun(ticket, run())),
    ticket(where) {
      const found = tickets(where)
      if (found.length === 1) return ofRun(found[0]!, run())
      const all = run().tickets.map(({ number, category, priority, device }) =>
        [number, category, priority, device ?? 'no device'].join(' '),
      )
      const asked = JSON.stringify(where ?? {})
      const there = all.length === 0 ? 'none was opened' : `there are: ${all.slice(0, 20).join('; ')}`
      throw new Error(`${found.length === 0 ? 'no ticket is' : `${found.length} tickets are`} ${asked}; ${there}`)
    },
    facts: (about, what, where = {}) => run().facts.filter((fact) => matches(fact, { about, what, where })),
    get scenario() {
      return scenario
    },
  }
  return self
}

/** As it is included: a shipped one by its name, which is how its places are told. */
function fileOf(scenario: string): string {
  const found = findScenario(scenario)
  if (!found.ok) throw new Error(found.message)
  return found.file === scenario ? absolute(scenario) : basename(found.file)
}

const isSo = (ticket: SeenTicket, where: TicketWhere): boolean =>
  Object.entries(where).every(([name, value]) => ticket[name as keyof TicketWhere] === value)

function ofRun(ticket: SeenTicket, { facts, scenario }: Played): TicketOfRun {
  const atMs = (what: string) =>
    facts.find((fact) => fact.about === 'ticket' && fact.what === what && fact.of === ticket.id)?.atMs ?? Infinity
  const withinMs = (what: string) => atMs(what) - Date.parse(ticket.openedAt)
  const onSiteMs = atMs('on_site')
  return {
    ...ticket,
    acceptedWithinMs: withinMs('accepted'),
    onSiteWithinMs: withinMs('on_site'),
    completedWithinMs: withinMs('completed'),
    signedOffWithinMs: withinMs('signed_off'),
    closedWithinMs: withinMs('closed'),
    onSiteAt: onSiteMs === Infinity ? null : createLocalTime(scenario.site.timezone).spell(onSiteMs),
  }
}
