import { type Principal, Refusal } from '../model.ts'
import { mustSee } from '../rights.ts'
import type { Work } from '../work.ts'
import type { DeviceRecord } from '../world.ts'

/** A device in use that `by` may see; else `Refusal`. */
export function mustHave(work: Work, id: string, by: Principal): DeviceRecord {
  const record = work.draft.device(id)
  if (!record || record.device.retiredAt !== null) throw new Refusal('not_found', `device ${id} does not exist`)
  mustSee(by, record.device.site, `device ${id}`)
  return record
}
