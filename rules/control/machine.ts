import type {
  CommandReply,
  ControlArgs,
  ControlCommand,
  ControlState,
  DeviceKind,
  DeviceMessage,
  DeviceState,
} from '../model.ts'
import { controlOf } from './kinds.ts'

/** How long after each time it was sent a command is sent again; the last one counts on. */
export const RESEND_AFTER_MS = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000] as const
export const EXPIRES_AFTER_MS = 60_000
export const EXPIRES_AFTER_LEAST_MS = 1_000
export const EXPIRES_AFTER_MOST_MS = 24 * 3_600_000
/** So many may be open at one device. */
export const OPEN_MAX = 20
export const ARGS_MAX_BYTES = 1_024

export interface ControlRequest {
  command: string
  args: ControlArgs
  expiresAfterMs: number
  requestedBy: string | null
  rule: string | null
  alarm: string | null
  ticket: string | null
}

/** A command as it is sent for the first time. */
export function firstSent(
  id: string,
  device: { id: string; site: string },
  { expiresAfterMs, ...request }: ControlRequest,
  now: number,
): ControlCommand {
  const unsent = { id, device: device.id, site: device.site, ...request, attempts: 0, sentAt: null, createdAt: now }
  const open = { state: 'sent' as const, nextAt: null, expiresAt: now + expiresAfterMs, settledAt: null, reply: null }
  return sentAgain({ ...unsent, ...open }, now)
}

/** Sent once more. The same id: whoever did it already only answers again. */
export function sentAgain(command: ControlCommand, now: number): ControlCommand {
  const attempts = command.attempts + 1
  const waitMs = RESEND_AFTER_MS[Math.min(attempts, RESEND_AFTER_MS.length) - 1]!
  return { ...command, attempts, sentAt: now, nextAt: Math.min(now + waitMs, command.expiresAt) }
}

/** Whether it was sent so lately that who begins to listen need not get it anew: the next one comes by itself. */
export function isFresh({ sentAt }: ControlCommand, now: number): boolean {
  return sentAt !== null && now < sentAt + RESEND_AFTER_MS[0]
}

export function settled(
  command: ControlCommand,
  state: Exclude<ControlState, 'sent'>,
  reply: string | null,
  now: number,
): ControlCommand {
  return { ...command, state, reply, nextAt: null, settledAt: now }
}

/** What time alone does to an open command; `null`: nothing yet. */
export function atTime(
  command: ControlCommand,
  kind: DeviceKind,
  state: DeviceState,
  now: number,
): ControlCommand | null {
  if (command.state !== 'sent' || command.nextAt === null || command.nextAt > now) return null
  if (now < command.expiresAt) return sentAgain(command, now)
  const heardSince = state.lastSeenAt !== null && state.lastSeenAt > command.createdAt
  if (heardSince && isReported(command, kind, state)) return settled(command, 'done', null, now)
  return settled(command, 'expired', 'no answer in time', now)
}

/** What is known of the device is what was asked for. */
function isReported({ command }: ControlCommand, kind: DeviceKind, { conditions }: DeviceState): boolean {
  const confirmedBy = controlOf(kind, command)?.confirmedBy
  if (confirmedBy === undefined || confirmedBy === 'measurements') return false
  return conditions.get(confirmedBy.condition)?.state === confirmedBy.state
}

/**
 * Whether the same must be sent anew for the same ticket: not while the last one is under way, nor where it was done
 * and the device still reports so. A sensor that chatters would fill the ticket.
 */
export function isNeeded(last: ControlCommand | undefined, kind: DeviceKind, state: DeviceState): boolean {
  if (last === undefined) return true
  return last.state !== 'sent' && !(last.state === 'done' && isReported(last, kind, state))
}

/** What a reply does; `null` where the command is settled already, as after a reply to each of two sendings. */
export function answered(command: ControlCommand, { ok, message }: CommandReply, now: number): ControlCommand | null {
  // Late is better than never: whoever is on the way learns that the valve did close.
  if (command.state !== 'sent' && command.state !== 'expired') return null
  return settled(command, ok ? 'done' : 'failed', message || (ok ? 'ok' : 'the device could not do it'), now)
}

/**
 * Whether what a device reports shows that it has done a command: measurements, or a condition that has become so. One
 * that was so before says nothing yet: an opposite command may still be on its way through the device.
 */
export function isConfirmed(
  command: ControlCommand,
  kind: DeviceKind,
  measurements: DeviceMessage['measurements'],
  changed: DeviceMessage['conditions'],
): boolean {
  const confirmedBy = controlOf(kind, command.command)?.confirmedBy
  if (confirmedBy === undefined) return false
  if (confirmedBy === 'measurements') return measurements.length > 0
  return changed.some(({ code, state }) => code === confirmedBy.condition && state === confirmedBy.state)
}

/** The open commands that a new one ends. */
export function superseded(open: readonly ControlCommand[], kind: DeviceKind, command: string): ControlCommand[] {
  const opposite = controlOf(kind, command)?.opposite
  return open.filter((each) => each.command === opposite)
}
