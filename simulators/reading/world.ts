import type { FactPattern, Matcher } from '../scenario.ts'
import { FIELDS } from '../scenario.ts'
import { meant } from './faults.ts'
import type { Faults } from './faults.ts'
import type { Kind } from './kinds.ts'
import { momentMs } from './times.ts'
import type { Span } from './times.ts'
import { itemsOf, keyOf, valueOf } from './written.ts'
import type { Written } from './written.ts'

/** What a timeline and expectations can speak of. */
export interface World {
  faults: Faults
  /** `null` where start or end could not be read. */
  span: Span | null
  /** By id; what could not be read of one is `null`. */
  devices: ReadonlyMap<string, KnownDevice>
  /** Whether that is all of them, so that another id is a mistake. */
  complete: boolean
  people: ReadonlySet<string>
  /** What steps are called. */
  steps: ReadonlySet<string>
}

export interface KnownDevice {
  kind: Kind | null
  building: string | null
}

/** Tells of a device that does not exist. */
export function checkDevice(world: World, id: string, at: Written): boolean {
  if (world.devices.has(id) || !world.complete) return world.devices.has(id)
  world.faults.add(at, `there is no device "${id}" in this scenario; ${meant(id, [...world.devices.keys()])}`)
  return false
}

/** Ids that a pattern with `*` means; tells where there are none. */
export function devicesLike(world: World, like: string, at: Written): string[] {
  const pattern = patternOf(like)
  const found = [...world.devices.keys()].filter((id) => pattern.test(id))
  if (found.length === 0 && world.complete) {
    world.faults.add(
      at,
      `no device's id is like "${like}"; ${meant(like.replaceAll('*', ''), [...world.devices.keys()])}`,
    )
  }
  return found
}

export const patternOf = (like: string): RegExp =>
  new RegExp(
    `^${like
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  )

export function checkPerson(world: World, id: string, at: Written): void {
  if (!world.people.has(id))
    world.faults.add(at, `there is nobody "${id}" among the responders; ${meant(id, [...world.people])}`)
}

/** Whether the building can be there; tells where it is not. */
export function checkBuilding(world: World, name: string, at: Written): boolean {
  const buildings = [...new Set([...world.devices.values()].flatMap(({ building }) => building ?? []))]
  if (buildings.includes(name) || !world.complete) return true
  world.faults.add(at, `no device is in a building "${name}"; ${meant(name, buildings)}`)
  return false
}

export function checkStep(world: World, name: string, at: Written): void {
  if (!world.steps.has(name)) {
    world.faults.add(at, `no step of the timeline has the name "${name}" (as: …); ${meant(name, [...world.steps])}`)
  }
}

/** Milliseconds since the start; 0 where that cannot be known. */
export function momentAt(world: World, text: string, at: Written): number {
  if (world.span === null) return 0
  const read = momentMs(text, world.span)
  if (read.ok) return read.atMs
  world.faults.add(at, read.message)
  return 0
}

/** A length of time that must lie within the scenario. */
export function checkWithin(world: World, ms: number, at: Written): number {
  const lasts = world.span?.lastsMs ?? Infinity
  if (ms > lasts) world.faults.add(at, 'this is longer than the whole scenario lasts')
  return ms
}

type Facts = Readonly<Record<string, Readonly<Record<string, Matcher | undefined>> | null | undefined>>

/** The pattern in `{ticket opened: {device: leak-b2}}`, its devices and people checked. */
export function patternAt(world: World, facts: Facts, written: Written): FactPattern {
  const [name = ' ', where] = Object.entries(facts)[0] ?? []
  const [about, what = ''] = name.split(' ') as [FactPattern['about'], string?]
  const fields = valueOf(written, name)
  for (const field of Object.keys(where ?? {})) {
    const kind = FIELDS[about][field]
    const value = valueOf(fields, field)
    if (value !== undefined)
      for (const each of valuesOf(value)) checkValue(world, kind === 'device', kind === 'person', each)
  }
  return { about, what, where: (where ?? {}) as Record<string, Matcher> }
}

const valuesOf = (value: Written): readonly Written[] =>
  value.is === 'list' ? itemsOf(value) : value.is === 'map' ? [valueOf(value, 'not') ?? keyOf(value, '')] : [value]

function checkValue(world: World, device: boolean, person: boolean, written: Written): void {
  if (written.is !== 'scalar' || written.value === null) return
  const value = String(written.value)
  if (device && value.includes('*')) devicesLike(world, value, written)
  else if (device) checkDevice(world, value, written)
  else if (person && !value.includes('*')) checkPerson(world, value, written)
}
