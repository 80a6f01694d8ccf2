import { applyStep } from './alarms/apply.ts'
import { evaluateTime } from './alarms/evaluate.ts'
import { reevaluate } from './alarms/reevaluate.ts'
import { dueReevaluation, type Reevaluation } from './alarms/windows.ts'
import { devicesWithDueControls, meetControls } from './control/due.ts'
import { hasDueMutes, meetMutes } from './mutes/apply.ts'
import type { DueDevices } from './due-devices.ts'
import { meetNotices } from './notify/commands.ts'
import type { Db } from './storage/connect.ts'
import { waitingTooLong } from './storage/outbox.ts'
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
  /** A notice that was not sent in its time and goes another way. */
  notices: boolean
  reevaluation: Reevaluation | null
}

export async function findDue(reader: Db, world: World, dueDevices: DueDevices, now: number): Promise<Due> {
  return {
    devices: dueDevices.at(now),
    controls: devicesWithDueControls(world, now),
    mutes: hasDueMutes(world, now),
    tickets: (await ticketsOverdue(reader, now)).length > 0,
    notices: (await waitingTooLong(reader, now, 1)).length > 0,
    reevaluation: dueReevaluation(world, now),
  }
}

/** A building that falls silent at once must not keep its other messages waiting: so many devices a transaction. */
const DEVICES_IN_ONE_GO = 250

/** What is due, a transaction each, in the order of `meetDeadlines`; none where nothing is due. */
export function* inSlices(due: Due): Iterable<Due> {
  let rest = due
  while (rest.devices.length > DEVICES_IN_ONE_GO) {
    const devices = rest.devices.slice(0, DEVICES_IN_ONE_GO)
    yield { devices, controls: [], mutes: rest.mutes, tickets: false, notices: false, reevaluation: null }
    rest = { ...rest, devices: rest.devices.slice(DEVICES_IN_ONE_GO), mutes: false }
  }
  const { devices, controls, mutes, tickets, notices, reevaluation } = rest
  if (mutes || tickets || notices || reevaluation !== null || devices.length + controls.length > 0) yield rest
}

/**
 * Mutes, then delays, holds and silences that ran out, windows, then commands, then clocks that ran out, each once, and
 * last what waits too long to be sent.
 */
export async function meetDeadlines(work: Work, due: Due): Promise<void> {
  if (due.mutes) await meetMutes(work)
  for (const id of due.devices) {
    const record = work.draft.device(id)
    if (!record || record.device.retiredAt !== null) continue
    const { device, state, alarms } = record
    const evaluated = evaluateTime(device, state, alarms, work.rules, work.now, work.newId, work.draft)
    work.draft.fail(evaluated.faults, work.now)
    for (const step of evaluated.steps) await applyStep(work, id, step)
  }
  if (due.reevaluation !== null) {
    await reevaluate(work, due.reevaluation.rules)
    work.draft.setWindows(due.reevaluation.windows)
  }
  await meetControls(work, due.controls)
  for (const ticket of await ticketsOverdue(work.db, work.now)) await breachTicket(work, ticket)
  if (due.notices) await meetNotices(work)
}
