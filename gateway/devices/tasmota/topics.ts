/** Tasmota's topics: a prefix, the device's topic and a suffix in an order that the owner chooses (FullTopic). */
export interface TasmotaPlace {
  prefix: 'tele' | 'stat' | 'cmnd'
  /** The levels between, without the prefix; the last one is the device's own. */
  path: readonly string[]
  suffix: string
}

const PREFIXES = new Set(['tele', 'stat', 'cmnd'])

const SUFFIXES = new Set(
  (
    'SENSOR STATE LWT RESULT STATUS POWER UPTIME MARGINS WARNING ENERGY EVENT LOGGING HASS_STATE WAKEUP ' +
    'POWER_LOW POWER_HIGH VOLTAGE_LOW VOLTAGE_HIGH CURRENT_LOW CURRENT_HIGH MAX_POWER_REACHED ' +
    'MAX_POWER_REACHED_RETRY POWERMONITOR ENERGYMONITOR MAX_ENERGY_REACHED ZbReceived ZbInfo'
  ).split(' '),
)
const NUMBERED = /^(STATUS|POWER|INFO|BUTTON|SWITCH)\d{1,2}$/

export function tasmotaPlace(levels: readonly string[]): TasmotaPlace | null {
  if (levels.length < 3) return null
  const suffix = levels.at(-1)!
  const isKnown = SUFFIXES.has(suffix) || NUMBERED.test(suffix)
  if (!isKnown && levels[0] !== 'cmnd' && levels.at(-2) !== 'cmnd') return null
  const at = PREFIXES.has(levels[0]!) ? 0 : levels.findLastIndex((level, index) => isPrefix(level, index, levels))
  if (at < 0) return null
  const path = [...levels.slice(0, at), ...levels.slice(at + 1, -1)]
  return { prefix: levels[at] as TasmotaPlace['prefix'], path, suffix }
}

function isPrefix(level: string, index: number, levels: readonly string[]): boolean {
  return index < levels.length - 1 && PREFIXES.has(level)
}
