import type { Testimony } from '../testimony.ts'

/** As often as a service looks at its clock. */
export const CHECK_MS = 250

export const ms = (iso: string): number => Date.parse(iso)

/** How much of a span a process was there to do something in. */
export function awakeMs(fromMs: number, toMs: number, downs: Testimony['downs']): number {
  const asleep = downs.map((down) => Math.max(0, Math.min(toMs, down.toMs) - Math.max(fromMs, down.fromMs)))
  return Math.max(0, toMs - fromMs) - asleep.reduce((sum, each) => sum + each, 0)
}

/** Whether what fell due then is seen to too late at a moment. */
export const isLate = (dueMs: number, atMs: number, downs: Testimony['downs']): boolean =>
  awakeMs(dueMs, atMs, downs) > CHECK_MS + 1

export function* pairs<T>(list: readonly T[]): Generator<readonly [T, T]> {
  for (let index = 1; index < list.length; index += 1) yield [list[index - 1]!, list[index]!]
}

export function groupBy<T>(list: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of list) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

export const at = (atMs: number): string => new Date(atMs).toISOString()
