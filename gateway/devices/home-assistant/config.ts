import { field, isObject, type JsonObject } from '../family.ts'

/** Discovery configurations of Home Assistant, with their abbreviations written out. */

const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ['stat_t', 'state_topic'],
  ['val_tpl', 'value_template'],
  ['dev_cla', 'device_class'],
  ['unit_of_meas', 'unit_of_measurement'],
  ['pl_on', 'payload_on'],
  ['pl_off', 'payload_off'],
  ['stat_open', 'state_open'],
  ['stat_clsd', 'state_closed'],
  ['avty', 'availability'],
  ['avty_t', 'availability_topic'],
  ['avty_tpl', 'availability_template'],
  ['avty_mode', 'availability_mode'],
  ['pl_avail', 'payload_available'],
  ['pl_not_avail', 'payload_not_available'],
  ['dev', 'device'],
  ['ids', 'identifiers'],
  ['cns', 'connections'],
  ['mf', 'manufacturer'],
  ['mdl', 'model'],
  ['mdl_id', 'model_id'],
  ['uniq_id', 'unique_id'],
  ['obj_id', 'object_id'],
  ['cmps', 'components'],
  ['p', 'platform'],
  ['o', 'origin'],
  ['t', 'topic'],
])
const KEYS_MAX = 200

/** The configuration with whole names; inner objects too, and `~` of topics filled in. */
export function written(config: JsonObject, base = baseOf(config), depth = 0): JsonObject {
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(config).slice(0, KEYS_MAX)) {
    const name = ABBREVIATIONS.get(key) ?? key
    if (name === '__proto__') continue
    result[name] = writtenValue(name, config[key], base, depth)
  }
  return result
}

function writtenValue(name: string, value: unknown, base: string | null, depth: number): unknown {
  if (typeof value === 'string') return base !== null && name.endsWith('topic') ? filled(value, base) : value
  if (depth >= 3) return value
  if (isObject(value)) return written(value, base, depth + 1)
  if (name === 'availability' && Array.isArray(value)) {
    return value.slice(0, 16).map((each: unknown) => (isObject(each) ? written(each, base, depth + 1) : each))
  }
  return value
}

function baseOf(config: JsonObject): string | null {
  const base = field(config, '~')
  return typeof base === 'string' ? base : null
}

function filled(topic: string, base: string): string {
  if (topic.startsWith('~')) return base + topic.slice(1)
  return topic.endsWith('~') ? topic.slice(0, -1) + base : topic
}

const FILTERS = String.raw`(?:\s*\|\s*(?:round|float|int|is_defined|default|string)(?:\([^()]{0,40}\))?)*`
const PATH = String.raw`((?:\.[A-Za-z_]\w*|\['[^']{1,80}'\]|\["[^"]{1,80}"\]|\[\d{1,3}\])+)`
const OF_JSON = new RegExp(String.raw`^\{\{-?\s*value_json${PATH}${FILTERS}\s*-?\}\}$`)
const BARE = new RegExp(String.raw`^\{\{-?\s*value${FILTERS}\s*-?\}\}$`)
const STEP = /\.([A-Za-z_]\w*)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]/g

/**
 * Where a template reads: the steps into the JSON payload, none for the bare payload. `null` for a template that
 * calculates or decides: it is not run, so its entity is not bound.
 */
export function templatePath(template: unknown): string[] | null {
  if (template === undefined || template === null || template === '') return []
  if (typeof template !== 'string' || template.length > 300) return null
  const text = template.trim()
  if (BARE.test(text)) return []
  const path = OF_JSON.exec(text)?.[1]
  if (path === undefined) return null
  return [...path.matchAll(STEP)].map(([, a, b, c, d]) => a ?? b ?? c ?? d ?? '')
}

/** Follows the steps through own fields and list positions. */
export function valueIn(body: unknown, path: readonly string[]): unknown {
  let value = body
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)]
    else if (isObject(value)) value = field(value, step)
    else return undefined
  }
  return value
}
