import { applyStep, BY_ITSELF, type Unwritten, writeUnwritten } from './alarms/apply.ts'
import { heldPulses, movedBy } from './alarms/companions.ts'
import { changedConditions, isResent, newsOfRetained, readingTime } from './alarms/device-state.ts'
import { fingerprint } from './alarms/fingerprint.ts'
import { evaluateMessage, evaluateState, type RuleStep } from './alarms/evaluate.ts'
import { followMessage } from './alarms/follow.ts'
import { withDerived } from './alarms/measures/observe.ts'
import { isNewsOfRain, seeRain } from './follow-ups/rainy-day.ts'
import { tellsRain } from './follow-ups/rain.ts'
import { concernsControls, hearControls } from './control/hear.ts'
import { writeRemembered } from './memory.ts'
import type { Batch, DeviceMessage, DeviceState, Rejection, Remembered, Taken } from './model.ts'
import { identify } from './places/discovery.ts'
import { unreachableMessages } from './places/unreachable.ts'
import { insertEvent } from './storage/devices.ts'
import type { Journal } from './storage/journal.ts'
import { insertRejection } from './storage/rejections.ts'
import type { RememberedWriter } from './storage/remembered.ts'
import type { Work } from './work.ts'
import type { DeviceRecord } from './world.ts'

/** Prepared statements of the hot path. */
export interface Writers {
  journal: Journal
  remembered: RememberedWriter
}

/**
 * Alarms, tickets and new devices cost some milliseconds each: a flood of them must not keep sockets and requests
 * waiting for seconds. Operations run one after another, so nothing else is decided meanwhile.
 */
const NEWS_IN_ONE_BREATH = 20

/** Takes a batch in, in arrival order, in the work's transaction: journal, events, alarms, tickets, rejections. */
export async function takeIn(work: Work, writers: Writers, batch: Batch): Promise<Taken> {
  const unwritten: Unwritten = new Map()
  const rejections: Rejection[] = []
  const remembered = [...(batch.remembered ?? [])]
  let duplicates = 0
  let newsSinceBreath = 0
  for (const message of batch.messages) {
    if (newsSinceBreath >= NEWS_IN_ONE_BREATH) {
      newsSinceBreath = 0
      await new Promise((resolve) => setImmediate(resolve))
    }
    const identified = message.discovered ? await identify(work, message, message.discovered) : message
    if (identified === null || 'reason' in identified) {
      if (identified !== null) rejections.push(identified)
      remembered.push(...notTaken(message))
      continue
    }
    const told = identified.unreachable ? [identified, ...unreachableMessages(work, identified)] : [identified]
    for (const each of told) {
      const taken = takeMessage(work, writers.journal, each)
      if (taken === 'duplicate') duplicates += 1
      else if (taken !== 'stored') {
        newsSinceBreath += 1
        const rejection = await takeNews(work, taken, unwritten)
        if (rejection !== null) rejections.push(rejection)
      }
    }
  }
  await writeUnwritten(work, unwritten)
  for (const rejection of [...batch.rejections, ...rejections]) await insertRejection(work.db, rejection)
  work.draft.remember(writeRemembered(work.memory, remembered, writers.remembered, work.now))
  return { duplicates, rejections }
}

/** What a broker kept and the engine refused counts when it comes again: the site may exist by then. */
function notTaken({ retainedKey: key, discovered }: DeviceMessage): Remembered[] {
  return key === undefined || !discovered ? [] : [{ source: discovered.gateway, key, value: undefined }]
}

/** A message that is more than a reading: what is left to write of it. */
interface News {
  message: DeviceMessage
  steps: readonly RuleStep[]
  /** Of other devices, whose companion this one is. */
  others: readonly { device: string; step: RuleStep }[]
  news: ReturnType<typeof changedConditions>
  /** The site where it rains. */
  rainAt: string | null
  deviceKey: number
}

/** The hot path: nothing here waits. Answers what is left to write where a message is more than a reading. */
function takeMessage(work: Work, journal: Journal, said: DeviceMessage): News | 'stored' | 'duplicate' {
  const record = work.draft.device(said.device)
  if (!record) throw new Error(`a message of device ${said.device}, which does not exist`)
  const { device } = record
  const told = said.retained ? newsOfRetained(record.state, said) : said
  if (told === null) return 'stored'
  const print = told.seq === null ? null : fingerprint(told)
  if (print !== null && isResent(record.state, told, print)) return 'duplicate'
  const timezone = work.draft.timezoneOf(device.site)
  const { message, memories } = withDerived(record.state, device, told, timezone)
  journal.append(device.key, message)
  const news = changedConditions(record.state, message)
  const state = followMessage(record.state, device, message, print, work.rules, timezone, memories)
  work.draft.setDevice({ ...record, state })
  const { steps, faults } = evaluateMessage(device, state, record.alarms, message, work.rules, work.newId, work.draft)
  work.draft.fail(faults, message.receivedAt)
  const others = othersMoved(work, record, state, message)
  const isRain = tellsRain(record.state, message) && isNewsOfRain(work, device.site, message.receivedAt)
  const isNews = steps.length + others.length + news.length > 0 || isRain || concernsControls(work, message)
  const rainAt = isRain ? device.site : null
  return isNews ? { message, steps, others, news, rainAt, deviceKey: device.key } : 'stored'
}

/** What the message of a companion does to the devices that it agrees with. */
function othersMoved(work: Work, { device, state: before }: DeviceRecord, after: DeviceState, message: DeviceMessage) {
  const { rules, draft, newId } = work
  const moved: { device: string; step: RuleStep }[] = []
  for (const { compiled, neighbour } of movedBy(device, before, after, message, rules, draft)) {
    const now = message.receivedAt
    const { steps, faults } = evaluateState(neighbour, [compiled], rules, now, newId, draft, heldPulses(compiled, now))
    draft.fail(faults, now)
    for (const step of steps) moved.push({ device: neighbour.device.id, step })
  }
  return moved
}

async function takeNews(
  work: Work,
  { message, steps, others, news, rainAt, deviceKey }: News,
  unwritten: Unwritten,
): Promise<Rejection | null> {
  const at = readingTime(message.deviceAt, message.receivedAt)
  for (const report of news) await insertEvent(work.db, deviceKey, report, at, message.receivedAt)
  // The clocks of what a message opens start when it was received, not when its batch is written.
  const then: Work = { ...work, now: message.receivedAt }
  for (const step of steps) await applyStep(then, message.device, step, BY_ITSELF, unwritten)
  for (const { device, step } of others) await applyStep(then, device, step, BY_ITSELF, unwritten)
  if (rainAt !== null) await seeRain(then, rainAt, message.device)
  return concernsControls(work, message) ? hearControls(then, message, news) : null
}
