import type { DeviceRecord, World } from './world.ts'
import { CHECKPOINT_SETTING } from './replay.ts'
import type { Db } from './storage/connect.ts'
import { saveDeviceState } from './storage/devices.ts'
import { lastJournalId } from './storage/journal.ts'
import { saveSetting } from './storage/records.ts'

/**
 * Writes what is known of the devices behind the journal, a slice at a time, so that a start replays the journal's
 * tail only. A round covers every device that changed before it began; then the mark moves to where it began.
 */
export interface Checkpoint {
  changed(device: string): void
  pending(): boolean
  /** Inside a transaction. What it answers runs after the commit. */
  writeSlice(db: Db, world: World): Promise<() => void>
}

const SLICE_DEVICES = 250

export function createCheckpoint(): Checkpoint {
  let changed = new Set<string>()
  let round: { devices: Set<string>; mark: number } | null = null

  return {
    changed: (device) => void changed.add(device),
    pending: () => round !== null || changed.size > 0,
    async writeSlice(db, world) {
      const readingId = await lastJournalId(db)
      const current = round ?? { devices: changed, mark: readingId }
      const slice = [...current.devices].slice(0, SLICE_DEVICES)
      for (const id of slice) {
        const record: DeviceRecord | undefined = world.devices.get(id)
        if (record) await saveDeviceState(db, { deviceKey: record.device.key, state: record.state, readingId })
      }
      const complete = slice.length === current.devices.size
      if (complete) await saveSetting(db, CHECKPOINT_SETTING, String(current.mark))
      return () => {
        if (round === null) changed = new Set()
        for (const id of slice) current.devices.delete(id)
        round = complete ? null : current
      }
    },
  }
}
