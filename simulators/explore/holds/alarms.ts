import { HOUR_MS } from '../../../rules/model.ts'
import type { Invariant } from '../invariants.ts'
import type { ShownAlarm, ShownDevice, Testimony } from '../testimony.ts'
import { at, awakeMs, CHECK_MS, groupBy, ms } from './within.ts'

const keyOf = ({ device, rule }: ShownAlarm) => `${device} ${rule}`

export const alarmInvariants: readonly Invariant[] = [
  {
    id: 'one-alarm',
    number: 2,
    words: 'One active alarm per device and rule.',
    broken: ({ looks, alarms }) => [...looks.flatMap(doubled), ...doubledInNews(alarms)],
  },
  {
    id: 'noise-stops',
    number: 7,
    words: "Acknowledging withdraws the alarm's queued notices.",
    broken: ({ end, looks }) => {
      const acknowledged = new Set(
        looks.at(-1)!.alarms.flatMap(({ id, computed }) => (computed === 'acked' ? [id] : [])),
      )
      return end.notices.flatMap(({ state, kind, alarm, id }) =>
        state === 'queued' && kind === 'alarm.raised' && acknowledged.has(alarm ?? '')
          ? [`notice ${id} of the acknowledged alarm ${alarm} is queued still`]
          : [],
      )
    },
  },
  {
    id: 'silence-told',
    number: 8,
    words: 'A device that stops talking raises a supervision alarm within its timeout plus one check.',
    broken: ({ looks, downs }) => looks.flatMap(({ atMs, alarms, devices }) => unheard(atMs, alarms, devices, downs)),
  },
  {
    id: 'no-false-silence',
    number: 8,
    words: 'No device is told to be silent before its timeout is over.',
    broken: ({ silences, downs }) =>
      silences.flatMap(({ atMs, rule, device }) => {
        const withinMs = timeoutOf(device)
        if (device.lastSeenAt === null || withinMs === null) return []
        const quietMs = awakeMs(ms(device.lastSeenAt), atMs, downs)
        if (quietMs >= withinMs) return []
        return [`${rule} of ${device.id} at ${at(atMs)}, after ${quietMs} ms of ${withinMs}`]
      }),
  },
  {
    id: 'well-by-itself',
    number: null,
    words: 'The service never has to say of itself that steps are late, rules fail or its clock drifts.',
    broken: ({ alarms, downs }) =>
      alarms.flatMap(({ alarm: { rule }, events, atMs }) => {
        if (!rule.startsWith('service.') || !events.includes('raised')) return []
        // What fell due while it did not run is late, and it says so.
        const isExcused = rule === 'service.escalation_late' && downs.some(({ fromMs }) => fromMs <= atMs)
        return isExcused ? [] : [`${rule} at ${at(atMs)}`]
      }),
  },
]

function doubled({ atMs, alarms }: Testimony['looks'][number]): string[] {
  return [...groupBy(alarms, keyOf)].flatMap(([key, same]) =>
    same.length > 1 ? [`${same.length} alarms of ${key} are open at ${at(atMs)}`] : [],
  )
}

function doubledInNews(told: Testimony['alarms']): string[] {
  const open = new Map<string, string>()
  return told.flatMap(({ atMs, alarm, events }) => {
    const key = keyOf(alarm)
    const other = open.get(key)
    const isOpen = alarm.computed !== 'normal' && !events.includes('ended')
    if (isOpen) open.set(key, alarm.id)
    else if (other === alarm.id) open.delete(key)
    if (!isOpen || other === undefined || other === alarm.id) return []
    return [`${key} is raised anew at ${at(atMs)}, and its alarm ${other} is open`]
  })
}

/** A process notes every so often that it lives: after its end nobody knows to less than that when it did. */
const ALIVE_MS = 30_000

const SUPERVISED = ['water_leak', 'elevator', 'power_meter']
/** A battery sensor reports at least daily; what hangs on the mains far more often. */
const USUAL_MS: Readonly<Record<string, number>> = {
  water_leak: 25 * HOUR_MS,
  elevator: HOUR_MS / 4,
  power_meter: HOUR_MS / 4,
}

/** Three missed reports where a device tells its interval, else what suits it or its kind; `null`: nobody asks. */
function timeoutOf({ kind, silenceMs, health }: ShownDevice): number | null {
  if (!SUPERVISED.includes(kind)) return null
  const { reportIntervalS } = health
  return reportIntervalS === undefined ? (silenceMs ?? USUAL_MS[kind]!) : reportIntervalS * 3_000
}

function unheard(
  atMs: number,
  alarms: readonly ShownAlarm[],
  devices: readonly ShownDevice[],
  downs: Testimony['downs'],
): string[] {
  const known = new Set(alarms.map(keyOf))
  return devices.flatMap((device) => {
    const { id, kind, lastSeenAt, retiredAt } = device
    const withinMs = timeoutOf(device)
    if (lastSeenAt === null || retiredAt !== null || withinMs === null) return []
    if (known.has(`${id} ${kind}.silent`)) return []
    const quietMs = awakeMs(ms(lastSeenAt), atMs, downs)
    const excusedMs = ALIVE_MS * downs.filter(({ fromMs }) => fromMs >= ms(lastSeenAt)).length
    if (quietMs <= withinMs + CHECK_MS + excusedMs) return []
    return [`${id} is silent for ${quietMs} ms at ${at(atMs)}, and nobody is told`]
  })
}
