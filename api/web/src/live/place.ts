/** A roof, a top floor, a machine room above: over every numbered floor. */
export const ROOF = 1_000

/** Where in a property something is, as far as its texts tell. */
export interface Place {
  /** `key` is the same for all ways to write one building's name; `null`: not told, or below all buildings. */
  tower: { key: string; name: string } | null
  /** 1 at the ground, −1 the first below it, `ROOF`; `null`: not told. */
  level: number | null
}

const DIGITS = '一二三四五六七八九'
/** Of a number in digits or in Chinese, up to 99. */
const NUMBER = String.raw`\d{1,3}|[一二三四五六七八九十]{1,3}`
const ROOM = /(?<!\d)(\d{1,2})(\d{2})(?!\d)/

const NUMBERED_TOWER = new RegExp(String.raw`([A-Za-z]\d?|${NUMBER})\s*(?:号楼|栋|幢|座|号院)`)
const ENGLISH_TOWER = /\b(?:building|tower|block|bldg\.?)\s*([A-Za-z]?\d{1,3}|[A-Za-z])\b/i
const NAMED_TOWER = /(?:^|[\s,，/])([\p{Script=Han}]{0,8}(?:会所|裙楼|塔楼|大厦|公寓|商场|办公楼|幼儿园|门卫|物业楼))/u
/** Building, perhaps unit, room: `3-2-502`. */
const ROOM_NUMBER = /(?<![\d-])(\d{1,2})-(?:\d{1,2}-)?(\d{1,2})\d{2}(?![\d-])/

const BELOW = [
  new RegExp(String.raw`(?<![A-Za-z\d])B\s?-?(\d)(?:F|M|层)?(?![A-Za-z\d]|\s*(?:号楼|栋|幢|座))`, 'i'),
  new RegExp(String.raw`(?:地下|负)\s*(${NUMBER})\s*(?:层|楼)?`),
  /(?<![\d\w)-])[-−](\d)(?:F|层|楼)?(?![\d-])/i,
  /\b(?:basement|sub-?level|lower ground)(?: level)?\s*(\d)\b/i,
  /\b(\d)(?:st|nd|rd|th) (?:basement|sub-?level)\b/i,
]
const BELOW_SOMEWHERE = /地下室|地下车库|地库|\b(?:basement|cellar|underground)\b/i
const TOP = /屋顶|屋面|楼顶|天台|顶层|\b(?:roof|rooftop|top floor|penthouse)\b/i
const GROUND = /首层|底层|大堂|\b(?:ground floor|lobby)\b|\bG\/?F\b/i
const ABOVE = [
  new RegExp(String.raw`(?<![\d一二三四五六七八九十])(${NUMBER})\s*(?:层|楼(?!栋|座|梯))`),
  /(?<![A-Za-z\d-])(\d{1,3})\s*\/?F(?![A-Za-z\d])/i,
  /\b(?:floor|level|storey)\s*(\d{1,3})\b/i,
  /\b(\d{1,3})(?:st|nd|rd|th)[ -](?:floor|level|storey)\b/i,
  /(?<![A-Za-z\d])[LF](\d{1,3})(?![A-Za-z\d])/i,
]

/**
 * Reads a device's `building` and `location`, in Chinese or English, as people write them: `B2 水泵房`, `1号楼 9层`,
 * `3-2-502 厨房`, `Tower A, 12th floor`. The building that is told goes before the one that the location names.
 */
export function placeOf(building: string | null, location: string): Place {
  const where = location.normalize('NFKC')
  const named = (building ?? '').normalize('NFKC').trim()
  const below = named !== '' && belowOf(named) !== null
  const tower = named !== '' && !below ? towerNamed(named) : towerIn(where)
  const level = levelIn(where, tower !== null) ?? (below ? belowOf(named) : null)
  return { tower, level }
}

function towerNamed(name: string): Place['tower'] {
  return { key: keyOf(name) ?? name.replace(/\s/g, '').toLowerCase(), name }
}

function towerIn(text: string): Place['tower'] {
  const found = NUMBERED_TOWER.exec(text) ?? ENGLISH_TOWER.exec(text)
  if (found) return { key: keyOf(found[0])!, name: found[0] }
  const room = ROOM_NUMBER.exec(text)
  if (room) return { key: room[1]!, name: room[1]! }
  const name = NAMED_TOWER.exec(text)?.[1]
  return name === undefined ? null : { key: name, name }
}

/** `1号楼`, `1 栋` and `Building 1` are one building. */
function keyOf(name: string): string | null {
  const found = NUMBERED_TOWER.exec(name) ?? ENGLISH_TOWER.exec(name) ?? /^([A-Za-z]?\d{1,3}|[A-Za-z])$/.exec(name)
  if (!found) return null
  const number = numberOf(found[1]!)
  return number === null ? found[1]!.toLowerCase() : String(number)
}

function levelIn(text: string, inTower: boolean): number | null {
  const below = belowOf(text)
  if (below !== null) return below
  if (TOP.test(text)) return ROOF
  const above = firstNumber(ABOVE, text)
  if (above !== null && above > 0) return above
  if (GROUND.test(text)) return 1
  const room = ROOM_NUMBER.exec(text)
  if (room) return Number(room[2])
  const bare = inTower ? ROOM.exec(text) : null
  return bare ? Number(bare[1]) || null : null
}

function belowOf(text: string): number | null {
  const depth = firstNumber(BELOW, text)
  if (depth !== null && depth > 0) return -depth
  return BELOW_SOMEWHERE.test(text) ? -1 : null
}

function firstNumber(patterns: readonly RegExp[], text: string): number | null {
  for (const pattern of patterns) {
    const found = pattern.exec(text)
    if (found) return numberOf(found[1]!)
  }
  return null
}

function numberOf(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text)
  const ten = text.indexOf('十')
  if (ten < 0) return text.length === 1 && DIGITS.includes(text) ? DIGITS.indexOf(text) + 1 : null
  const tens = ten === 0 ? 1 : DIGITS.indexOf(text[0]!) + 1
  const ones = ten === text.length - 1 ? 0 : DIGITS.indexOf(text[ten + 1]!) + 1
  return tens * 10 + ones
}
