import type { DeviceDescription } from '../devices/index.ts'
import { COUNTED, specOf, wordsOf } from './kinds.ts'
import type { Kind } from './kinds.ts'

/** Makes a building's devices up: the same for the same size, with ids and places as a property would have them. */

export interface Size {
  towers: number
  floors: number
  /** How many of each kind. */
  counts: ReadonlyMap<Kind, number>
}

type Made = Pick<DeviceDescription, 'id' | 'name' | 'location' | 'building' | 'zone'> & {
  spec?: Readonly<Record<string, unknown>>
}

const BASEMENT = '地下室'
const PUMP_ROOM = 'b2-pump-room'
const DEVICES_PER_TOWER = 40

/** Where water does the most harm, worst first. */
const BASEMENT_ROOMS: readonly [location: string, celsius: number, humidity: number][] = [
  ['B2 水泵房', 19, 68],
  ['B2 消防水池', 18, 72],
  ['B2 集水井 1', 18, 74],
  ['B2 集水井 2', 18, 74],
  ['B1 配电房', 24, 50],
  ['B2 制冷机房', 22, 58],
  ['B2 热交换站', 27, 60],
  ['B1 发电机房', 23, 52],
  ['B1 消防控制室', 23, 50],
  ['B1 车库东区', 19, 62],
  ['B1 车库西区', 19, 62],
  ['B1 垃圾房', 21, 66],
]

const BASEMENT_METERS: readonly [id: string, name: string, location: string, amperes: number, load: string][] = [
  ['main-1', '1号变压器总表', 'B1 配电房', 630, 'homes'],
  ['main-2', '2号变压器总表', 'B1 配电房', 630, 'homes'],
  ['pump', '水泵房电表', 'B2 水泵房', 100, 'pumps'],
  ['garage', '车库照明电表', 'B1 车库', 63, 'lighting'],
]

const two = (value: number) => String(value).padStart(2, '0')
/** 0 is a, 25 is z, 26 is aa. */
const letter = (index: number): string =>
  (index < 26 ? '' : letter(Math.floor(index / 26) - 1)) + String.fromCharCode(97 + (index % 26))
const towerName = (tower: number) => `${tower}号楼`

/** From 1 up to `last`, again and again: which round, and which. */
function* turns(last: number): Generator<[round: number, tower: number]> {
  for (let round = 0; ; round += 1) for (let tower = 1; tower <= last; tower += 1) yield [round, tower]
}

/** Every floor of every tower, riser after riser (管道井, 强电井). */
function* risers({ towers, floors }: Size): Generator<{ riser: number; floor: number; tower: number }> {
  for (const [round, tower] of turns(towers)) {
    yield { riser: Math.floor(round / floors), floor: (round % floors) + 1, tower }
  }
}

const inTower = (tower: number, place: string) => ({
  location: `${towerName(tower)} ${place}`,
  building: towerName(tower),
})
const inBasement = (location: string) => ({ location, building: BASEMENT })
const named = (kind: string, id: string, at: { location: string; building: string }): Made => ({
  id,
  name: `${at.location} ${wordsOf(kind).noun}`,
  ...at,
})

function* leakSensors(size: Size): Generator<Made> {
  const sensor = (
    id: string,
    at: { location: string; building: string },
    room_celsius: number,
    room_humidity: number,
  ) => ({
    ...named('water_leak', id, at),
    spec: { room_celsius, room_humidity },
  })
  for (const [index, [location, celsius, humidity]] of BASEMENT_ROOMS.entries()) {
    const made = sensor(
      `leak-${location.slice(0, 2).toLowerCase()}-${two(index + 1)}`,
      inBasement(location),
      celsius,
      humidity,
    )
    yield index === 0 && (size.counts.get('valve') ?? 0) > 0 ? { ...made, zone: PUMP_ROOM } : made
  }
  for (let tower = 1; tower <= size.towers; tower += 1) {
    yield sensor(`leak-${tower}-pit`, inTower(tower, '电梯底坑'), 19, 66)
    yield sensor(`leak-${tower}-roof`, inTower(tower, '屋顶水箱间'), 20, 60)
  }
  for (const { riser, floor, tower } of risers(size)) {
    const at = inTower(tower, `${floor}层 管道井${riser === 0 ? '' : ` ${riser + 1}`}`)
    yield sensor(`leak-${tower}-${two(floor)}${riser === 0 ? '' : letter(riser)}`, at, 22, 57)
  }
}

function* meters(size: Size): Generator<Made> {
  for (const [id, name, location, rated_amperes, load] of BASEMENT_METERS) {
    yield { id: `meter-${id}`, name, ...inBasement(location), spec: { rated_amperes, load } }
  }
  for (let tower = 1; tower <= size.towers; tower += 1) {
    const made = named('power_meter', `meter-${tower}`, inTower(tower, '强电井'))
    yield { ...made, name: `${towerName(tower)}公区电表`, spec: { rated_amperes: 160 } }
  }
  for (const { riser, floor, tower } of risers(size)) {
    const at = inTower(tower, `${floor}层 强电井${riser === 0 ? '' : ` ${riser + 1}`}`)
    const made = named('power_meter', `meter-${tower}-${two(floor)}${riser === 0 ? '' : letter(riser)}`, at)
    yield { ...made, spec: { rated_amperes: 63 } }
  }
}

function* lifts({ towers, floors }: Size): Generator<Made> {
  for (const [round, tower] of turns(towers)) {
    const at = inTower(tower, `${round + 1}号客梯`)
    const spec = { highest_floor: floors, rated_mps: floors > 24 ? 2.5 : floors > 12 ? 1.75 : 1 }
    yield { id: `lift-${tower}${letter(round)}`, name: at.location, ...at, spec }
  }
}

function* valves({ towers }: Size): Generator<Made> {
  yield { ...named('valve', 'valve-b2', inBasement('B2 水泵房')), name: 'B2 水泵房给水阀', zone: PUMP_ROOM }
  for (const [round, tower] of turns(towers)) {
    const at = inTower(tower, `${round + 1}区 给水立管`)
    yield { ...named('valve', `valve-${tower}${letter(round)}`, at), zone: `riser-${tower}${letter(round)}` }
  }
}

function* pumps(): Generator<Made> {
  for (let pump = 1; ; pump += 1) yield named('pump', `pump-b2-${pump}`, inBasement(`B2 集水井 ${pump}`))
}

function* doors({ towers }: Size): Generator<Made> {
  for (const [round, tower] of turns(towers)) {
    // A contact watches what should be shut before it watches what everybody uses.
    const place = round === 0 ? '屋面门' : round === 1 ? '单元门' : `${round - 1}号侧门`
    const openings_per_day = round === 0 ? 2 : 40
    yield { ...named('door', `door-${tower}${letter(round)}`, inTower(tower, place)), spec: { openings_per_day } }
  }
}

function* rainGauges({ towers }: Size): Generator<Made> {
  for (const [round, tower] of turns(towers)) {
    yield named(
      'rain_gauge',
      `rain-${tower}${letter(round)}`,
      inTower(tower, `屋面${round === 0 ? '' : ` ${round + 1}`}`),
    )
  }
}

const PLACES: Readonly<Record<string, (size: Size) => Generator<Made>>> = {
  water_leak: leakSensors,
  power_meter: meters,
  elevator: lifts,
  valve: valves,
  pump: pumps,
  door: doors,
  rain_gauge: rainGauges,
}

/** So many devices in all, spread as in the field; what does not divide goes where most is missing. */
export function spread(total: number): Map<Kind, number> {
  const whole = COUNTED.reduce((sum, { share }) => sum + share, 0)
  const parts = COUNTED.map(({ kind, share }) => ({ kind, exact: (total * share) / whole }))
  const counts = new Map(parts.map(({ kind, exact }) => [kind, Math.floor(exact)]))
  const left = total - [...counts.values()].reduce((sum, count) => sum + count, 0)
  const missing = [...parts].sort((a, b) => (b.exact % 1) - (a.exact % 1))
  for (const { kind } of missing.slice(0, left)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

/** As many towers as a property of so many devices usually has. */
export const towersFor = (total: number): number => Math.min(99, Math.max(1, Math.round(total / DEVICES_PER_TOWER)))

/** The devices of a building, kind after kind. */
export function generated(size: Size): DeviceDescription[] {
  return COUNTED.flatMap(({ kind }) => {
    const places = PLACES[kind]!(size)
    return Array.from({ length: size.counts.get(kind) ?? 0 }, () => {
      const { spec, ...made } = places.next().value as Made
      return { ...made, kind, spec: specOf(kind, spec) } as DeviceDescription
    })
  })
}
