import { type Drill, type DrillNotify, type DrillScope, HOUR_MS, type Principal, Refusal } from '../model.ts'
import { planOf } from '../plans/book.ts'
import { mustSee } from '../rights.ts'
import { insertAudit } from '../storage/audit.ts'
import { findDrill } from '../storage/drills.ts'
import type { Work } from '../work.ts'
import { concerns, drillOf } from './drills.ts'
import { endDrill, keepDrill } from './end.ts'

export type DrillCommand =
  | ({
      type: 'start_drill'
      site: string
      title: Drill['title']
      endsAt: number
      over: DrillScope
      notify: DrillNotify
    } & Pick<Drill, 'commands'>)
  | { type: 'end_drill'; drill: string }

/** While it runs an emergency of its devices is taken for the drill: no longer than a shift. */
export const DRILL_MAX_MS = 12 * HOUR_MS
/** So many run at once. */
export const DRILLS_MAX = 20

export async function performDrillCommand(work: Work, command: DrillCommand, by: Principal): Promise<{ drill: Drill }> {
  if (command.type === 'end_drill') return { drill: await endByPerson(work, command.drill, by) }
  const { type: _type, ...asked } = command
  mustSee(by, asked.site, `site ${asked.site}`)
  if (!work.draft.site(asked.site)) throw new Refusal('not_found', `site ${asked.site} does not exist`)
  if (asked.endsAt <= work.now || asked.endsAt > work.now + DRILL_MAX_MS) {
    throw new Refusal('invalid', `\`endsAt\` lies in the next ${DRILL_MAX_MS / HOUR_MS} hours`)
  }
  if ([...work.draft.drills()].length >= DRILLS_MAX) {
    throw new Refusal('conflict', `${DRILLS_MAX} drills are running; end one of them first`)
  }
  mustConcern(work, asked)
  mustKnow(work, asked.site, asked.notify)
  const drill = { ...asked, id: work.newId(), by: by.name, startedAt: work.now, endedAt: null, endedBy: null }
  await keepDrill(work, drill)
  const { site, title, endsAt, over, notify, commands } = drill
  const detail = { site, title, endsAt, over, notify, commands }
  await insertAudit(work.db, { at: work.now, by: by.name, action: 'start_drill', subject: drill.id, detail })
  return { drill }
}

/** Each device is there and in no other drill. */
function mustConcern(work: Work, asked: { site: string; over: DrillScope }): void {
  const { site, over } = asked
  const unknown = over.devices?.find((id) => work.draft.device(id)?.device.site !== site)
  if (unknown !== undefined) throw new Refusal('not_found', `device ${unknown} does not exist on site ${site}`)
  let count = 0
  for (const { device } of work.draft.devices()) {
    if (!concerns(asked, device)) continue
    count++
    const other = drillOf(device, work.draft.drills(), work.now)
    if (other === null) continue
    throw new Refusal('conflict', `device ${device.id} is in the drill ${other.id} already; end that first`)
  }
  if (count === 0) throw new Refusal('invalid', `no device of site ${site} is meant; name devices that are there`)
}

function mustKnow(work: Work, site: string, { responders, channels }: DrillNotify): void {
  const book = work.draft.plans()
  const stranger = responders.find((id) => planOf(book, 'responder', id)?.sites.includes(site) !== true)
  if (stranger !== undefined) {
    throw new Refusal('invalid', `notify.responders: ${stranger} is no responder of site ${site}`)
  }
  const unknown = channels.find((id) => planOf(book, 'channel', id) === undefined)
  if (unknown !== undefined) throw new Refusal('invalid', `notify.channels: no channel is called ${unknown}`)
}

async function endByPerson(work: Work, id: string, by: Principal): Promise<Drill> {
  const drill = await findDrill(work.db, id)
  if (drill === null) throw new Refusal('not_found', `drill ${id} does not exist`)
  mustSee(by, drill.site, `drill ${id}`)
  if (drill.endedAt !== null) throw new Refusal('conflict', 'the drill has ended already')
  return endDrill(work, drill, by.name)
}
