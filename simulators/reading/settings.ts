import { SETTING_COLLECTIONS } from '../scenario.ts'
import type { Setting } from '../scenario.ts'
import type { Faults } from './faults.ts'
import { setting as settingSchema } from './schema.ts'
import { shaped } from './shaped.ts'
import { itemsOf, placeOf, valueOf } from './written.ts'
import type { Written } from './written.ts'

/** The service names a mute itself. */
const NAMELESS = 'mutes'

/** The bodies as they are: whether the service takes them, it says itself. */
export function readSettings(written: Written | undefined, faults: Faults): Setting[] {
  return SETTING_COLLECTIONS.flatMap((collection) => {
    const ids = new Set<string>()
    return itemsOf(valueOf(written, collection)).flatMap((item): Setting[] => {
      const body = shaped(settingSchema, item, faults)
      if (body === undefined) return []
      if (collection !== NAMELESS) checkId(body.id, item, ids, collection, faults)
      return [{ collection, body, place: placeOf(item) }]
    })
  })
}

function checkId(id: unknown, item: Written, ids: Set<string>, collection: string, faults: Faults): void {
  if (typeof id !== 'string')
    return faults.add(valueOf(item, 'id') ?? item, 'an "id" is missing: letters, digits, _ and -')
  if (ids.has(id))
    faults.add(valueOf(item, 'id') ?? item, `"${id}" is among the ${collection} already; an id is given once`)
  ids.add(id)
}
