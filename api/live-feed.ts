import type { Change, Changes } from '../rules/changes.ts'

/** One change with the number that a client resumes after. */
export interface FeedEntry {
  sequence: number
  change: Change
}

/** The latest changes, numbered, so that a client that was away for a moment misses none. */
export interface LiveFeed {
  /** Begins a stream's ids: another process begins other ones. */
  readonly epoch: string
  last(): number
  /** What came after a number; `null` when that is not kept any more. */
  after(sequence: number): readonly FeedEntry[] | null
  subscribe(listener: (entries: readonly FeedEntry[]) => void): () => void
  stop(): void
}

const ENTRIES_KEPT = 5_000
const FOLLOWED: ReadonlySet<Change['type']> = new Set(['ticket', 'alarm', 'control', 'device', 'drill'])

export function createLiveFeed(changes: Changes, epoch: string): LiveFeed {
  const listeners = new Set<(entries: readonly FeedEntry[]) => void>()
  let kept: FeedEntry[] = []
  let last = 0

  const stop = changes.subscribe((published) => {
    const entries = published.filter(({ type }) => FOLLOWED.has(type)).map((change) => ({ sequence: ++last, change }))
    if (entries.length === 0) return
    kept = [...kept, ...entries].slice(-ENTRIES_KEPT)
    for (const listener of listeners) listener(entries)
  })

  return {
    epoch,
    last: () => last,
    after(sequence) {
      const oldest = kept[0]?.sequence ?? last + 1
      if (sequence > last || sequence < oldest - 1) return null
      return kept.filter((entry) => entry.sequence > sequence)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop,
  }
}
