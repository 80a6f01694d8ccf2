import { DEVICE_KINDS, type Device, type DeviceKind } from '../model.ts'
import type { Surrounding } from '../model/rules.ts'
import type { Neighbour } from '../alarms/surroundings.ts'

/** Ids of devices by kind and by what they have in common; made when it is first asked for. */
export type Places = Map<Surrounding, ReadonlyMap<string, readonly string[]>>

/** Names the place that a device shares with others; `null` where it is in none. */
function placeOf({ site, zone, building, gateway }: Device, same: Surrounding): string | null {
  switch (same) {
    case 'site':
      return site
    case 'zone':
      return zone && `${site}/${zone}`
    case 'building':
      return building && `${site}/${building}`
    case 'gateway':
      return gateway
  }
}

/** Changes of a device that change who is around it. */
export function isMoved(before: Device | undefined, after: Device): boolean {
  const fields = ['kind', 'site', 'zone', 'building', 'gateway', 'retiredAt'] as const
  return before !== after && fields.some((field) => before?.[field] !== after[field])
}

function index(devices: Iterable<Neighbour>, same: Surrounding): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const { device } of devices) {
    const place = device.retiredAt === null ? placeOf(device, same) : null
    if (place === null) continue
    const key = `${device.kind} ${place}`
    const ids = found.get(key)
    if (ids) ids.push(device.id)
    else found.set(key, [device.id])
  }
  return found
}

export interface Town {
  /** As they were when `places` was made, and since then but for `moved`. */
  known: { values(): Iterable<Neighbour> }
  places: Places
  /** Ids of devices that are new or elsewhere since. */
  moved: ReadonlySet<string>
  find(id: string): Neighbour | undefined
}

/** Other devices in use of a kind in the same place. */
export function* around(town: Town, device: Device, kind: DeviceKind | 'any', same: Surrounding): Iterable<Neighbour> {
  const place = placeOf(device, same)
  if (place === null) return
  const places = town.places.get(same) ?? index(town.known.values(), same)
  town.places.set(same, places)
  for (const each of kind === 'any' ? DEVICE_KINDS : [kind]) {
    for (const id of places.get(`${each} ${place}`) ?? []) {
      const found = id === device.id || town.moved.has(id) ? undefined : town.find(id)
      if (found) yield found
    }
  }
  for (const id of town.moved) {
    const found = id === device.id ? undefined : town.find(id)
    if (!found || found.device.retiredAt !== null || placeOf(found.device, same) !== place) continue
    if (kind === 'any' || found.device.kind === kind) yield found
  }
}
