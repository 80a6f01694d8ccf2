import type { Remembered } from '../rules/model.ts'
import type { Memory } from './devices/family.ts'

/** What was committed of what families remember. */
export type Recall = (source: string, key: string) => unknown

/** What the families remember, with one batch's changes over it: they become true with the batch or not at all. */
export interface ContextDraft {
  memory: (source: string) => Memory
  changes: () => Remembered[]
}

export function draftContexts(recall: Recall): ContextDraft {
  const changed = new Map<string, Map<string, unknown>>()
  const memories = new Map<string, Memory>()

  function memoryOf(source: string): Memory {
    const own = new Map<string, unknown>()
    changed.set(source, own)
    return {
      get: <T>(key: string) => (own.has(key) ? own.get(key) : recall(source, key)) as T | undefined,
      set: (key, value) => void own.set(key, value),
    }
  }

  return {
    memory(source) {
      const memory = memories.get(source) ?? memoryOf(source)
      memories.set(source, memory)
      return memory
    },
    changes: () =>
      [...changed].flatMap(([source, own]) => [...own].map(([key, value]): Remembered => ({ source, key, value }))),
  }
}
