import { NEW_DEVICE } from '../alarms/device-state.ts'
import type { Device } from '../model.ts'
import { insertDevice } from '../storage/devices.ts'
import type { Work } from '../work.ts'

export type NewDevice = Pick<Device, 'id' | 'site' | 'kind' | 'name' | 'placedAt'> &
  Partial<Omit<Device, 'key' | 'createdAt'>>

/** A device that nothing was heard of; what is not given of it is not known. Discovered: silent since then. */
export async function addDevice(work: Work, given: NewDevice, discoveredAt: number | null = null): Promise<Device> {
  const device = await insertDevice(work.db, {
    location: '',
    building: null,
    zone: null,
    createdAt: work.now,
    retiredAt: null,
    identity: null,
    gateway: null,
    family: null,
    vendor: null,
    model: null,
    silenceMs: null,
    mergedInto: null,
    tags: [],
    ...given,
  })
  const state = discoveredAt === null ? NEW_DEVICE : { ...NEW_DEVICE, silentSince: discoveredAt }
  work.draft.setDevice({ device, state, alarms: new Map() })
  work.changes.push({ type: 'device', device, what: discoveredAt === null ? 'provisioned' : 'discovered' })
  return device
}
