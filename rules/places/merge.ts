import { endAlarm, endAlarmsOfDevice } from '../alarms/end.ts'
import { reevaluateDevice } from '../alarms/reevaluate.ts'
import { type Alarm, type Device, type DeviceState, type Principal, Refusal } from '../model.ts'
import { followDevice } from '../mutes/follow.ts'
import { saveAlarm } from '../storage/alarms.ts'
import { moveIdentities, updateDevice } from '../storage/devices.ts'
import { moveHistory } from '../storage/merge.ts'
import { insertHistory } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import type { DeviceRecord } from '../world.ts'
import { mustHave } from './lookup.ts'
import { revokeLogin } from './logins.ts'

/**
 * A device that came under a new name (renamed in its gateway, put behind another) is the one that was there: `into`
 * keeps its place and its history, gets the other's, and speaks from now on.
 */
export async function mergeDevice(work: Work, id: string, into: string, by: Principal): Promise<Device> {
  if (id === into) throw new Refusal('invalid', 'a device cannot be merged into itself')
  const gone = mustHave(work, id, by)
  const kept = mustHave(work, into, by)
  const isNative = gone.device.identity === null || gone.device.family === 'native'
  if (isNative && gone.device.site !== kept.device.site) {
    throw new Refusal('conflict', `the topics of ${id} name site ${gone.device.site}, where ${into} is not`)
  }
  const device: Device = {
    ...kept.device,
    kind: kept.device.kind === 'unknown' ? gone.device.kind : kept.device.kind,
    identity: gone.device.identity ?? kept.device.identity,
    gateway: gone.device.gateway ?? kept.device.gateway,
    family: gone.device.family ?? kept.device.family,
    vendor: kept.device.vendor ?? gone.device.vendor,
    model: kept.device.model ?? gone.device.model,
    silenceMs: kept.device.silenceMs ?? gone.device.silenceMs,
  }
  const retired: Device = { ...gone.device, retiredAt: work.now, mergedInto: kept.device.key }
  await updateDevice(work.db, device)
  await updateDevice(work.db, retired)
  await moveIdentities(work.db, gone.device.key, kept.device.key)
  work.draft.renameIdentities(id, into)
  const alarms = await mergeAlarms(work, gone, kept)
  for (const { id: ticket, state } of await moveHistory(work.db, id, into)) {
    const entry = { at: work.now, by: by.name, action: 'relocate', from: state, to: state, note: `${id} → ${into}` }
    await insertHistory(work.db, ticket, entry, { standing: { device: into } })
  }
  await revokeLogin(work, id)
  work.draft.setDevice({ device, state: mergeStates(kept.state, gone.state), alarms })
  work.draft.setDevice({ ...gone, device: retired, alarms: new Map() })
  work.changes.push({ type: 'device', device, what: 'updated' }, { type: 'device', device: retired, what: 'retired' })
  await endAlarmsOfDevice(work, device)
  await followDevice(work, into, id)
  await reevaluateDevice(work, into, null)
  return device
}

/**
 * Open alarms move; where both have one of the same rule, the kept device's stands and the other ends. An active one
 * stands before one that is over: whoever is wet stays wet.
 */
async function mergeAlarms(work: Work, gone: DeviceRecord, kept: DeviceRecord): Promise<Map<string, Alarm>> {
  const alarms = new Map(kept.alarms)
  for (const [rule, alarm] of gone.alarms) {
    const own = kept.alarms.get(rule)
    const stands = own === undefined || (alarm.active && !own.active)
    const over = stands ? own : alarm
    if (over !== undefined) await endAlarm(work, over, work.rules.byId.get(rule))
    if (!stands) continue
    const moved: Alarm = { ...alarm, device: kept.device.id, site: kept.device.site }
    await saveAlarm(work.db, moved)
    alarms.set(rule, moved)
    work.changes.push({ type: 'alarm', alarm: moved, events: [] })
  }
  return alarms
}

/** Of each point and condition the later one. */
function mergeStates(kept: DeviceState, gone: DeviceState): DeviceState {
  const points = new Map(kept.points)
  for (const [name, point] of gone.points) if (point.at >= (points.get(name)?.at ?? 0)) points.set(name, point)
  const conditions = new Map(kept.conditions)
  for (const [code, known] of gone.conditions) {
    if (known.since >= (conditions.get(code)?.since ?? 0)) conditions.set(code, known)
  }
  const later = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.max(a, b))
  return {
    points,
    conditions,
    health: { ...kept.health, ...gone.health },
    previousHealth: { ...kept.previousHealth, ...gone.previousHealth },
    lastSeenAt: later(kept.lastSeenAt, gone.lastSeenAt),
    silentSince: later(kept.silentSince, gone.silentSince),
    recent: kept.recent,
    measures: kept.measures,
    onsets: kept.onsets,
  }
}
