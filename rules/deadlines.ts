import { applyStep } from './alarms/apply.ts'
import { evaluateTime } from './alarms/evaluate.ts'
import { devicesWithDueControls, meetControls } from './control/due.ts'
import { hasDueMutes, meetMutes } from './mutes/apply.ts'
import type { DueDevices } from './due-devices.ts'
import type { Db } from './storage/connect.ts'
import { ticketsOverdue } from './storage/tickets.ts'
import { breachTicket } from './tickets/apply.ts'
import type { Work } from './work.ts'
import type { World } from './world.ts'

/** What is due at a moment: the same whether the process ran all the time or has just started. */
export interface Due {
  devices: readonly string[]
  /** Devices with a command that is to be sent again or has expired. */
  controls: readonly string[]
  /** A mute that begins, ends or is to be reminded of. */
  mutes: boolean
  tickets: boolean
}

export async function findDue(reader: Db, world: World, dueDevices: DueDevices, now: number): Promise<Due> {
  return {
    devices: dueDevices.at(now),
    controls: devicesWithDueControls(world, now),
    mutes: hasDueMutes(world, now),
    tickets: (await ticketsOverdue(reader, now)).length > 0,
  }
}

/** A building that falls silent at once must not keep its other messages waiting: so many devices a transaction. */
const DEVICES_IN_ONE_GO = 250

/** What is due, a transaction each, in the order of `meetDeadlines`; none where nothing is due. */
export function* inSlices(due: Due): Iterable<Due> {
  let { devices, mutes } = due
  while (devices.length > DEVICES_IN_ONE_GO) {
    yield { mutes, devices: devices.slice(0, DEVICES_IN_ONE_GO), controls: [], tickets: false }
    devices = devices.slice(DEVICES_IN_ONE_GO)
    mutes = false
  }
  if (mutes || due.tickets || devices.length + due.controls.length > 0) yield { ...due, mutes, devices }
}

/** Mutes, then delays, holds and silences that ran out, then commands, then clocks that ran out, each once. */
export async function meetDeadlines(work: Work, due: Due): Promise<void> {
  if (due.mutes) await meetMutes(work)
  for (const id of due.devices) {
    const record = work.draft.device(id)
    if (!record || record.device.retiredAt !== null) continue
    for (const step of evaluateTime(record.device, record.state, record.alarms, work.rules, work.now, work.newId)) {
      await applyStep(work, id, step)
    }
  }
  await meetControls(work, due.controls)
  for (const ticket of await ticketsOverdue(work.db, work.now)) await breachTicket(work, ticket)
}
