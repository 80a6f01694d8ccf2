import { type ControlCommand, type Sending, SYSTEM } from '../model.ts'
import type { Work } from '../work.ts'
import type { World } from '../world.ts'
import { writeSent, writeSettled } from './apply.ts'
import { atTime, isFresh, sentAgain, settled } from './machine.ts'

/** Devices with a command that is to be sent again or has expired. */
export function devicesWithDueControls({ controls }: World, now: number): string[] {
  const isDue = ({ nextAt }: ControlCommand) => nextAt !== null && nextAt <= now
  return [...controls].filter(([, open]) => open.some(isDue)).map(([device]) => device)
}

export async function meetControls(work: Work, devices: readonly string[]): Promise<void> {
  for (const id of devices) {
    const record = work.draft.device(id)
    for (const open of work.draft.controls(id)) {
      const command =
        record === undefined || record.device.retiredAt !== null
          ? settled(open, 'failed', 'the device was retired', work.now)
          : atTime(open, record.device.kind, record.state, work.now)
      if (command === null) continue
      if (command.state === 'sent') await writeSent(work, command, wayNow(work, command))
      else await writeSettled(work, command, SYSTEM)
    }
  }
}

/** Sends what is open at a device once more, whenever it is due; what was sent within the last second is on its way. */
export async function resendControls(work: Work, device: string): Promise<void> {
  for (const open of work.draft.controls(device)) {
    if (work.now >= open.expiresAt || isFresh(open, work.now)) continue
    const command = sentAgain(open, work.now)
    await writeSent(work, command, wayNow(work, command))
  }
}

function wayNow(work: Work, command: ControlCommand): Sending | null {
  const record = work.draft.device(command.device)
  if (record === undefined) return null
  const carried = work.carry(record.device, command, (source, key) => work.memory.get(source)?.get(key))
  return carried.ok ? carried.sending : null
}
