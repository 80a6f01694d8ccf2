import type { Target } from './report.ts'
import type { Scale } from './scale.ts'
import { count, ms, table } from './table.ts'

export const SCALE_TARGETS = { evaluationMaxMicroseconds: 5, startMaxMs: 3_000, silenceLateMaxMs: 1_000 } as const

/** Every message has to reach it: the dearest decides. */
export function scaleTargets({ devices, rules, evaluation, start, silence }: Scale): Target[] {
  const dearest = evaluation.reduce((a, b) => (b.medianMicroseconds > a.medianMicroseconds ? b : a))
  const { evaluationMaxMicroseconds, startMaxMs, silenceLateMaxMs } = SCALE_TARGETS
  return [
    {
      name: `evaluation of a message, median, ${count(rules)} rules over ${count(devices)} devices`,
      limit: `under ${evaluationMaxMicroseconds} µs`,
      measured: `${dearest.medianMicroseconds.toFixed(1)} µs (${dearest.message})`,
      reached: dearest.medianMicroseconds < evaluationMaxMicroseconds,
    },
    {
      name: `start with ${count(devices)} devices and ${count(start.openAlarms)} open alarms`,
      limit: `under ${startMaxMs / 1_000} s`,
      measured: `${(start.readyMs / 1_000).toFixed(1)} s`,
      reached: start.readyMs < startMaxMs,
    },
    {
      name: `silence found after the timeout, latest of ${count(silence.devices)} devices`,
      limit: `within ${silenceLateMaxMs / 1_000} s`,
      measured: `${(silence.late.maxMs / 1_000).toFixed(2)} s`,
      reached: silence.late.maxMs <= silenceLateMaxMs,
    },
  ]
}

export function scaleLines({ evaluation, start, silence }: Scale): string[] {
  const rows = evaluation.map((cost) => [
    cost.message,
    cost.rulesMet.toFixed(1),
    cost.medianMicroseconds.toFixed(1),
    `${cost.lowerMicroseconds.toFixed(1)} to ${cost.upperMicroseconds.toFixed(1)}`,
    cost.withoutMicroseconds.toFixed(1),
  ])
  const resident = start.residentMB === null ? '' : `, resident ${start.residentMB.toFixed(0)} MB after it`
  return [
    ...table(['message', 'rules met', 'evaluation µs', 'middle half', 'µs without rules'], rows, [0]),
    'Evaluation is the processor time of batches with the rules less that of the same without any, in turn.',
    `Start with ${count(start.openAlarms)} open alarms, from launch to ready: ${(start.readyMs / 1_000).toFixed(2)} s` +
      `${resident}.`,
    `All devices fall silent within ${silence.withinMs / 1_000} s: found after the timeout by p50 ` +
      `${ms(silence.late.p50Ms)} ms, p99 ${ms(silence.late.p99Ms)} ms, at most ${ms(silence.late.maxMs)} ms;`,
    `the last alarm was committed ${count(silence.lastCommittedMs)} ms after the last timeout.`,
  ]
}
