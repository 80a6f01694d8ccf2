import type { DeviceMessage, Measurement } from './model.ts'
import { addDevice } from './places/new-device.ts'
import type { Work } from './work.ts'
import type { World } from './world.ts'

/** The service as a device of its own: what is wrong with it is an alarm like any other. */
export const SERVICE_DEVICE = 'shifen'

/** Where the machine's clock differs by more, it was stepped: nobody's quartz is so bad. */
export const DRIFT_MAX_MS = 2_000
/** A rule that has not failed for so long is taken to be well. */
const FAULT_LASTS_MS = 24 * 3_600_000

/** What the service has to say of itself; `null` where that is known. */
export function serviceMessage(
  { devices, faults }: World,
  now: number,
  driftMs: number,
  lateSteps: number,
): DeviceMessage | null {
  const points = devices.get(SERVICE_DEVICE)?.state.points
  const known = (name: string) => Number(points?.get(name)?.value ?? 0)
  const failing = [...faults.values()].filter(({ lastAt }) => now - lastAt < FAULT_LASTS_MS).length
  const drift = Math.abs(driftMs) > DRIFT_MAX_MS ? driftMs / 1_000 : 0
  const measurements: Measurement[] = []
  if (known('service.failing_rules') !== failing) {
    measurements.push({ name: 'service.failing_rules', value: failing, unit: '1' })
  }
  if (known('service.late_steps') !== lateSteps) {
    measurements.push({ name: 'service.late_steps', value: lateSteps, unit: '1' })
  }
  if ((known('service.clock_drift') !== 0) !== (drift !== 0)) {
    measurements.push({ name: 'service.clock_drift', value: drift, unit: 's' })
  }
  if (measurements.length === 0) return null
  const about = { deviceAt: null, live: true, heard: true, seq: null, conditions: [], health: {} }
  return { device: SERVICE_DEVICE, receivedAt: now, ...about, measurements }
}

/** It is there from its first trouble on, at the first site. */
export async function provideServiceDevice(work: Work, sites: World['sites']): Promise<void> {
  if (work.draft.device(SERVICE_DEVICE)) return
  const site = sites.has('default') ? 'default' : [...sites.keys()].sort()[0]
  if (site === undefined) throw new Error('there is no site that an alarm of the service itself could belong to')
  await addDevice(work, { id: SERVICE_DEVICE, site, kind: 'unknown', name: '十分 Shifen', placedAt: work.now })
}
