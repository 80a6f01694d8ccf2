import { NEW_DEVICE } from '../alarms/device-state.ts'
import { type Device, type DeviceKind, type Principal, Refusal } from '../model.ts'
import { mustSee } from '../rights.ts'
import { hashSecret, newSecret } from '../secrets.ts'
import { insertCredential, revokeCredentials } from '../storage/access.ts'
import { insertDevice, updateDevice } from '../storage/devices.ts'
import { insertAudit } from '../storage/records.ts'
import type { Work } from '../work.ts'

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
    }
  | {
      type: 'update_device'
      id: string
      name?: string | undefined
      location?: string | undefined
      building?: string | null | undefined
      kind?: DeviceKind | undefined
    }
  | { type: 'retire_device'; id: string }
  | { type: 'renew_credentials'; id: string }
  | { type: 'revoke_credentials'; id: string }

export async function performDeviceCommand(work: Work, command: DeviceCommand, by: Principal) {
  const result = await change(work, command, by)
  const detail = command.type === 'update_device' || command.type === 'provision_device' ? { ...command } : {}
  await insertAudit(work.db, { at: work.now, by: by.name, action: command.type, subject: command.id, detail })
  return result
}

async function change(work: Work, command: DeviceCommand, by: Principal) {
  switch (command.type) {
    case 'provision_device':
      return provision(work, command, by)
    case 'update_device': {
      const device = existing(work, command.id, by)
      const { name, location, building, kind } = command
      const updated: Device = {
        ...device,
        name: name ?? device.name,
        location: location ?? device.location,
        building: building === undefined ? device.building : building,
        kind: kind ?? device.kind,
      }
      await write(work, updated, 'updated')
      return { device: updated }
    }
    case 'retire_device': {
      const retired = { ...existing(work, command.id, by), retiredAt: work.now }
      await write(work, retired, 'retired')
      await revoke(work, command.id)
      return { device: retired }
    }
    case 'renew_credentials': {
      const device = existing(work, command.id, by)
      await revokeCredentials(work.db, device.id, work.now)
      const credential = await newCredential(work, device.id)
      work.changes.push({ type: 'credential', device: device.id, what: 'renewed' })
      return { device, ...credential }
    }
    case 'revoke_credentials': {
      const device = existing(work, command.id, by)
      await revoke(work, device.id)
      return { device }
    }
  }
}

async function provision(work: Work, command: Extract<DeviceCommand, { type: 'provision_device' }>, by: Principal) {
  mustSee(by, command.site, `site ${command.site}`)
  if (!work.draft.site(command.site))
    throw new Refusal('invalid', `site ${command.site} does not exist; create it first`)
  const earlier = work.draft.device(command.id)
  if (earlier) throw new Refusal('conflict', `a device ${command.id} exists already`)
  const { id, site, kind, name, location, building, zone = null } = command
  const device = await insertDevice(work.db, {
    id,
    site,
    kind,
    name,
    location,
    building,
    zone,
    createdAt: work.now,
    retiredAt: null,
    identity: null,
    gateway: null,
    family: null,
    vendor: null,
    model: null,
    placedAt: work.now,
    silenceMs: null,
    mergedInto: null,
  })
  work.draft.setDevice({ device, state: NEW_DEVICE, alarms: new Map() })
  work.changes.push({ type: 'device', device, what: 'provisioned' })
  return { device, ...(await newCredential(work, device.id)) }
}

function existing(work: Work, id: string, by: Principal): Device {
  const device = work.draft.device(id)?.device
  if (!device || device.retiredAt !== null) throw new Refusal('not_found', `device ${id} does not exist`)
  mustSee(by, device.site, `device ${id}`)
  return device
}

async function write(work: Work, device: Device, what: 'updated' | 'retired'): Promise<void> {
  await updateDevice(work.db, device)
  const record = work.draft.device(device.id)!
  work.draft.setDevice({ ...record, device })
  work.changes.push({ type: 'device', device, what })
}

async function revoke(work: Work, device: string): Promise<void> {
  await revokeCredentials(work.db, device, work.now)
  work.changes.push({ type: 'credential', device, what: 'revoked' })
}

/** A device logs in under its own id; the password is shown this once. */
async function newCredential(work: Work, device: string): Promise<{ username: string; secret: string }> {
  const secret = newSecret('shd')
  const credential = { id: work.newId(), device, username: device, secretHash: hashSecret(secret) }
  await insertCredential(work.db, credential, work.now)
  return { username: device, secret }
}
