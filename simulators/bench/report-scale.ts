import type { Target } from './report.ts'
import type { Scale } from './scale.ts'
import { count, ms, table } from './table.ts'

export const SCALE_TARGETS = { evaluationMaxMicroseconds: 5, startMaxMs: 3_000, silenceLateMaxMs: 1_000 } as const

/** The message in the middle, by cost, where every device of the fleet says one: more than half are no dearer. */
function middleOf(evaluation: Scale['evaluation']): Scale['evaluation'][number] {
  const byCost = [...evaluation].sort((a, b) => a.medianMicroseconds - b.medianMicroseconds)
  let said = 0
  for (const cost of byCost) {
    said += cost.share
    if (said > 0.5) return cost
  }
  return byCost.at(-1)!
}

export function scaleTargets({ devices, rules, evaluation, start, silence }: Scale): Target[] {
  const middle = middleOf(evaluation)
  const { evaluationMaxMicroseconds, startMaxMs, silenceLateMaxMs } = SCALE_TARGETS
  return [
    {
      name: `evaluation of the median message where each of ${count(devices)} devices says one, ${count(rules)} rules`,
      limit: `under ${evaluationMaxMicroseconds} µs`,
      measured: `${middle.medianMicroseconds.toFixed(1)} µs (${middle.message})`,
      reached: middle.medianMicroseconds < evaluationMaxMicroseconds,
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
    `${(cost.share * 100).toFixed(0)} %`,
    cost.rulesMet.toFixed(1),
    cost.medianMicroseconds.toFixed(1),
    `${cost.lowerMicroseconds.toFixed(1)} to ${cost.upperMicroseconds.toFixed(1)}`,
    cost.withoutMicroseconds.toFixed(1),
  ])
  const resident = start.residentMB === null ? '' : `, resident ${start.residentMB.toFixed(0)} MB after it`
  return [
    ...table(['message', 'of the fleet', 'rules met', 'evaluation µs', 'middle half', 'µs without rules'], rows, [0]),
    'Evaluation is the processor time of batches with the rules less that of the same without any, in turn.',
    `Start with ${count(start.openAlarms)} open alarms, from launch to ready: ${(start.readyMs / 1_000).toFixed(2)} s` +
      `${resident}.`,
    `All devices fall silent within ${silence.withinMs / 1_000} s: found after the timeout by p50 ` +
      `${ms(silence.late.p50Ms)} ms, p99 ${ms(silence.late.p99Ms)} ms, at most ${ms(silence.late.maxMs)} ms;`,
    `the last alarm was committed ${count(silence.lastCommittedMs)} ms after the last timeout.`,
  ]
}
