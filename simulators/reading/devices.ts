import type { DeviceDescription } from '../devices/index.ts'
import { LANGUAGES } from '../languages/index.ts'
import type { Language } from '../languages/language.ts'
import { meant } from './faults.ts'
import type { Faults } from './faults.ts'
import { generated, spread, towersFor } from './generated.ts'
import { COUNTED, SIMULATED, specOf, wordsOf } from './kinds.ts'
import type { Kind } from './kinds.ts'
import { building as buildingSchema, device as deviceSchema } from './schema.ts'
import { shaped } from './shaped.ts'
import { itemsOf, valueOf } from './written.ts'
import type { Written } from './written.ts'
import type { KnownDevice } from './world.ts'

export interface ReadDevices {
  devices: DeviceDescription[]
  known: Map<string, KnownDevice>
  complete: boolean
}

/** The devices of `building`, then those of `devices`. */
export function readDevices(building: Written | undefined, given: Written | undefined, faults: Faults): ReadDevices {
  const made = building === undefined ? [] : makeBuilding(building, faults)
  const known = new Map<string, KnownDevice>()
  for (const { id, kind, building: of } of made ?? []) known.set(id, { kind, building: of })
  const own = itemsOf(given).flatMap((item) => readDevice(item, known, faults) ?? [])
  return { devices: withGateways([...(made ?? []), ...own]), known, complete: made !== null }
}

/** `null` where it could not be read. */
function makeBuilding(written: Written, faults: Faults): DeviceDescription[] | null {
  const told = shaped(buildingSchema, written, faults)
  if (told === undefined) return null
  const { size } = told
  const counts =
    typeof size === 'number'
      ? spread(size)
      : new Map(COUNTED.map(({ kind, many }) => [kind, (size as Record<string, number | undefined>)[many] ?? 0]))
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const asked = typeof size === 'number' ? { towers: towersFor(size) } : size
  const made = generated({
    towers: asked.towers ?? 3,
    floors: ('floors' in asked ? asked.floors : undefined) ?? 18,
    counts,
  })
  if (total === 0)
    faults.add(valueOf(written, 'size') ?? written, 'a building has devices; say how many: {leak_sensors: 20}')
  for (const kind of SIMULATED) {
    const at = valueOf(valueOf(written, 'speaks'), kind)
    const speaks = told.speaks?.[kind]
    if (at && speaks !== undefined) checkLanguage(kind, speaks, at, faults)
  }
  return made.map((device) => {
    const speaks = told.speaks?.[device.kind]
    const reportEveryMs = told.reports_every?.[device.kind]
    return {
      ...device,
      ...(speaks === undefined ? {} : { speaks }),
      ...(reportEveryMs === undefined ? {} : { reportEveryMs }),
    }
  })
}

function readDevice(item: Written, known: Map<string, KnownDevice>, faults: Faults): DeviceDescription | null {
  const told = shaped(deviceSchema, item, faults)
  const idAt = valueOf(item, 'id')
  const id = idAt?.is === 'scalar' ? String(idAt.value) : null
  if (id !== null && known.has(id)) faults.add(idAt ?? item, `the device "${id}" is there already; an id is given once`)
  if (told === undefined) {
    if (id !== null) known.set(id, { kind: kindIn(item), building: null })
    return null
  }
  const building = told.building ?? buildingIn(told.location)
  known.set(told.id, { kind: told.kind, building })
  const { kind, location, zone, speaks, gateway, tags, reports_every: reportEveryMs } = told
  if (speaks !== undefined) checkLanguage(kind, speaks, valueOf(item, 'speaks') ?? item, faults)
  if (gateway !== undefined) checkGateway(speaks ?? 'native', valueOf(item, 'gateway') ?? item, faults)
  const { noun } = wordsOf(kind)
  const name = told.name ?? (location.endsWith(noun) ? location : `${location} ${noun}`)
  const options = Object.entries({ zone, speaks, gateway, tags, reportEveryMs }).filter(
    ([, value]) => value !== undefined,
  )
  const device = { id: told.id, kind, name, location, building, spec: specOf(kind, told.spec) }
  return { ...device, ...Object.fromEntries(options) } as DeviceDescription
}

const kindIn = (item: Written): Kind | null => {
  const kind = valueOf(item, 'kind')
  return SIMULATED.find((each) => kind?.is === 'scalar' && each === kind.value) ?? null
}

/** `B2 水泵房` is in the basement, `1号楼 3层` in 1号楼. */
const buildingIn = (location: string): string => {
  const [first = ''] = location.trim().split(/\s+/)
  return /^B\d/.test(first) ? '地下室' : first
}

/** Tells of a language that does not exist, or that this kind cannot speak. */
export function checkLanguage(
  kind: Kind,
  speaks: string,
  at: Written,
  faults: Faults,
  languages: readonly Language[] = LANGUAGES,
): void {
  const fit = languages.filter(({ kinds }) => kinds.includes(kind)).map(({ id }) => id)
  const language = languages.find(({ id }) => id === speaks)
  if (!language) faults.add(at, `there is no language "${speaks}"; ${meant(speaks, fit)}`)
  else if (!fit.includes(speaks)) {
    faults.add(at, `the kind ${kind} cannot speak "${speaks}"; choose one of: ${fit.join(', ')}`)
  }
}

/** Tells of a gateway for a device that speaks for itself. */
function checkGateway(speaks: string, at: Written, faults: Faults): void {
  if (LANGUAGES.some(({ id, topics }) => id === speaks && topics('any').length === 0)) {
    faults.add(at, `"${speaks}" is spoken without a gateway; leave it out, or write what it speaks: zigbee2mqtt`)
  }
}

/** A language that is spoken through gateways gets one in each building, where none is named. */
export function withGateways(
  devices: readonly DeviceDescription[],
  languages: readonly Language[] = LANGUAGES,
): DeviceDescription[] {
  const buildings = [...new Set(devices.map(({ building }) => building))]
  const shared = new Set(languages.filter(({ topics }) => topics('any').length > 0).map(({ id }) => id))
  return devices.map((device) => {
    const { speaks, gateway, building } = device
    if (speaks === undefined || gateway !== undefined || !shared.has(speaks)) return device
    return { ...device, gateway: `gw-${speaks}-${buildings.indexOf(building) + 1}` }
  })
}
