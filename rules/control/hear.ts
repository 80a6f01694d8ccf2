import type { CommandReply, DeviceMessage, Rejection } from '../model.ts'
import { findControl } from '../storage/commands.ts'
import type { Work } from '../work.ts'
import { writeSettled } from './apply.ts'
import { answered, isConfirmed, settled } from './machine.ts'

/** Whether a message may settle a command; asked of every message, so it looks at memory alone. */
export function concernsControls(work: Work, { device, heard, live, reply }: DeviceMessage): boolean {
  return heard && live && (reply !== undefined || work.draft.controls(device).length > 0)
}

/**
 * What a device says settles the commands that it was sent: its reply by id, what it reports where a reply got lost or
 * its family has none. A rejection where it answers what it was never asked.
 */
export async function hearControls(
  work: Work,
  message: DeviceMessage,
  changed: DeviceMessage['conditions'],
): Promise<Rejection | null> {
  const rejection = message.reply ? await hearReply(work, message, message.reply) : null
  const kind = work.draft.device(message.device)?.device.kind ?? 'unknown'
  for (const command of work.draft.controls(message.device)) {
    if (message.receivedAt <= command.createdAt) continue
    if (!isConfirmed(command, kind, message.measurements, changed)) continue
    await writeSettled(work, settled(command, 'done', null, work.now), message.device)
  }
  return rejection
}

async function hearReply(work: Work, message: DeviceMessage, reply: CommandReply): Promise<Rejection | null> {
  const asked = await findControl(work.db, message.device, reply.id)
  if (asked === null) return neverAsked(work, message, reply)
  const command = answered(asked, reply, work.now)
  if (command !== null) await writeSettled(work, command, message.device)
  return null
}

function neverAsked(work: Work, { device, discovered, receivedAt }: DeviceMessage, reply: CommandReply): Rejection {
  const payload = Buffer.from(JSON.stringify(reply))
  return {
    receivedAt,
    site: work.draft.device(device)?.device.site ?? null,
    device,
    topic: discovered?.key ?? 'command/reply',
    reason: 'unknown_command',
    detail: `device ${device} was never sent a command ${reply.id}`,
    payload,
    sizeBytes: payload.length,
  }
}
