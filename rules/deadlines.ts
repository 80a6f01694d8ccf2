import { applyStep } from './alarms/apply.ts'
import { evaluateTime, isSilent } from './alarms/evaluate.ts'
import type { Ruleset } from './alarms/ruleset.ts'
import { devicesWithDueControls, meetControls } from './control/due.ts'
import { hasDueMutes, meetMutes } from './mutes/apply.ts'
import type { Db } from './storage/connect.ts'
import { ticketsOverdue } from './storage/tickets.ts'
import { breachTicket } from './tickets/apply.ts'
import type { Work } from './work.ts'
import type { DeviceRecord, World } from './world.ts'

/** What is due at a moment: the same whether the process ran all the time or has just started. */
export interface Due {
  devices: readonly string[]
  /** Devices with a command that is to be sent again or has expired. */
  controls: readonly string[]
  /** A mute that begins, ends or is to be reminded of. */
  mutes: boolean
  tickets: boolean
}

export async function findDue(reader: Db, world: World, now: number): Promise<Due> {
  const devices: string[] = []
  for (const record of world.devices.values()) {
    if (record.device.retiredAt === null && isDue(record, world.rules, now)) devices.push(record.device.id)
  }
  const controls = devicesWithDueControls(world, now)
  return { devices, controls, mutes: hasDueMutes(world, now), tickets: (await ticketsOverdue(reader, now)).length > 0 }
}

function isDue({ device, state, alarms }: DeviceRecord, rules: Ruleset, now: number): boolean {
  for (const { dueAt } of alarms.values()) if (dueAt !== null && dueAt <= now) return true
  return rules
    .silence(device)
    .some((each) => alarms.get(each.rule.id)?.active !== true && isSilent(each, device, state, now))
}

/** Mutes, then delays, holds and silences that ran out, then commands, then clocks that ran out, each once. */
export async function meetDeadlines(work: Work, due: Due): Promise<void> {
  if (due.mutes) await meetMutes(work)
  for (const id of due.devices) {
    const record = work.draft.device(id)
    if (!record) continue
    for (const step of evaluateTime(record.device, record.state, record.alarms, work.rules, work.now, work.newId)) {
      await applyStep(work, id, step)
    }
  }
  await meetControls(work, due.controls)
  for (const ticket of await ticketsOverdue(work.db, work.now)) await breachTicket(work, ticket)
}
