import type { Change } from './changes.ts'
import type { Draft } from './world.ts'
import type { Ruleset } from './alarms/ruleset.ts'
import type { FloodPolicy } from './flood/rate.ts'
import type { MemoryTable } from './memory.ts'
import type { CarryCommand } from './model.ts'
import type { Db } from './storage/connect.ts'

/** One operation of the engine: one `now`, one transaction, a draft of the cache, and what to tell after the commit. */
export interface Work {
  readonly db: Db
  readonly now: number
  readonly draft: Draft
  readonly rules: Ruleset
  /** What device families remember, as it was before this operation. */
  readonly memory: MemoryTable
  readonly flood: FloodPolicy
  readonly changes: Change[]
  /** Which message carries a command to a device. */
  readonly carry: CarryCommand
  /** A new, time-ordered id. */
  readonly newId: () => string
}
