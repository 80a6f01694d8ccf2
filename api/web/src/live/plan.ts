import { PRIORITIES } from '../../../../rules/model/words.ts'
import type { Priority } from '../../../../rules/model.ts'
import type { AlarmView } from '../api/types.ts'
import { placeOf, ROOF } from './place.ts'

/** A property as a drawing of it needs it: towers of floors, what is below all of them, and what has no place. */

export interface PlannedDevice {
  id: string
  site: string
  building: string | null
  location: string
}

/** Standing alarms at one place of the drawing; the highest priority gives the mark. */
export interface Pin {
  priority: Priority
  alarms: number
  /** Nobody has acknowledged at least one of them. */
  unacknowledged: boolean
  /** Texts of the devices, for who cannot see the drawing. */
  locations: readonly string[]
}

/** Neighbouring floors that are drawn as one. `from` ≤ `to`; both `null`: the floor is not told. */
export interface Band {
  from: number | null
  to: number | null
  pin: Pin | null
}

export interface Tower {
  key: string
  site: string
  name: string
  /** Topmost first. */
  bands: readonly Band[]
  /** Of the highest floor that is told, without a roof: how tall it is drawn. */
  top: number
}

export interface Plan {
  towers: readonly Tower[]
  /** Shared by all towers, topmost first; its pins by the tower above them: an index of `towers`, or `null`. */
  basement: readonly { level: number; pins: readonly { tower: number | null; pin: Pin }[] }[]
  /** Of devices whose texts tell neither building nor floor, and of what is not in the list of devices. */
  elsewhere: Pin | null
}

const BANDS_MAX = 5
const BASEMENTS_MAX = 4

/** How many floors a tower shows as their own: the more towers, the fewer. */
const bandsMaxOf = (towers: number) => (towers <= 4 ? BANDS_MAX : towers <= 12 ? 3 : 2)

interface Spot {
  site: string
  level: number | null
  key: string | null
}

/**
 * Draws up the plan of what was surveyed with a pin wherever alarms stand that nothing mutes. Its shape depends on the
 * devices alone, so that it stands still while alarms come and go.
 */
export function planOf({ spots, towers: found }: Survey, alarms: readonly AlarmView[]): Plan {
  const pins = gather(alarms, (alarm) => spots.get(alarm.device) ?? null)
  const bandsMax = bandsMaxOf(found.length)
  const towers = found.map(({ key, site, name, levels, unlevelled }): Tower => {
    const above = [...levels].filter((level) => level > 0).sort((a, b) => b - a)
    const told = collapse(above, bandsMax).map(([to, from]): Band => ({
      from,
      to,
      pin: merged(above.filter((at) => at <= to && at >= from).map((at) => pins.take(site, key, at))),
    }))
    const rest: Band[] = unlevelled ? [{ from: null, to: null, pin: pins.take(site, key, null) }] : []
    return { key, site, name, bands: [...told, ...rest], top: Math.max(1, ...above.filter((level) => level < ROOF)) }
  })
  const depths = [...new Set([...spots.values()].flatMap(({ level }) => (level !== null && level < 0 ? [level] : [])))]
  const owners = [null, ...towers.keys()]
  const basement = collapse(
    depths.sort((a, b) => b - a),
    BASEMENTS_MAX,
  ).map(([level, lowest]) => ({
    level,
    pins: owners.flatMap((tower) => {
      const within = depths.filter((at) => at <= level && at >= lowest)
      const pin = merged(within.map((at) => pins.below(tower === null ? null : towers[tower]!, at)))
      return pin ? [{ tower, pin }] : []
    }),
  }))
  return { towers, basement, elsewhere: pins.elsewhere() }
}

interface FoundTower {
  key: string
  site: string
  name: string
  levels: Set<number>
  unlevelled: boolean
}

/** Where each device is and what buildings there are. Reads every text: ask again where devices have changed only. */
export interface Survey {
  spots: ReadonlyMap<string, Spot>
  towers: readonly FoundTower[]
}

export function surveyOf(devices: readonly PlannedDevice[]): Survey {
  const spots = new Map<string, Spot>()
  const towers = new Map<string, FoundTower>()
  const places = devices.map(({ id, site, building, location }) => ({ id, site, ...placeOf(building, location) }))
  const withTowers = new Set(places.flatMap(({ site, tower }) => (tower ? [site] : [])))
  for (const { id, site, tower: told, level } of places) {
    // A property of one building seldom says which.
    const tower = told ?? (level !== null && level > 0 && !withTowers.has(site) ? { key: '', name: '' } : null)
    spots.set(id, { site, level, key: tower?.key ?? null })
    if (!tower) continue
    const known = towers.get(`${site} ${tower.key}`)
    const kept = known ?? { ...tower, site, levels: new Set<number>(), unlevelled: false }
    towers.set(`${site} ${tower.key}`, kept)
    if (level === null) kept.unlevelled = true
    else kept.levels.add(level)
  }
  const inOrder = [...towers.values()].sort(
    (a, b) => a.site.localeCompare(b.site) || a.key.localeCompare(b.key, undefined, { numeric: true }),
  )
  return { spots, towers: inOrder }
}

/** Of falling levels runs of about equal length, at most `most`: `[highest, lowest]` of each. A roof stays alone. */
function collapse(levels: readonly number[], most: number): [number, number][] {
  const [first, ...rest] = levels
  if (first === ROOF && rest.length >= most) return [[ROOF, ROOF], ...collapse(rest, most - 1)]
  const length = Math.ceil(levels.length / Math.min(most, Math.max(1, levels.length)))
  const runs: [number, number][] = []
  for (let start = 0; start < levels.length; start += length) {
    runs.push([levels[start]!, levels[Math.min(start + length, levels.length) - 1]!])
  }
  return runs
}

function gather(alarms: readonly AlarmView[], spotOf: (alarm: AlarmView) => Spot | null) {
  const at = new Map<string, Pin>()
  const keyOf = (site: string | null, tower: string | null, level: number | null) =>
    tower === null ? `${level}` : JSON.stringify([site, tower, level])
  for (const alarm of alarms) {
    if (alarm.muted !== null) continue
    const spot = spotOf(alarm)
    const key = spot ? keyOf(spot.site, spot.key, spot.level) : 'null'
    const unacknowledged = alarm.state === 'unacked' || alarm.state === 'rtn_unacked'
    const pin = { priority: alarm.priority, alarms: 1, unacknowledged, locations: [alarm.location || alarm.deviceName] }
    at.set(key, merged([at.get(key) ?? null, pin])!)
  }
  const take = (key: string) => at.get(key) ?? null
  return {
    take: (site: string, tower: string, level: number | null) => take(keyOf(site, tower, level)),
    below: (tower: { site: string; key: string } | null, level: number) =>
      take(keyOf(tower?.site ?? null, tower?.key ?? null, level)),
    /** Neither building nor floor, or a floor above ground of no building. */
    elsewhere: () => merged([...at].filter(([key]) => key === 'null' || Number(key) > 0).map(([, pin]) => pin)),
  }
}

/** Enough for who listens; a flood has thousands. */
const LOCATIONS_MAX = 3

/** Of one place: the highest priority, and all that they say. `null` where there is none. */
export function merged(pins: readonly (Pin | null)[]): Pin | null {
  return pins.reduce((sum, pin) => {
    if (!sum || !pin) return sum ?? pin
    const priority = PRIORITIES.indexOf(pin.priority) < PRIORITIES.indexOf(sum.priority) ? pin.priority : sum.priority
    return {
      priority,
      alarms: sum.alarms + pin.alarms,
      unacknowledged: sum.unacknowledged || pin.unacknowledged,
      locations: [...sum.locations, ...pin.locations].slice(0, LOCATIONS_MAX),
    }
  }, null)
}
