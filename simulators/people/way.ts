import { SECOND_MS } from '../../rules/model.ts'

/** A place in the plan: which building, and how many floors above its ground floor. */
export interface Spot {
  building: string | null
  floor: number
}

/** Buildings stand on a grid, this far from one another; our own figure for a residential estate. */
const SPACING_M = 60
/** From the door to wherever it is, on whatever floor. */
const INDOORS_M = 20
/** A floor is three metres high, and stairs and lifts take twice as long as level ground. */
const FLOOR_M = 6
/** Who is late needs so many times as long. */
const LATE_TIMES = 3

/** Answers how far it is between two places of a property, on foot, in metres; the same for the same buildings. */
export function plan(buildings: readonly string[]): (from: Spot, to: Spot) => number {
  const columns = Math.ceil(Math.sqrt(buildings.length))
  const places = new Map(
    buildings.map((name, index) => [name, [index % columns, Math.floor(index / columns)] as const]),
  )
  // The desk, and whatever place nobody knows, is where the first building is.
  const placeOf = ({ building }: Spot) => places.get(building ?? '') ?? ([0, 0] as const)
  return (from, to) => {
    const [[x, y], [toX, toY]] = [placeOf(from), placeOf(to)]
    const blocks = Math.abs(x - toX) + Math.abs(y - toY)
    const floors = blocks === 0 ? Math.abs(from.floor - to.floor) : Math.abs(from.floor) + Math.abs(to.floor)
    return INDOORS_M + blocks * SPACING_M + floors * FLOOR_M
  }
}

/** Of a location as people write it: `B2 水泵房` is two below the ground floor, `1号楼 9层 管道井` eight above. */
export function floorOf(location: string): number {
  const below = /\bB(\d{1,2})\b/i.exec(location)
  if (below) return -Number(below[1])
  const above = /(\d{1,3})\s*(?:层|F\b)/i.exec(location)
  return above ? Math.max(0, Number(above[1]) - 1) : 0
}

export const walkMs = (metres: number, walksMps: number, late: boolean): number =>
  Math.round((metres / walksMps) * SECOND_MS * (late ? LATE_TIMES : 1))
