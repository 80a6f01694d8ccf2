import type { Alarm, Device, DeviceKind, DeviceState } from '../model.ts'
import type { Surrounding } from '../model/rules.ts'

/** The open alarms of one device, by rule. */
export type OpenAlarms = ReadonlyMap<string, Alarm>

/** A device with what is known of it. */
export interface Neighbour {
  device: Device
  state: DeviceState
  alarms: OpenAlarms
}

/** The service did not listen then: nobody was silent. */
export interface Downtime {
  from: number
  to: number
}

/** What is around a device that its rules may depend on. */
export interface Surroundings {
  /** Of a site, by its id. */
  timezoneOf(site: string): string
  /** Other devices in use of a kind that have a surrounding in common with this one; none where it has no such. */
  around(device: Device, kind: DeviceKind | 'any', same: Surrounding): Iterable<Neighbour>
  /** Oldest first. */
  downtimes: readonly Downtime[]
}
