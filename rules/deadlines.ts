import { applyStep } from './alarms/apply.ts'
import { evaluateTime } from './alarms/evaluate.ts'
import { reevaluate } from './alarms/reevaluate.ts'
import { isNewlySilent } from './alarms/silence.ts'
import type { Surroundings } from './alarms/surroundings.ts'
import { dueReevaluation, type Reevaluation } from './alarms/windows.ts'
import { devicesWithDueControls, meetControls } from './control/due.ts'
import type { Db } from './storage/connect.ts'
import { ticketsOverdue } from './storage/tickets.ts'
import { breachTicket } from './tickets/apply.ts'
import type { Work } from './work.ts'
import { type DeviceRecord, draftOf, type World } from './world.ts'

/** What is due at a moment: the same whether the process ran all the time or has just started. */
export interface Due {
  devices: readonly string[]
  /** Devices with a command that is to be sent again or has expired. */
  controls: readonly string[]
  tickets: boolean
  reevaluation: Reevaluation | null
}

export async function findDue(reader: Db, world: World, now: number): Promise<Due> {
  const devices: string[] = []
  const surroundings = draftOf(world)
  for (const record of world.devices.values()) {
    if (record.device.retiredAt === null && isDue(record, world, surroundings, now)) devices.push(record.device.id)
  }
  const controls = devicesWithDueControls(world, now)
  const tickets = (await ticketsOverdue(reader, now)).length > 0
  return { devices, controls, tickets, reevaluation: dueReevaluation(world, now) }
}

function isDue({ device, state, alarms }: DeviceRecord, { rules }: World, surroundings: Surroundings, now: number) {
  for (const { dueAt } of alarms.values()) if (dueAt !== null && dueAt <= now) return true
  const sight = { device, state, now, rules, surroundings }
  return rules.silence(device).some((each) => isNewlySilent(each, sight, alarms))
}

/** Delays, holds and silences that ran out, windows, then commands, then clocks that ran out, each once. */
export async function meetDeadlines(work: Work, due: Due): Promise<void> {
  for (const id of due.devices) {
    const record = work.draft.device(id)
    if (!record) continue
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
}
