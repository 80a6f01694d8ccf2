import { type Alarm, type Device, type Rule, SYSTEM } from '../model.ts'
import { controlsOfTickets } from '../storage/commands.ts'
import { findTicket, insertHistory } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import type { DeviceRecord } from '../world.ts'
import { refuseControl, sendControl, wayTo } from './apply.ts'
import { EXPIRES_AFTER_MS, isNeeded } from './machine.ts'

/**
 * What a rule tells the devices of its alarm's zone, once for each time that the alarm is raised. Also where the
 * alarm's age is unknown: a valve that was closed for nothing is opened again, a flat that was flooded is not.
 */
export async function commandZone(work: Work, alarm: Alarm, rule: Rule, device: Device): Promise<void> {
  const { command: told } = rule
  if (told === undefined || device.zone === null) return
  const isOnlyDrill = alarm.drill !== null && work.draft.drill(alarm.drill)?.commands !== true
  const earlier = alarm.ticket === null ? null : await controlsOfTickets(work.db, [alarm.ticket])
  for (const record of inZone(work, device, told.kind)) {
    const { id } = record.device
    const same = (earlier ?? work.draft.controls(id)).filter(
      (each) => each.device === id && each.command === told.name && each.rule === rule.id,
    )
    if (isOnlyDrill) {
      await noteUnsent(work, alarm, `${id} ${told.name}`)
      continue
    }
    if (!isNeeded(same.at(-1), told.kind, record.state)) continue
    const about = { requestedBy: null, rule: rule.id, alarm: alarm.id, ticket: alarm.ticket }
    const request = { command: told.name, args: {}, expiresAfterMs: EXPIRES_AFTER_MS, ...about }
    const controlId = work.newId()
    const way = wayTo(work, record.device, controlId, request)
    if (way.ok) await sendControl(work, record.device, controlId, request, way.sending)
    else await refuseControl(work, record.device, controlId, request, way.reason)
  }
}

/** The ticket tells what an emergency would have been answered with. */
async function noteUnsent(work: Work, { ticket: id }: Alarm, command: string): Promise<void> {
  const ticket = id === null ? null : await findTicket(work.db, id)
  if (ticket === null) return
  const moved = { from: ticket.state, to: ticket.state, note: `${command}: ${UNSENT}` }
  await insertHistory(work.db, ticket.id, { at: work.now, by: SYSTEM, action: 'command', ...moved })
}

export const UNSENT = 'not sent: the drill sends no commands'

function inZone(work: Work, { site, zone }: Device, kind: Device['kind']): DeviceRecord[] {
  return [...work.draft.devices()].filter(
    ({ device }) => device.kind === kind && device.site === site && device.zone === zone && device.retiredAt === null,
  )
}
