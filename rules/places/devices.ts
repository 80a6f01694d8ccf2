import { endAlarmsOfDevice } from '../alarms/end.ts'
import { keepState, reevaluateDevice } from '../alarms/reevaluate.ts'
import { type Device, type DeviceKind, type Principal, Refusal } from '../model.ts'
import { followDevice } from '../mutes/follow.ts'
import { changedTimes } from '../proof/times.ts'
import { mustSee } from '../rights.ts'
import { SERVICE_DEVICE } from '../service-device.ts'
import { hasCredential } from '../storage/access.ts'
import { saveAlarm } from '../storage/alarms.ts'
import { updateDevice } from '../storage/devices.ts'
import { insertAudit } from '../storage/audit.ts'
import { insertHistory, saveTicket, workingTickets } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import { newLogin, revokeLogin } from './logins.ts'
import { mustHave } from './lookup.ts'
import { mergeDevice } from './merge.ts'
import { addDevice } from './new-device.ts'

export type DeviceCommand =
  | {
      type: 'provision_device'
      id: string
      site: string
      kind: DeviceKind
      name: string
      location: string
      building: string | null
      zone?: string | null
      tags?: readonly string[]
    }
  | {
      type: 'update_device'
      id: string
      name?: string | undefined
      site?: string | undefined
      location?: string | undefined
      building?: string | null | undefined
      zone?: string | null | undefined
      kind?: DeviceKind | undefined
      silenceMs?: number | null | undefined
      tags?: readonly string[] | undefined
    }
  | { type: 'retire_device'; id: string }
  | { type: 'adopt_device'; id: string }
  | { type: 'merge_device'; id: string; into: string }
  | { type: 'renew_credentials'; id: string }
  | { type: 'revoke_credentials'; id: string }

export async function performDeviceCommand(work: Work, command: DeviceCommand, by: Principal) {
  const result = await change(work, command, by)
  const told = ['update_device', 'provision_device', 'merge_device']
  const detail = told.includes(command.type) ? { ...command } : {}
  await insertAudit(work.db, { at: work.now, by: by.name, action: command.type, subject: command.id, detail })
  return result
}

async function change(work: Work, command: DeviceCommand, by: Principal) {
  switch (command.type) {
    case 'provision_device':
      return provision(work, command, by)
    case 'update_device':
      return { device: await update(work, command, by) }
    case 'adopt_device':
      return { device: await adopt(work, command.id, by) }
    case 'merge_device':
      return { device: await mergeDevice(work, command.id, command.into, by) }
    case 'retire_device': {
      const retired = { ...mustHave(work, command.id, by).device, retiredAt: work.now }
      await write(work, retired, 'retired')
      await endAlarmsOfDevice(work, retired)
      await revokeLogin(work, command.id)
      return { device: retired }
    }
    case 'renew_credentials': {
      const device = mustHave(work, command.id, by).device
      await revokeLogin(work, device.id)
      return { device, ...(await newLogin(work, { device: device.id })) }
    }
    case 'revoke_credentials': {
      const device = mustHave(work, command.id, by).device
      await revokeLogin(work, device.id)
      return { device }
    }
  }
}

async function provision(work: Work, command: Extract<DeviceCommand, { type: 'provision_device' }>, by: Principal) {
  mustSee(by, command.site, `site ${command.site}`)
  if (!work.draft.site(command.site))
    throw new Refusal('invalid', `site ${command.site} does not exist; create it first`)
  if (command.id === SERVICE_DEVICE) throw new Refusal('conflict', `${SERVICE_DEVICE} is the service itself`)
  const earlier = work.draft.device(command.id)
  if (earlier) {
    const adopt = earlier.device.retiredAt === null ? '' : `; it is retired: POST /api/v1/devices/${command.id}/adopt`
    throw new Refusal('conflict', `a device ${command.id} exists already${adopt}`)
  }
  if (await hasCredential(work.db, command.id)) {
    throw new Refusal('conflict', `${command.id} is the user name of a gateway; a device needs another id`)
  }
  const { id, site, kind, name, location, building, zone = null, tags = [] } = command
  const device = await addDevice(work, { id, site, kind, name, location, building, zone, placedAt: work.now, tags })
  return { device, ...(await newLogin(work, { device: device.id })) }
}

type Update = Extract<DeviceCommand, { type: 'update_device' }>

/** Renames and places. What is open at the device moves with it: a crew goes where the device is. */
async function update(work: Work, command: Update, by: Principal): Promise<Device> {
  const { device } = mustHave(work, command.id, by)
  const { name, site, location, building, zone, kind, silenceMs, tags } = command
  if (site !== undefined && site !== device.site) checkMove(work, device, site, by)
  const places = [site, location, building, zone].some((each) => each !== undefined)
  const updated: Device = {
    ...device,
    name: name ?? device.name,
    site: site ?? device.site,
    location: location ?? device.location,
    building: building === undefined ? device.building : building,
    zone: zone === undefined ? device.zone : zone,
    kind: kind ?? device.kind,
    silenceMs: silenceMs === undefined ? device.silenceMs : silenceMs,
    tags: tags ?? device.tags,
    placedAt: device.placedAt ?? (places ? work.now : null),
  }
  await write(work, updated, 'updated')
  await endAlarmsOfDevice(work, updated)
  if (updated.site !== device.site || updated.location !== device.location) await moveOpen(work, device, updated, by)
  await followDevice(work, updated.id)
  await reevaluateDevice(work, updated.id, null)
  return updated
}

async function moveOpen(work: Work, device: Device, updated: Device, by: Principal): Promise<void> {
  for (const [rule, alarm] of work.draft.device(updated.id)!.alarms) {
    const moved = { ...alarm, site: updated.site }
    await saveAlarm(work.db, moved)
    work.draft.setAlarm(updated.id, rule, moved)
  }
  for (const ticket of await workingTickets(work.db, device.id)) {
    if (ticket.location !== device.location) continue
    const moved = { ...ticket, site: updated.site, location: updated.location, updatedAt: work.now }
    await saveTicket(work.db, moved)
    const { id, state } = ticket
    const entry = { at: work.now, by: by.name, action: 'relocate', from: state, to: state }
    const note = `${placeOf(device)} → ${placeOf(updated)}`
    await insertHistory(work.db, id, { ...entry, note }, changedTimes(ticket, moved))
    work.changes.push({ type: 'ticket', ticket: moved, what: 'moved' })
  }
}

const placeOf = ({ site, location }: Device) => [site, location].filter((part) => part !== '').join(' ')

function checkMove(work: Work, device: Device, site: string, by: Principal): void {
  mustSee(by, site, `site ${site}`)
  if (!work.draft.site(site)) throw new Refusal('invalid', `site ${site} does not exist; create it first`)
  if (device.identity === null || device.family === 'native') {
    throw new Refusal('conflict', "the device's own topics name its site; retire it and add it to the other one")
  }
}

async function adopt(work: Work, id: string, by: Principal): Promise<Device> {
  const record = work.draft.device(id)
  if (!record) throw new Refusal('not_found', `device ${id} does not exist`)
  mustSee(by, record.device.site, `device ${id}`)
  if (record.device.retiredAt === null) throw new Refusal('conflict', `device ${id} is not retired`)
  if (record.device.mergedInto !== null) {
    throw new Refusal('conflict', `device ${id} was merged into another one, which speaks for it`)
  }
  const device = { ...record.device, retiredAt: null }
  await write(work, device, 'adopted')
  const { state, alarms } = work.draft.device(id)!
  work.draft.setDevice({ device, state: { ...state, silentSince: work.now }, alarms })
  await reevaluateDevice(work, id, null)
  return device
}

async function write(work: Work, device: Device, what: 'updated' | 'retired' | 'adopted'): Promise<void> {
  await updateDevice(work.db, device)
  await keepState(work, { ...work.draft.device(device.id)!, device })
  work.changes.push({ type: 'device', device, what })
}
