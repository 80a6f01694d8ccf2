import type { EvaluationFault } from './evaluate.ts'

/** What is known of a rule that fails on some messages. */
export interface RuleFaults {
  firstAt: number
  lastAt: number
  /** Messages and moments that it failed on. */
  count: number
  /** The last reason. */
  message: string
}

/** One more fault. There are as many entries as rules at most. */
export function noted(faults: Map<string, RuleFaults>, { rule, message }: EvaluationFault, at: number): void {
  const known = faults.get(rule)
  faults.set(rule, { firstAt: known?.firstAt ?? at, lastAt: at, count: (known?.count ?? 0) + 1, message })
}
