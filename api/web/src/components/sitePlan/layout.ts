import { merged } from '../../live/plan.ts'
import type { Band, Pin, Plan } from '../../live/plan.ts'

/** Where each part of a plan is drawn, in a picture 100 high and `width` wide. */
export interface Layout {
  width: number
  towers: readonly DrawnTower[]
  ground: readonly { x: number; y: number; width: number }[]
  basement: readonly { y: number; height: number; level: number; pins: readonly DrawnPin[] }[]
  elsewhere: DrawnPin | null
  pinSize: number
  textSize: number
  /** Of the floors. */
  labelSize: number
}

/** The place that the picture has. */
export interface Room {
  /** Width by height. */
  aspect: number
  /** Smaller no text is to be, in hundredths of the height. */
  textMin: number
}

export interface DrawnTower {
  key: string
  /** As much of it as there is room for. */
  name: string
  x: number
  y: number
  width: number
  height: number
  /** Of the name's baseline. */
  nameY: number
  bands: readonly { y: number; height: number; band: Band; labelled: boolean; labelY: number; pin: DrawnPin | null }[]
}

export interface DrawnPin {
  /** Of its centre. */
  x: number
  y: number
  pin: Pin
  /** Beside it, its count would stand in the next building. */
  countAbove?: boolean
}

const SIDE = 3
const SLAB = 13
const TOWER_WIDTH_MAX = 40
const BAND_MIN = [11, 7.8, 6]
/** Of a text's size: what a building with its name is wide, and its row with a few floors high. */
const TOWER_EMS = 4
const ROW_EMS = 5

const widthOf = (aspect: number) => 100 * Math.min(6, Math.max(0.5, aspect))

const columnsIn = ({ aspect, textMin }: Room) =>
  Math.max(1, Math.floor(widthOf(aspect) / Math.max(18, textMin * TOWER_EMS)))

/** How many buildings can be read in that room. */
export function towersIn(room: Room): number {
  return columnsIn(room) * Math.min(3, Math.max(1, Math.floor(75 / (room.textMin * ROW_EMS))))
}

export function layoutOf(plan: Plan, place: Room): Layout {
  const { aspect, textMin } = place
  const width = widthOf(aspect)
  const count = plan.towers.length
  const rows = Math.min(3, Math.max(1, Math.ceil(count / columnsIn(place))))
  const textSize = Math.max([6.2, 5, 4][rows - 1]!, textMin)
  const labelSize = Math.max(textSize * 0.85, textMin)
  const bandMin = Math.max(BAND_MIN[rows - 1]!, labelSize * 1.1)
  const pinMax = Math.max(Math.min(12, bandMin), textSize * 1.5)
  const slab = Math.max(plan.basement.length > 3 ? 9.5 : rows === 1 ? SLAB : 9.5, textSize * 1.2)
  const footer = plan.elsewhere ? slab + 1 : 0
  const baseTop = 99 - footer - slab * plan.basement.length
  const columns = Math.max(1, Math.ceil(count / rows))
  const columnWidth = (width - 2 * SIDE) / columns
  const rowHeight = baseTop / rows

  const towers = plan.towers.map((tower, index): DrawnTower => {
    const inRow = Math.min(columns, count - Math.floor(index / columns) * columns)
    const rowStart = SIDE + ((columns - inRow) * columnWidth) / 2
    const centre = rowStart + ((index % columns) + 0.5) * columnWidth
    const ground = rowHeight * (Math.floor(index / columns) + 1) - (rows > 1 ? 1.5 : 0)
    const room = rowHeight - textSize * 1.6 - 1.5
    return drawTower(tower, { centre, ground, columnWidth, room, bandMin, textSize, labelSize, pinMax, plan })
  })
  const lowest = Math.min(...towers.flatMap(({ bands }) => bands.map(({ height }) => height)), pinMax)
  const pinSize = Math.min(pinMax, lowest * 1.2, slab)
  const ground = Array.from({ length: rows }, (_, row) => ({
    ...{ x: SIDE / 2, y: rowHeight * (row + 1) - (rows > 1 ? 1.5 : 0), width: width - SIDE },
  }))
  const basement = plan.basement.map(({ level, pins }, index) => {
    const y = baseTop + slab * index
    const centreOf = (tower: number | null) => {
      if (tower === null) return SIDE + textSize * 3 + pinSize
      const { x, width: of } = towers[tower]!
      return Math.max(SIDE + textSize * 3 + pinSize * 3, x + of / 2)
    }
    const drawn = pins.map(({ tower, pin }) => ({ x: centreOf(tower), y: y + slab / 2, pin }))
    return { y, height: slab, level, pins: apart(drawn, pinSize * 2.6) }
  })
  const elsewhere = plan.elsewhere && { x: SIDE + textSize * 5 + pinSize, y: 99 - slab / 2, pin: plan.elsewhere }
  const own = towers.map((tower) => withCounts(tower, pinSize))
  return { width, towers: own, ground, basement, elsewhere, pinSize, textSize, labelSize }
}

/** A count stands beside its pin, or above it, or in the place of the floor's name: never in the next building. */
function withCounts(tower: DrawnTower, pinSize: number): DrawnTower {
  const right = tower.x + tower.width
  const bands = tower.bands.map((band) => {
    if (!band.pin || right - band.pin.x >= pinSize * 1.6 || band.pin.pin.alarms < 2) return band
    if (band.height > pinSize * 2.2) return { ...band, pin: { ...band.pin, countAbove: true } }
    const x = Math.max(tower.x + pinSize * 0.6, right - pinSize * 1.6)
    return { ...band, labelled: false, pin: { ...band.pin, x } }
  })
  return { ...tower, bands }
}

/** Pins of one floor, from left to right; what would lie on each other is one. */
function apart(pins: readonly DrawnPin[], distance: number): DrawnPin[] {
  const kept: DrawnPin[] = []
  for (const next of [...pins].sort((a, b) => a.x - b.x)) {
    const last = kept.at(-1)
    if (last && next.x - last.x < distance) kept[kept.length - 1] = { ...last, pin: merged([last.pin, next.pin])! }
    else kept.push(next)
  }
  return kept
}

interface Ground {
  centre: number
  ground: number
  columnWidth: number
  room: number
  bandMin: number
  textSize: number
  labelSize: number
  pinMax: number
  plan: Plan
}

function drawTower(
  tower: Plan['towers'][number],
  { centre, ground, columnWidth, room, bandMin, textSize, labelSize, pinMax, plan }: Ground,
) {
  const width = Math.min(TOWER_WIDTH_MAX, columnWidth * 0.78)
  const tallest = Math.max(...plan.towers.map(({ top }) => top))
  const wished = room * (0.5 + (0.5 * tower.top) / tallest)
  const height = Math.min(room, Math.max(wished, bandMin * tower.bands.length))
  const x = centre - width / 2
  const y = ground - height
  const bandHeight = height / Math.max(1, tower.bands.length)
  const besideLabel = Math.max(centre + width * 0.2, x + 1.6 + labelSize * 2.2 + pinMax * 0.5)
  /** The floor's name stands beside the pin, in narrow buildings above it. */
  const isAbove = width >= labelSize * 2.6 && bandHeight >= labelSize * 2.4 + pinMax * 1.2
  const isBeside = bandHeight >= labelSize * 1.1 && besideLabel <= x + width - pinMax * 0.2
  const labelled = isAbove || isBeside
  const bands = tower.bands.map((band, index) => {
    const top = y + bandHeight * index
    const pin = band.pin && { x: isBeside ? besideLabel : centre, y: top + bandHeight / 2, pin: band.pin }
    const labelY = isBeside ? top + bandHeight / 2 : top + labelSize * 0.8
    return { y: top, height: bandHeight, band, labelled, labelY, pin }
  })
  return {
    key: `${tower.site} ${tower.key}`,
    name: nameOf(tower, (columnWidth * 0.95) / textSize),
    x,
    y,
    width,
    height,
    nameY: y - 1.8,
    bands,
  }
}

/** What there is no room for is called by its number, as the signs in the yard do. */
function nameOf({ key, name }: Plan['towers'][number], ems: number): string {
  const whole = fitted(name, ems)
  return whole.endsWith('…') && /^[a-z\d]{1,4}$/.test(key) ? key.toUpperCase() : whole
}

/** Cut to what `width` holds, in ems of the text: a Chinese character is one, a letter about half. */
function fitted(text: string, ems: number): string {
  const characters = [...text.replace(/[\p{Cc}\p{Cf}]/gu, '')]
  let used = 0
  for (const [index, character] of characters.entries()) {
    used += character.codePointAt(0)! > 0x2e80 ? 1 : 0.58
    if (used > ems) return `${characters.slice(0, Math.max(1, index - 1)).join('')}…`
  }
  return characters.join('')
}
