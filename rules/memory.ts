import type { Remembered } from './model.ts'
import type { RememberedWriter } from './storage/remembered.ts'

/** What families remember, by source and key; each source's longest untouched first. */
export type MemoryTable = Map<string, Map<string, unknown>>

/** A hostile or broken gateway must not grow it without end: the longest untouched go first. */
export const REMEMBERED_MAX = 100_000

export function memoryTable(rows: readonly Remembered[]): MemoryTable {
  const table: MemoryTable = new Map()
  for (const row of rows) put(table, row)
  return table
}

/** Writes the rows and answers every change, with what had to be forgotten, to be made true after the commit. */
export function writeRemembered(
  table: MemoryTable,
  changes: readonly Remembered[],
  writer: RememberedWriter,
  now: number,
): Remembered[] {
  const all = [...changes, ...forgotten(table, changes)]
  for (const change of all) writer.save(change, now)
  return all
}

export function commitRemembered(table: MemoryTable, changes: readonly Remembered[]): void {
  for (const change of changes) put(table, change)
}

function put(table: MemoryTable, { source, key, value }: Remembered): void {
  const own = table.get(source) ?? new Map<string, unknown>()
  table.set(source, own)
  own.delete(key)
  if (value !== undefined) own.set(key, value)
}

function forgotten(table: MemoryTable, changes: readonly Remembered[]): Remembered[] {
  const added = new Map<string, Set<string>>()
  for (const { source, key, value } of changes) {
    if (value === undefined || table.get(source)?.has(key)) continue
    added.set(source, (added.get(source) ?? new Set()).add(key))
  }
  const touched = new Set(changes.map(({ source, key }) => `${source}\n${key}`))
  return [...added].flatMap(([source, keys]) => {
    const own = table.get(source) ?? new Map<string, unknown>()
    const over = own.size + keys.size - REMEMBERED_MAX
    if (over <= 0) return []
    const oldest: Remembered[] = []
    for (const key of own.keys()) {
      if (oldest.length >= over) break
      if (!touched.has(`${source}\n${key}`)) oldest.push({ source, key, value: undefined })
    }
    return oldest
  })
}
