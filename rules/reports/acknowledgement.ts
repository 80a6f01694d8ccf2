import { PRIORITIES, type Priority } from '../model.ts'
import { actorKey, type AlarmLine, byKey, isPresented } from './alarm-line.ts'

/**
 * From being presented until a person acknowledged it, in milliseconds; `null` where nobody did. `never`: not until it
 * ended, or the period did. The standards set no target.
 */
export interface Acknowledgement {
  acknowledged: number
  never: number
  medianMs: number | null
  p90Ms: number | null
  maxMs: number | null
}

export type Acknowledgements = Record<Priority | 'all', Acknowledgement>

/**
 * What is presented again before anybody acknowledged it has waited since the first time, and counts under its latest
 * priority. What is muted waits for nobody any more.
 */
export function createAcknowledgementTally() {
  const waiting = new Map<string, { since: number; priority: Priority }>()
  const waits = byKey([...PRIORITIES, 'all'], createWaits)

  function never(priority: Priority): void {
    waits[priority].never()
    waits.all.never()
  }

  return {
    take(line: AlarmLine): void {
      const key = actorKey(line)
      const wait = waiting.get(key)
      if (isPresented(line)) waiting.set(key, { since: wait?.since ?? line.at, priority: line.priority })
      if (wait === undefined) return
      if (line.action === 'acknowledged') {
        waits[wait.priority].add(line.at - wait.since)
        waits.all.add(line.at - wait.since)
      }
      if (line.action === 'ended') never(wait.priority)
      if (line.action === 'acknowledged' || line.action === 'ended' || line.muted !== null) waiting.delete(key)
    },
    result(): Acknowledgements {
      for (const { priority } of waiting.values()) never(priority)
      return byKey([...PRIORITIES, 'all'], (priority) => waits[priority].result())
    },
  }
}

/** Percentiles by nearest rank, of times to three significant digits: a million of them take no more room than that. */
function createWaits() {
  const counts = new Map<number, number>()
  let acknowledged = 0
  let never = 0
  let maxMs = 0

  function percentile(sorted: readonly (readonly [ms: number, count: number])[], share: number): number {
    let passed = 0
    const found = sorted.find(([, count]) => (passed += count) >= share * acknowledged)
    return Math.min(found![0], maxMs)
  }

  return {
    never: () => void never++,
    add(ms: number): void {
      const rounded = Number(ms.toPrecision(3))
      counts.set(rounded, (counts.get(rounded) ?? 0) + 1)
      acknowledged++
      maxMs = Math.max(maxMs, ms)
    },
    result(): Acknowledgement {
      if (acknowledged === 0) return { acknowledged, never, medianMs: null, p90Ms: null, maxMs: null }
      const sorted = [...counts].sort(([a], [b]) => a - b)
      const [medianMs, p90Ms] = [percentile(sorted, 0.5), percentile(sorted, 0.9)]
      return { acknowledged, never, medianMs, p90Ms, maxMs }
    },
  }
}
