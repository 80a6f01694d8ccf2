import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Place, Scenario, Titles } from '../scenario.ts'
import { readDevices } from './devices.ts'
import { readExpectations } from './expectations.ts'
import { Faults, meant } from './faults.ts'
import type { ReadingFault } from './faults.ts'
import { gather } from './gather.ts'
import { LIBRARY } from './library.ts'
import type { Library } from './library.ts'
import { filled, givenScalar } from './parameters.ts'
import { readPeople } from './people.ts'
import { SECTIONS, TOP } from './schema.ts'
import { readSettings } from './settings.ts'
import { shaped } from './shaped.ts'
import { namesOf, readTimeline } from './timeline.ts'
import { startMs } from './times.ts'
import type { Span } from './times.ts'
import { checkBuilding } from './world.ts'
import type { World } from './world.ts'
import { itemsOf, keyOf, valueOf } from './written.ts'
import type { Entry, Scalar, Written, WrittenMap } from './written.ts'
import { isTimezone } from './zone.ts'

export type ReadScenario =
  { ok: true; scenario: Scenario; warnings: ReadingFault[] } | { ok: false; faults: ReadingFault[] }

export interface ReadOptions {
  /** The shipped files; those of this installation unless set. */
  library?: Library
  /** Parameters from outside of the file: `--set name=value`. */
  set?: Readonly<Record<string, string>>
  /** A file's text, `null` where there is none; from the disk unless set. */
  readFile?: (path: string) => string | null
}

const SITE = { id: 'riverside', name: '滨江花园', timezone: 'Asia/Shanghai' }
const STARTS = '2026-11-23 08:00'

/** A scenario from its file, or everything that is wrong with it. */
export function readScenario(
  file: string,
  { library = LIBRARY, set = {}, readFile = fromDisk }: ReadOptions = {},
): ReadScenario {
  const faults = new Faults()
  const gathered = gather(file, { ...library, read: readFile }, faults)
  if (gathered === null) return { ok: false, faults: faults.sorted() }
  const warnings = new Faults()
  const tree = withParameters(gathered, set, faults, warnings)
  const scenario = { ...scenarioOf(file, tree, faults, warnings), set }
  return faults.found.length > 0
    ? { ok: false, faults: faults.sorted() }
    : { ok: true, scenario, warnings: warnings.sorted() }
}

export function fromDisk(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function withParameters(
  tree: WrittenMap,
  set: Readonly<Record<string, string>>,
  faults: Faults,
  warnings: Faults,
): WrittenMap {
  const written = valueOf(tree, 'parameters')
  if (written) shaped(TOP.parameters, written, faults)
  const values = new Map(written?.is === 'map' ? [...written.entries].flatMap(scalarOf) : [])
  for (const [name, value] of Object.entries(set)) {
    const wrong = `--set ${name}=${value}: there is no such parameter; ${meant(name, [...values.keys()])}`
    if (values.has(name)) values.set(name, givenScalar(value))
    else faults.add(written ?? tree, wrong)
  }
  const { tree: whole, used } = filled(tree, values, faults)
  for (const name of values.keys()) {
    if (written && !used.has(name)) warnings.add(keyOf(written, name), `nothing uses the parameter "${name}"`)
  }
  return whole
}

const scalarOf = ([name, { value }]: [string, Entry]): [string, Scalar][] =>
  value.is === 'scalar' ? [[name, value.value]] : []

function scenarioOf(file: string, tree: WrittenMap, faults: Faults, warnings: Faults): Omit<Scenario, 'set'> {
  // Every section is read, whatever is wrong in another one: what is wrong is told at once.
  shaped(SECTIONS, tree, faults)
  const section = (key: string) => valueOf(tree, key)
  const site = { ...SITE, ...readSection('site', tree, faults) }
  const title = inBoth(readSection('title', tree, faults) ?? '')
  const about = inBoth(readSection('about', tree, faults) ?? '')
  const span = spanOf(tree, site.timezone, faults)
  const { devices, known, complete } = readDevices(section('building'), section('devices'), faults)
  const { people, known: persons } = readPeople(section('people'), faults)
  const settings = readSettings(section('settings'), faults)
  const channels = new Set(
    settings.flatMap(({ collection, body }) => (collection === 'channels' ? String(body.id) : [])),
  )
  const steps = namesOf(section('timeline'), faults)
  const world: World = { faults, span, devices: known, complete, people: persons, steps }
  for (const item of itemsOf(valueOf(section('people'), 'responders'))) {
    const building = valueOf(item, 'building')
    if (building?.is === 'scalar' && building.value !== null) checkBuilding(world, String(building.value), building)
  }
  const timeline = readTimeline(section('timeline'), world, site.id)
  const expect = readExpectations(section('expect'), world)
  for (const { act, place } of timeline) warnOfChannel(act, place, channels, warnings)
  if (known.size === 0 && faults.found.length === 0)
    faults.add(tree, 'there is no device: write a building with its size, or devices')
  if (expect.length === 0) warnings.add(section('expect') ?? tree, 'nothing is expected, so that it cannot pass')
  return {
    name: basename(file).replace(/\.ya?ml$/, ''),
    title,
    about,
    file: tree.source.file,
    site,
    startsAtMs: span?.startsAtMs ?? 0,
    lastsMs: span?.lastsMs ?? 0,
    devices,
    people,
    settings,
    timeline,
    expect,
  }
}

const inBoth = (told: string | Titles): Titles => (typeof told === 'string' ? { zh: told, en: told } : told)

/** A section that is read by its shape alone. */
function readSection<Key extends 'site' | 'title' | 'about' | 'starts' | 'lasts'>(
  key: Key,
  tree: Written,
  faults: Faults,
): ReturnType<(typeof TOP)[Key]['parse']> | undefined {
  const written = valueOf(tree, key)
  return written && (shaped(TOP[key], written, faults) as ReturnType<(typeof TOP)[Key]['parse']> | undefined)
}

function spanOf(tree: WrittenMap, timezone: string, faults: Faults): Span | null {
  const at = (key: string) => valueOf(tree, key) ?? tree
  const known = isTimezone(timezone)
  const zoneAt = valueOf(at('site'), 'timezone') ?? tree
  if (!known) faults.add(zoneAt, `"${timezone}" is no time zone; write it as Asia/Shanghai`)
  const lastsMs = readSection('lasts', tree, faults)
  const starts = valueOf(tree, 'starts') ? readSection('starts', tree, faults) : STARTS
  if (lastsMs === 0) faults.add(at('lasts'), 'a scenario lasts some time: 40m, 12h, 3d')
  if (!known || starts === undefined) return null
  const startsAtMs = startMs(starts, timezone)
  if (startsAtMs === null) faults.add(at('starts'), `"${starts}" is on a day that the calendar does not have`)
  return startsAtMs === null || lastsMs === undefined ? null : { startsAtMs, lastsMs, timezone }
}

function warnOfChannel(
  act: Scenario['timeline'][number]['act'],
  place: Place,
  channels: ReadonlySet<string>,
  warnings: Faults,
): void {
  if (act.do !== 'channel' || channels.has(act.channel)) return
  warnings.add(place, `the settings have no channel "${act.channel}"; it must be one that the service brings along`)
}
