import type { Decoded } from '../../../rules/model.ts'
import { measure } from '../decoded.ts'
import { scaleOf } from '../../units.ts'

/**
 * Lines of a P1 port, passed on as they are read: `1-0:32.7.0(229.0*V)` (codes of IEC 62056-6-1, as DSMR uses them).
 */

const POINTS: ReadonlyMap<string, string> = new Map([
  ['1.8.0', 'energy.active.import'],
  ['1.8.1', 'energy.active.import.tariff1'],
  ['1.8.2', 'energy.active.import.tariff2'],
  ['2.8.0', 'energy.active.export'],
  ['2.8.1', 'energy.active.export.tariff1'],
  ['2.8.2', 'energy.active.export.tariff2'],
  ['3.8.0', 'energy.reactive.import'],
  ['4.8.0', 'energy.reactive.export'],
  ['1.7.0', 'power.active.import'],
  ['2.7.0', 'power.active.export'],
  ['16.7.0', 'power.active'],
  ['3.7.0', 'power.reactive'],
  ['9.7.0', 'power.apparent'],
  ['13.7.0', 'power_factor'],
  ['14.7.0', 'frequency'],
  ['91.7.0', 'current.neutral'],
  ...[32, 52, 72].map((code, index): [string, string] => [`${code}.7.0`, `voltage.l${index + 1}`]),
  ...[31, 51, 71].map((code, index): [string, string] => [`${code}.7.0`, `current.l${index + 1}`]),
  ...[21, 41, 61].map((code, index): [string, string] => [`${code}.7.0`, `power.active.l${index + 1}`]),
  ['32.32.0', 'grid.sags'],
  ['32.36.0', 'grid.swells'],
  ['96.7.21', 'grid.outages'],
])
const LINE = /^\s*\d-\d:(\d{1,3}\.\d{1,3}\.\d{1,3})\(([^()]*)\)/
const LOG = /^\s*1-0:99\.97\.0\(/
const DURATION = /\((\d{1,12})\*s\)/g
const UNMEASURED_S = 2_147_483_647
const LINES_MAX = 200

/** Writes down what the lines say; answers whether they were a meter's at all. */
export function readObis(decoded: Decoded, text: string): boolean {
  let isMeter = false
  for (const line of text.split(/[\r\n]+/, LINES_MAX)) {
    if (LOG.test(line)) {
      isMeter = true
      readFailureLog(decoded, line)
      continue
    }
    const [, code = '', content = ''] = LINE.exec(line) ?? []
    if (code === '') continue
    isMeter = true
    const point = POINTS.get(code)
    if (point !== undefined) readValue(decoded, point, content, code)
  }
  return isMeter
}

function readValue(decoded: Decoded, point: string, content: string, code: string): void {
  const [value = '', unit = ''] = content.split('*')
  const factor = scaleOf(unit, point)
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : value
  if (factor === null) decoded.warnings.push(`unit_mismatch:${code}`)
  else measure(decoded, point, number, factor, code)
}

/** The log of long power failures tells of the past; some meters fill it with a placeholder. */
function readFailureLog(decoded: Decoded, line: string): void {
  decoded.historical = true
  for (const [, seconds] of line.slice(0, 2_000).matchAll(DURATION)) {
    if (Number(seconds) === UNMEASURED_S) decoded.warnings.push('sentinel:power_failure_duration')
  }
}
