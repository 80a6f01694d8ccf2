import { keepState } from '../alarms/reevaluate.ts'
import type { Device, DeviceKind, DeviceMessage, Discovered, Rejection, RejectionReason } from '../model.ts'
import { hasCredential } from '../storage/access.ts'
import { saveIdentity, updateDevice } from '../storage/devices.ts'
import type { Work } from '../work.ts'
import type { DeviceRecord } from '../world.ts'
import { freeId } from './ids.ts'
import { addDevice } from './new-device.ts'

/** So many devices are discovered behind one gateway or broker; what speaks beyond that is rejected. */
export const DISCOVERED_MAX = 20_000
/** What a retired device says is shown as a rejection once in so long. */
const RETIRED_SHOWN_AGAIN_MS = 10 * 60_000

/**
 * The message with the id of the device that it is about, which is discovered where nobody knew it: it counts from its
 * first message. A rejection where it cannot be; `null` where a retired device goes on talking.
 */
export async function identify(
  work: Work,
  message: DeviceMessage,
  said: Discovered,
): Promise<DeviceMessage | Rejection | null> {
  const found = ofItsSite(work, message, said)
  const record = recordOf(work, message, found)
  if (record === undefined) return discover(work, message, found)
  if (record.device.site !== found.site && found.family === 'native') {
    return refused(message, found, 'not_allowed', `device ${record.device.id} is of another site`)
  }
  if (record.device.retiredAt !== null) return retired(work, message, found, record)
  const learnt = withNews(record.device, found, message)
  if (learnt !== record.device) await write(work, record, learnt)
  return { ...message, device: record.device.id }
}

/** Two sites of one outside broker may both have a `leak-1`: the site is in the key of the one that came later. */
function ofItsSite(work: Work, message: DeviceMessage, found: Discovered): Discovered {
  if (found.family !== 'native' || !found.gateway.startsWith('broker:')) return found
  const record = recordOf(work, message, found)
  if (record === undefined || record.device.site === found.site) return found
  return { ...found, key: `native:${found.site}/${message.device}` }
}

function recordOf(work: Work, message: DeviceMessage, found: Discovered): DeviceRecord | undefined {
  const id = work.draft.identity(found.gateway, found.key)
  if (id !== undefined) return work.draft.device(id)
  return found.key === `native:${message.device}` ? knownByName(work, message, found) : undefined
}

/** A device that was added by hand and speaks our own topics through a broker, or the one that it was merged into. */
function knownByName(work: Work, message: DeviceMessage, found: Discovered): DeviceRecord | undefined {
  let record = found.family === 'native' ? work.draft.device(message.device) : undefined
  while (record !== undefined && record.device.mergedInto !== null) record = deviceOfKey(work, record.device.mergedInto)
  return record
}

function deviceOfKey(work: Work, key: number): DeviceRecord | undefined {
  for (const record of work.draft.devices()) if (record.device.key === key) return record
  return undefined
}

async function discover(work: Work, message: DeviceMessage, found: Discovered): Promise<DeviceMessage | Rejection> {
  const { gateway, key, family, vendor, model, silenceMs, site } = found
  if (!work.draft.site(site)) {
    return refused(message, found, 'unknown_site', `site ${site} does not exist; create it or correct the topic`)
  }
  if (work.draft.identityCount(gateway) >= DISCOVERED_MAX) {
    const detail = `${DISCOVERED_MAX} devices are discovered behind ${gateway}; give some of them another gateway`
    return refused(message, found, 'too_many_devices', detail)
  }
  // A device logs in under its id: it must not take the user name of a gateway, which would end with it.
  const isTaken = (each: string) => work.draft.device(each) !== undefined || hasCredential(work.db, each)
  const id = await freeId(key, isTaken)
  const kind = kindOf(found, message)
  const name = key.slice(key.indexOf(':') + 1)
  const about = { id, site, kind, name, identity: key, gateway, family, vendor, model, silenceMs, placedAt: null }
  const device = await addDevice(work, about, message.receivedAt)
  await saveIdentity(work.db, { gateway, key, deviceKey: device.key })
  work.draft.setIdentity(gateway, key, id)
  return { ...message, device: id }
}

/** What a message tells of a device that was not known of it: kind, model, vendor, and that it runs on a battery. */
function withNews(device: Device, found: Discovered, message: DeviceMessage): Device {
  const kind = device.kind === 'unknown' ? kindOf(found, message) : device.kind
  const vendor = found.vendor ?? device.vendor
  const model = found.model ?? device.model
  const longer = found.silenceMs !== null && device.placedAt === null && found.silenceMs > (device.silenceMs ?? 0)
  const silenceMs = longer ? found.silenceMs : device.silenceMs
  // One that was added by hand is reached through the outside broker that it speaks through.
  const behind = device.identity === null && found.gateway.startsWith('broker:')
  const gateway = behind ? found.gateway : device.gateway
  const same =
    kind === device.kind && vendor === device.vendor && model === device.model && silenceMs === device.silenceMs
  return same && gateway === device.gateway ? device : { ...device, kind, vendor, model, silenceMs, gateway }
}

const KIND_OF_PREFIX: Readonly<Record<string, DeviceKind>> = {
  water: 'water_leak',
  elevator: 'elevator',
  meter: 'power_meter',
  gateway: 'gateway',
}

/** Its family's word, else what its first condition is about: an unknown wet sensor is a leak sensor. */
function kindOf(found: Discovered, message: DeviceMessage): DeviceKind {
  if (found.kind !== 'unknown') return found.kind
  for (const { code } of message.conditions) {
    const kind = KIND_OF_PREFIX[code.slice(0, code.indexOf('.'))]
    if (kind !== undefined) return kind
  }
  return 'unknown'
}

async function write(work: Work, record: DeviceRecord, device: Device): Promise<void> {
  await updateDevice(work.db, device)
  await keepState(work, { ...record, device })
  work.changes.push({ type: 'device', device, what: 'updated' })
}

function retired(work: Work, message: DeviceMessage, found: Discovered, record: DeviceRecord): Rejection | null {
  const { device, state } = record
  const shown = state.lastSeenAt !== null && state.lastSeenAt > (device.retiredAt ?? 0)
  if (shown && message.receivedAt - state.lastSeenAt! < RETIRED_SHOWN_AGAIN_MS) return null
  work.draft.setDevice({ ...record, state: { ...state, lastSeenAt: message.receivedAt } })
  const detail = `device ${device.id} is retired; adopt it again (POST /api/v1/devices/${device.id}/adopt)`
  return refused(message, found, 'retired_device', detail)
}

function refused(message: DeviceMessage, found: Discovered, reason: RejectionReason, detail: string): Rejection {
  const { receivedAt, deviceAt, measurements, conditions, health } = message
  const payload = Buffer.from(JSON.stringify({ deviceAt, measurements, conditions, health }))
  const about = { site: found.site, device: found.gateway, topic: found.key }
  return { receivedAt, ...about, reason, detail, payload, sizeBytes: payload.length }
}
