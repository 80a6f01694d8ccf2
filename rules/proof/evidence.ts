import type { Alarm, Principal, Ticket } from '../model.ts'
import { alarmsByIds, historyOfAlarm } from '../storage/alarms.ts'
import { auditAbout, auditHead } from '../storage/audit.ts'
import { callInsOf } from '../storage/call-ins.ts'
import { controlsOfTickets } from '../storage/commands.ts'
import type { Db } from '../storage/connect.ts'
import { deliveriesOf } from '../storage/deliveries.ts'
import { followUpsOf } from '../storage/follow-ups.ts'
import { intakesOf } from '../storage/intakes.ts'
import { stepsOf } from '../storage/ladder-steps.ts'
import { listNotices } from '../storage/outbox.ts'
import { photosOf } from '../storage/photos.ts'
import { relatedTickets } from '../storage/proof.ts'
import { signaturesOf } from '../storage/signatures.ts'
import { tasksOf } from '../storage/tasks.ts'
import { callsOf } from '../storage/ticket-calls.ts'
import { historyOf } from '../storage/tickets.ts'

/** Of a flood's ticket there may be thousands; what is left out is told. */
export const ALARMS_MAX = 1_000
export const NOTICES_MAX = 5_000
export const AUDIT_ROWS_MAX = 20_000

export type Evidence = Awaited<ReturnType<typeof gatherEvidence>>

/**
 * Everything that is known of a ticket but its messages and the bytes of its photos, for whom sees `sites`; `db` is one
 * transaction.
 */
export async function gatherEvidence(db: Db, ticket: Ticket, sites: Principal['sites']) {
  const { id } = ticket
  const alarms = await withHistory(db, await alarmsByIds(db, ticket.alarms.slice(0, ALARMS_MAX)))
  const { notices, noticesCut } = await noticesWithDeliveries(db, id)
  const intakes = await intakesOf(db, id)
  const tasks = await tasksOf(db, id)
  const followUps = await followUpsOf(db, id)
  const photos = await photosOf(db, id)
  const subjects = [id, ...alarms.map((alarm) => alarm.id), ...[intakes, tasks, followUps, photos].flatMap(idsOf)]
  const audit = await auditAbout(db, subjects, AUDIT_ROWS_MAX + 1)
  return {
    history: await historyOf(db, id),
    alarms,
    notices,
    calls: { calls: await callsOf(db, id), callIns: await callInsOf(db, id) },
    ladder: await stepsOf(db, id),
    commands: await controlsOfTickets(db, [id]),
    intakes,
    tasks,
    followUps,
    references: await relatedTickets(db, id, sites),
    photos,
    signatures: await signaturesOf(db, id),
    audit: { head: await auditHead(db), rows: audit.slice(0, AUDIT_ROWS_MAX) },
    cut: [
      ...(ticket.alarms.length > ALARMS_MAX ? [`alarms.json: the first ${ALARMS_MAX} of ${ticket.alarms.length}`] : []),
      ...(noticesCut ? [`notices.json: the last ${NOTICES_MAX}`] : []),
      ...(audit.length > AUDIT_ROWS_MAX ? [`audit.json: the first ${AUDIT_ROWS_MAX} rows`] : []),
    ],
  }
}

const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id)

async function withHistory(db: Db, alarms: readonly Alarm[]) {
  const found = []
  for (const alarm of alarms) found.push({ ...alarm, history: await historyOfAlarm(db, alarm.id) })
  return found
}

/** Oldest first. */
async function noticesWithDeliveries(db: Db, ticket: string) {
  const found = await listNotices(db, { sites: null, ticket, limit: NOTICES_MAX + 1 })
  const told = found.slice(0, NOTICES_MAX).reverse()
  const deliveries = await deliveriesOf(db, idsOf(told))
  const notices = told.map((notice) => ({
    ...notice,
    deliveries: deliveries.filter((each) => each.notice === notice.id),
  }))
  return { notices, noticesCut: found.length > NOTICES_MAX }
}
