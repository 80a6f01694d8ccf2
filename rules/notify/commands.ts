import { residentUnreached } from '../jobs/progress.ts'
import type { Delivery, Notice, NoticeKind, Route } from '../model.ts'
import { insertDelivery } from '../storage/deliveries.ts'
import { insertNotice, saveTried, takeOtherWay, waitingTooLong, withdrawOtherWays } from '../storage/outbox.ts'
import type { Work } from '../work.ts'
import { newNotice, OTHERWISE_AFTER_MS, tellOfNotices } from './queue.ts'

/** What became of notices that were tried or held, and the lines that tell of it in the delivery log. */
export interface DeliveryCommand {
  type: 'record_deliveries'
  notices: readonly Notice[]
  deliveries: readonly Delivery[]
}

/** Notices that somebody wants sent to see whether they arrive; who asked sends them, and nobody else does. */
export interface TestNoticeCommand {
  type: 'make_test_notices'
  to: readonly (Route & { recipient: string | null })[]
}

export async function recordDeliveries(work: Work, command: DeliveryCommand): Promise<Record<string, never>> {
  for (const delivery of command.deliveries) await insertDelivery(work.db, delivery)
  for (const notice of command.notices) {
    await saveTried(work.db, notice)
    if (notice.state === 'sent') {
      if (notice.insteadOf !== null || notice.otherwise.length > 0) await withdrawOtherWays(work.db, notice, work.now)
    } else if (notice.emergency || notice.state === 'failed') await goAnotherWay(work, notice)
    if (notice.state === 'failed' && notice.kind === 'resident.progress') await residentUnreached(work, notice)
  }
  return {}
}

/** So many of those that wait too long go another way in one go. */
const OVERDUE_MAX = 500

/** What could not be sent in its time goes another way beside. */
export async function meetNotices(work: Work): Promise<void> {
  for (const notice of await waitingTooLong(work.db, work.now, OVERDUE_MAX)) await goAnotherWay(work, notice)
}

/** The next way is a notice of its own, with those after it as its others; once. */
async function goAnotherWay(work: Work, notice: Notice): Promise<void> {
  const [next, ...rest] = notice.otherwise
  if (next === undefined || !(await takeOtherWay(work.db, notice.id))) return
  const otherwiseAt = rest.length === 0 ? null : work.now + OTHERWISE_AFTER_MS
  const { channel, address } = next
  await insertNotice(work.db, {
    ...notice,
    ...{ id: work.newId(), channel, address, state: 'queued', dueAt: work.now, attempts: 0, reason: null },
    ...{ createdAt: work.now, settledAt: null, otherwise: rest, otherwiseAt, gatheredIn: null },
    insteadOf: notice.insteadOf ?? notice.id,
  })
  tellOfNotices(work)
}

const TEST: NoticeKind = 'test'
/** Until it is known: so that no other sends it, and a crash leaves no doubt. */
const NO_ANSWER = 'no answer was recorded'

export async function makeTestNotices(
  work: Work,
  { to }: TestNoticeCommand,
  by: string,
): Promise<{ notices: Notice[] }> {
  const notices: Notice[] = []
  for (const { channel, address, recipient } of to) {
    const about = { kind: TEST, emergency: false, site: null, body: { by } }
    const made = { ...newNotice(work, about, { channel, address }), recipient }
    const notice: Notice = { ...made, state: 'failed', reason: NO_ANSWER, settledAt: work.now }
    await insertNotice(work.db, notice)
    notices.push(notice)
  }
  return { notices }
}
