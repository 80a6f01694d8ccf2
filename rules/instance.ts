import type { Random } from './model.ts'
import { type Store, transaction } from './storage/connect.ts'
import { readSetting, saveSetting } from './storage/records.ts'

const INSTANCE_SETTING = 'instance_id'
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567'
const LENGTH = 10

/**
 * What tells this installation from others on a broker that they share. It lives with the data, so that a restart, a
 * new container or a restored backup finds the session that the broker kept for it.
 */
export async function instanceId(store: Store, random: Random): Promise<string> {
  const known = await readSetting(store.reader, INSTANCE_SETTING)
  if (known !== null) return known
  const made = Array.from({ length: LENGTH }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('')
  await transaction(store.writer, (db) => saveSetting(db, INSTANCE_SETTING, made))
  return made
}
