import { useClient } from '../../api/provide.ts'
import { listResponders, readOnDuty } from '../../api/people.ts'
import type { OnDutyView, ResponderView } from '../../api/people.ts'
import { useReading } from '../../live/reading.ts'

export interface People {
  /** In the order in which they are called. */
  onDuty: OnDutyView['items']
  /** All who may come to the site, by id. */
  all: ReadonlyMap<string, ResponderView>
}

/** What somebody is called; his id, where nobody of them is called by it. */
export const nameAmong = (people: People | null, id: string): string => people?.all.get(id)?.name ?? id

/** Who can be sent to a site, and their telephone numbers; nothing where who is signed in may not see them. */
export function usePeople(site: () => string | null) {
  const client = useClient()
  return useReading<People>(site, async (asked, signal) => {
    const [duty, all] = await Promise.all([readOnDuty(client, asked, signal), listResponders(client, asked, signal)])
    const ofSite = all.items.filter(({ enabled }) => enabled)
    return { onDuty: duty.items, all: new Map(ofSite.map((person) => [person.id, person])) }
  })
}
