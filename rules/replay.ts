import { fingerprint } from './alarms/fingerprint.ts'
import { NEW_DEVICE } from './alarms/device-state.ts'
import type { Device, DeviceMessage, DeviceState } from './model.ts'
import type { Db } from './storage/connect.ts'
import { journalAfter, messageOfRow } from './storage/journal.ts'
import { readSetting } from './storage/records.ts'

export const CHECKPOINT_SETTING = 'checkpoint_reading_id'
const REPLAY_ROWS = 10_000

export type Follow = (
  state: DeviceState,
  device: Device,
  message: DeviceMessage,
  fingerprint: number | null,
) => DeviceState

/** What the journal tells of the devices after their checkpoints. Answers whose state came from there. */
export async function replay(
  db: Db,
  devices: ReadonlyMap<number, Device>,
  states: Map<number, DeviceState>,
  included: ReadonlyMap<number, number>,
  follow: Follow,
): Promise<ReadonlySet<number>> {
  const replayed = new Set<number>()
  let after = Number((await readSetting(db, CHECKPOINT_SETTING)) ?? 0)
  for (;;) {
    const rows = await journalAfter(db, after, REPLAY_ROWS)
    for (const row of rows) {
      after = row.id
      const device = devices.get(row.device_key)
      if (!device || row.id <= (included.get(row.device_key) ?? 0)) continue
      const state = states.get(row.device_key) ?? NEW_DEVICE
      const message = messageOfRow(row, device.id)
      const print = row.seq === null ? null : fingerprint(message)
      states.set(row.device_key, follow(state, device, message, print))
      replayed.add(row.device_key)
    }
    if (rows.length < REPLAY_ROWS) return replayed
  }
}
