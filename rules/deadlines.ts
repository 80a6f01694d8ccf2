import { applyStep } from './alarms/apply.ts'
import { evaluateTime } from './alarms/evaluate.ts'
import { reevaluate } from './alarms/reevaluate.ts'
import { dueReevaluation, type Reevaluation } from './alarms/windows.ts'
import { devicesWithDueControls, meetControls } from './control/due.ts'
import { meetDuty, sitesWithDueDuty } from './dispatch/handover.ts'
import { breachCallIns } from './dispatch/call-in.ts'
import { hasDueMutes, meetMutes } from './mutes/apply.ts'
import type { DueDevices } from './due-devices.ts'
import { callInsOverdue } from './storage/call-ins.ts'
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
  callIns: boolean
  reevaluation: Reevaluation | null
  /** Sites where a shift changes or a gap in the roster comes near. */
  duties: readonly string[]
}

export async function findDue(reader: Db, world: World, dueDevices: DueDevices, now: number): Promise<Due> {
  return {
    devices: dueDevices.at(now),
    controls: devicesWithDueControls(world, now),
    mutes: hasDueMutes(world, now),
    tickets: (await ticketsOverdue(reader, now)).length > 0,
    callIns: (await callInsOverdue(reader, now)).length > 0,
    reevaluation: dueReevaluation(world, now),
    duties: sitesWithDueDuty(world, now),
  }
}

/** A building that falls silent at once must not keep its other messages waiting: so many devices a transaction. */
const DEVICES_IN_ONE_GO = 250

const NOTHING: Due = {
  devices: [],
  controls: [],
  mutes: false,
  tickets: false,
  callIns: false,
  reevaluation: null,
  duties: [],
}

/** What is due, a transaction each, in the order of `meetDeadlines`; none where nothing is due. */
export function* inSlices(due: Due): Iterable<Due> {
  let rest = due
  while (rest.devices.length > DEVICES_IN_ONE_GO) {
    yield { ...NOTHING, devices: rest.devices.slice(0, DEVICES_IN_ONE_GO), mutes: rest.mutes }
    rest = { ...rest, devices: rest.devices.slice(DEVICES_IN_ONE_GO), mutes: false }
  }
  if (Object.values(rest).some((part) => (Array.isArray(part) ? part.length > 0 : Boolean(part)))) yield rest
}

/** Mutes, delays, holds and silences that ran out, windows, commands, clocks that ran out, shifts, each once. */
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
  await breachCallIns(work)
  for (const site of due.duties) await meetDuty(work, site)
}
