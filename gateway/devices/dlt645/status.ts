import type { Decoded } from '../../../rules/model.ts'
import { report } from '../decoded.ts'
import type { Memory } from '../family.ts'

/** The meter's running status words (DL/T 645-2007, table C): identifiers 04 00 05 01 to 07, or FF for all of them. */

type Words = Readonly<Record<number, number>>

/** Bit → condition, in the words of the three phases: 失压, 欠压, 过压, 过流, 过载, 断相. */
const OF_A_PHASE: readonly (readonly [number, string])[] = [
  [0, 'meter.under_voltage'],
  [1, 'meter.under_voltage'],
  [2, 'meter.over_voltage'],
  [4, 'meter.over_current'],
  [5, 'meter.overload'],
  [7, 'meter.phase_loss'],
]
const PHASE_WORDS = [4, 5, 6]
/** Word 7: 电压不平衡, 电流不平衡, 掉电, 电流严重不平衡. */
const OF_ALL_PHASES: readonly (readonly [number, string])[] = [
  [2, 'meter.phase_imbalance'],
  [3, 'meter.phase_imbalance'],
  [5, 'meter.power_outage'],
  [8, 'meter.phase_imbalance'],
]
/** Word 1: the clock's battery and the one for reading without mains. */
const BATTERY_BITS = [2, 3]

const isSet = (word: number, bit: number) => ((word >> bit) & 1) === 1

export function wordsFrom(last: number, data: Uint8Array): Words | null {
  const first = last === 0xff ? 1 : last
  if (first < 1 || first > 7 || data.length < 2) return null
  const words: Record<number, number> = {}
  const count = last === 0xff ? Math.min(7, data.length >> 1) : 1
  for (let index = 0; index < count; index++) words[first + index] = data[2 * index]! | (data[2 * index + 1]! << 8)
  return words
}

/** Words of the phases may come one by one: what the other phases last said counts with them. */
export function writeStatus(into: Decoded, words: Words, address: string, memory: Memory): void {
  const phases = phaseWords(words, address, memory)
  if (PHASE_WORDS.some((word) => words[word] !== undefined)) {
    for (const code of codesOf(OF_A_PHASE)) {
      const bits = OF_A_PHASE.filter(([, its]) => its === code)
      const faulty = PHASE_WORDS.filter((word) => bits.some(([bit]) => isSet(phases[word] ?? 0, bit)))
      const detail = faulty.length === 0 ? undefined : { phases: faulty.map((word) => `l${word - 3}`) }
      report(into, code, faulty.length > 0, undefined, detail)
    }
  }
  const common = words[7]
  if (common !== undefined) {
    for (const code of codesOf(OF_ALL_PHASES)) {
      report(
        into,
        code,
        OF_ALL_PHASES.some(([bit, its]) => its === code && isSet(common, bit)),
        common,
      )
    }
  }
  const first = words[1]
  if (first !== undefined) {
    const low = BATTERY_BITS.some((bit) => isSet(first, bit))
    into.health.batteryLow = low
    report(into, 'device.battery_low', low, first)
  }
}

const codesOf = (table: typeof OF_A_PHASE) => new Set(table.map(([, code]) => code))

function phaseWords(words: Words, address: string, memory: Memory): Words {
  const key = `dlt645:status:${address}`
  const known = memory.get<Words>(key) ?? {}
  const told = PHASE_WORDS.filter((word) => words[word] !== undefined && words[word] !== known[word])
  if (told.length === 0) return known
  const phases = { ...known, ...Object.fromEntries(told.map((word) => [word, words[word]!])) }
  memory.set(key, phases)
  return phases
}
