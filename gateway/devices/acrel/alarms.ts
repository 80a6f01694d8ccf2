import type { Decoded } from '../../../rules/model.ts'
import { conditionOfWord, detailOfWord } from '../alarm-words.ts'
import { report, genericCode } from '../decoded.ts'
import { entry, type Binding, field, isObject, type JsonObject } from '../family.ts'
import { truthOf } from '../numbers.ts'

/** What is told as a notice and is the case until more is said. */
const NOTICES: Readonly<Record<string, string>> = { GW_PWROFF: 'meter.power_outage' }
/** Notices of the platform that tell of use, not of trouble: starts, counts, load profiles. */
const INFORMING = new Set(['RUN_START', 'RUN_STOP', 'POWER_UPS', 'POWER_OUTAGE', 'ELEC_LOAD'])
/** Fields that name an alarm, in the platform's and the gateways' messages. */
const NAMING = [
  'noticeType',
  'alarmType',
  'alarmCode',
  'alarmName',
  'alarm',
  'alarms',
  'eventType',
  'event',
  'code',
  'name',
]
const STATING = ['alarmStatus', 'alarmState', 'status', 'state', 'value', 'val']
/** What is about the message and the device, never an alarm. */
const ENVELOPE = new Set([
  ...[
    'type',
    'time',
    'gwSN',
    'meterSN',
    'meterName',
    'meterStatus',
    'ch',
    'sn',
    'msgid',
    'timestamp',
    'ver',
    'ct',
    'pt',
  ],
  ...NAMING,
  ...STATING,
])
const ALARMS_MAX = 100
const DEPTH_MAX = 2

/**
 * Writes down the alarms of a message: named ones (one text or a list), and flags that are 0 or 1. The site's own table
 * comes first; a name that nobody knows is kept as `generic.<name>`.
 */
export function writeAlarms(into: Decoded, body: JsonObject, binding: Binding, depth = 0): void {
  const named = NAMING.map((key) => field(body, key)).find((value) => value !== undefined && value !== null)
  const stated = STATING.map((key) => field(body, key)).find((value) => value !== undefined && value !== null)
  for (const item of (Array.isArray(named) ? (named as unknown[]) : [named]).slice(0, ALARMS_MAX)) {
    if (isObject(item) && depth < DEPTH_MAX) writeAlarms(into, item, binding, depth + 1)
    else if (typeof item === 'string' || typeof item === 'number') writeNamed(into, String(item), stated, binding)
  }
  for (const key of Object.keys(body).slice(0, ALARMS_MAX)) {
    if (ENVELOPE.has(key)) continue
    const raw = body[key]
    const code = codeOf(key, binding)
    if (raw === null && code !== null) {
      report(into, code, 'unknown', raw)
      into.warnings.push(`null_value:${key}`)
    }
    const truth = truthOf(raw)
    if (truth !== null && (code !== null || typeof raw === 'boolean'))
      report(into, code ?? genericCode(key), truth, key)
  }
}

function writeNamed(into: Decoded, name: string, stated: unknown, binding: Binding): void {
  const word = name.trim()
  if (word === '') return
  const code = codeOf(word, binding)
  if (code === null && INFORMING.has(word)) return void into.warnings.push(`notice:${word}`)
  const state = truthOf(stated) ?? true
  report(into, code ?? genericCode(word), state, name, detailOfWord(word))
}

function codeOf(word: string, { codes }: Binding): string | null {
  const bound = entry(codes, word)
  if (bound !== undefined) return bound
  if (Object.hasOwn(NOTICES, word)) return NOTICES[word] ?? null
  return INFORMING.has(word) ? null : conditionOfWord(word)
}
