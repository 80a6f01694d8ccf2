import type { z } from '@hono/zod-openapi'
import { isUtf8 } from 'node:buffer'
import { CONFIRMED_WITHIN_MS, standingRequest } from '../../rules/jobs/cancel.ts'
import { titleIn } from '../../rules/drills/drills.ts'
import { allowedActions } from '../../rules/tickets/machine.ts'
import type { Engine } from '../../rules/engine.ts'
import { planOf } from '../../rules/plans/book.ts'
import { isStale } from '../../rules/alarms/stale.ts'
import type {
  Alarm,
  AlarmEntry,
  ControlCommand,
  Drill,
  DutyOverride,
  HistoryEntry,
  Job,
  Mute,
  Rejection,
  Ticket,
} from '../../rules/model.ts'
import type { DeviceRecord } from '../../rules/world.ts'
import { iso, isoOrNull } from '../iso.ts'
import type {
  alarmSchema,
  controlSchema,
  deviceSchema,
  drillSchema,
  historySchema,
  muteSchema,
  rejectionSchema,
  ticketSchema,
} from './schemas.ts'

/** The domain's objects as the API shows them. */

export function ticketView(engine: Engine, ticket: Ticket): z.infer<typeof ticketSchema> {
  const { clocks, title, commitments, signature, reached: _reached, job: _job, ...rest } = ticket
  return {
    ...rest,
    alarms: [...ticket.alarms],
    commands: ticket.commands.map((control) => ({
      ...controlView(control),
      deviceName: engine.device(control.device)?.device.name ?? control.device,
    })),
    deviceName: ticket.device === null ? null : (engine.device(ticket.device)?.device.name ?? null),
    title: title.zh,
    titles: title,
    assigneeName: ticket.assignee === null ? null : responderName(engine, ticket.assignee),
    signature: signature === null ? null : { name: signature.name, at: iso(signature.at) },
    cancelAsked: cancelAskedView(standingRequest(ticket, engine.now())),
    openedAt: iso(ticket.openedAt),
    updatedAt: iso(ticket.updatedAt),
    closedAt: isoOrNull(ticket.closedAt),
    occurredAt: iso(ticket.occurredAt),
    appointmentAt: isoOrNull(ticket.appointmentAt),
    problems: [...ticket.problems],
    commitment: commitments[0]?.id ?? '',
    commitments: commitments.map(({ id }) => id),
    actions: allowedActions(ticket),
    clocks: clocks.map(({ id, milestone, party, dueAt, notBefore, metAt, state, early }) => ({
      id,
      milestone,
      party,
      dueAt: iso(dueAt),
      notBefore: isoOrNull(notBefore),
      metAt: isoOrNull(metAt),
      state,
      early,
    })),
  }
}

function cancelAskedView(asked: Job['cancelAsked']) {
  if (asked === null) return null
  const { by, at, note } = asked
  return { by, at: iso(at), note, until: iso(at + CONFIRMED_WITHIN_MS) }
}

/** A contractor, whom no plan knows, is called what he was called by who sent him. */
export function responderName(engine: Engine, id: string): string {
  return planOf(engine.world().plans, 'responder', id)?.name ?? id
}

export function controlView(control: ControlCommand): z.infer<typeof controlSchema> {
  const { nextAt: _nextAt, args, createdAt, sentAt, expiresAt, settledAt, ...rest } = control
  return {
    ...rest,
    args: { ...args },
    createdAt: iso(createdAt),
    sentAt: isoOrNull(sentAt),
    expiresAt: iso(expiresAt),
    settledAt: isoOrNull(settledAt),
  }
}

export function historyView(entry: HistoryEntry): z.infer<typeof historySchema> {
  return { ...entry, at: iso(entry.at) }
}

export function alarmView(engine: Engine, alarm: Alarm): z.infer<typeof alarmSchema> {
  const rule = engine.world().rules.byId.get(alarm.rule)?.rule
  const device = engine.device(alarm.device)?.device
  const titles = titleIn(alarm.drill, rule?.title ?? { zh: alarm.rule, en: alarm.rule })
  return {
    id: alarm.id,
    rule: alarm.rule,
    title: titles.zh,
    titles,
    device: alarm.device,
    deviceName: device?.name ?? alarm.device,
    location: device?.location ?? '',
    site: alarm.site,
    priority: alarm.priority,
    category: alarm.category,
    state: alarm.muted?.kind ?? alarm.state,
    computed: alarm.state,
    muted: muteOf(engine, alarm),
    active: alarm.active,
    value: alarm.value,
    raisedAt: isoOrNull(alarm.raisedAt),
    acknowledgedAt: isoOrNull(alarm.acknowledgedAt),
    acknowledgedBy: alarm.acknowledgedBy,
    returnedAt: isoOrNull(alarm.returnedAt),
    count: alarm.count,
    messages: alarm.messages,
    ticket: alarm.ticket,
    drill: alarm.drill,
    ageUnknown: alarm.ageUnknown,
    latched: rule?.latch ?? false,
    levels: alarm.levels.map(({ priority, active, reached }) => ({ priority, active, reached })),
    transitions: alarm.transitions,
    chattering: alarm.chattering,
    stale: isStale(alarm, engine.now()),
  }
}

function muteOf(engine: Engine, { muted }: Alarm): z.infer<typeof alarmSchema>['muted'] {
  if (muted === null) return null
  const mute = engine.world().mutes.get(muted.mute)
  const { reason = '', by = '', until = null, oneShot = false } = mute ?? {}
  const parent = muted.kind === 'suppressed' ? engine.world().rules.byId.get(reason)?.rule.title : undefined
  const reasons = parent ?? { zh: reason, en: reason }
  return { id: muted.mute, kind: muted.kind, reason, reasons, by, until: isoOrNull(until), oneShot }
}

export function drillView(drill: Drill): z.infer<typeof drillSchema> {
  const { over, notify, title, startedAt, endsAt, endedAt, ...rest } = drill
  const { devices = null, building = null, zone = null } = over
  return {
    ...rest,
    title: title.zh,
    titles: title,
    startedAt: iso(startedAt),
    endsAt: iso(endsAt),
    endedAt: isoOrNull(endedAt),
    state: endedAt === null ? 'running' : 'ended',
    devices: devices === null ? null : [...devices],
    building,
    zone,
    notify: { responders: [...notify.responders], channels: [...notify.channels] },
  }
}

export function muteView(engine: Engine, mute: Mute): z.infer<typeof muteSchema> {
  const { building = null, zone = null, device = null, category = null, rules = null, behind } = mute.over
  return {
    id: mute.id,
    kind: mute.kind,
    site: mute.site,
    building,
    zone,
    device,
    category,
    rules: rules === null ? null : [...rules],
    gateway: behind?.gateway ?? null,
    state: mute.endedAt !== null ? 'ended' : mute.from > engine.now() ? 'planned' : 'in_force',
    reason: mute.reason,
    by: mute.by,
    from: iso(mute.from),
    until: isoOrNull(mute.until),
    oneShot: mute.oneShot,
    alarm: mute.alarm,
    muting: mutedBy(engine, mute),
    createdAt: iso(mute.createdAt),
    endedAt: isoOrNull(mute.endedAt),
    endedBy: mute.endedBy,
  }
}

function mutedBy(engine: Engine, { id, endedAt }: Mute): number {
  if (endedAt !== null) return 0
  let count = 0
  for (const { alarms } of engine.devices()) for (const { muted } of alarms.values()) if (muted?.mute === id) count++
  return count
}

export function alarmEntryView(entry: AlarmEntry) {
  return { ...entry, at: iso(entry.at) }
}

export function deviceView({ device, state }: DeviceRecord): z.infer<typeof deviceSchema> {
  const { id, site, kind, name, location, building, zone, gateway, family, vendor, model, silenceMs, tags } = device
  return {
    id,
    site,
    kind,
    name,
    location,
    building,
    zone,
    key: device.identity,
    gateway,
    family,
    vendor,
    model,
    placed: device.placedAt !== null,
    silenceMs,
    tags: [...tags],
    points: Object.fromEntries(
      [...state.points].map(([point, { value, unit, at }]) => [point, { value, unit, at: iso(at) }]),
    ),
    conditions: Object.fromEntries(
      [...state.conditions].map(([code, known]) => [code, { state: known.state, since: iso(known.since) }]),
    ),
    health: { ...state.health },
    lastSeenAt: isoOrNull(state.lastSeenAt),
    createdAt: iso(device.createdAt),
    retiredAt: isoOrNull(device.retiredAt),
  }
}

export function rejectionView(rejection: Rejection & { id: number }): z.infer<typeof rejectionSchema> {
  const payload = Buffer.from(rejection.payload)
  const text = isUtf8(payload)
  return {
    id: String(rejection.id),
    receivedAt: iso(rejection.receivedAt),
    site: rejection.site,
    device: rejection.device,
    topic: rejection.topic,
    reason: rejection.reason,
    detail: rejection.detail,
    payloadText: text ? payload.toString() : null,
    payloadHex: text ? null : payload.toString('hex'),
    sizeBytes: rejection.sizeBytes,
  }
}

export function overrideView({ from, until, ...rest }: DutyOverride) {
  return { ...rest, from: iso(from), until: iso(until) }
}
