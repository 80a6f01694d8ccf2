import { type ControlArgs, type Principal, Refusal } from '../model.ts'
import { mustHave } from '../places/lookup.ts'
import type { Work } from '../work.ts'
import { sendControl, wayTo } from './apply.ts'
import { resendControls } from './due.ts'
import { ARGS_MAX_BYTES } from './machine.ts'

export type ControlDeviceCommand =
  | { type: 'control_device'; device: string; command: string; args: ControlArgs; expiresAfterMs: number }
  /** The device listens again: what is open goes out at once. */
  | { type: 'resend_controls'; device: string }

export async function performControlCommand(work: Work, command: ControlDeviceCommand, by: Principal) {
  const { device } = mustHave(work, command.device, by)
  if (command.type === 'resend_controls') {
    await resendControls(work, device.id)
    return {}
  }
  const { command: name, args, expiresAfterMs } = command
  if (Buffer.byteLength(JSON.stringify(args)) > ARGS_MAX_BYTES) {
    throw new Refusal('invalid', `\`args\` is longer than ${ARGS_MAX_BYTES} bytes as JSON`)
  }
  const nobody = { rule: null, alarm: null, ticket: null }
  const request = { command: name, args, expiresAfterMs, requestedBy: by.name, ...nobody }
  const id = work.newId()
  const way = wayTo(work, device, id, request)
  if (!way.ok) throw new Refusal('conflict', way.reason)
  return { control: await sendControl(work, device, id, request, way.sending) }
}
