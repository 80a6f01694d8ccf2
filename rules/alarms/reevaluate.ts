import { saveDeviceState } from '../storage/devices.ts'
import { lastJournalId } from '../storage/journal.ts'
import type { Work } from '../work.ts'
import type { DeviceRecord } from '../world.ts'
import { applyStep } from './apply.ts'
import { evaluateState } from './evaluate.ts'
import { measureKeys } from './measures/observe.ts'

/** So many devices are evaluated before sockets and requests get their turn. */
const DEVICES_IN_ONE_BREATH = 500

/**
 * What is so now meets rules (`null`: all of them) without a message: at the start of the service, where windows open
 * or close, and when rules were saved. `work.rules` are the new ones.
 */
export async function reevaluate(work: Work, ruleIds: ReadonlySet<string> | null): Promise<void> {
  const ids = [...work.draft.devices()].filter(({ device }) => device.retiredAt === null).map(({ device }) => device.id)
  for (const [index, id] of ids.entries()) {
    if (index > 0 && index % DEVICES_IN_ONE_BREATH === 0) await new Promise((resolve) => setImmediate(resolve))
    await reevaluateDevice(work, id, ruleIds)
  }
}

/** Likewise of one device: also where it has become another or is in use again. */
export async function reevaluateDevice(work: Work, id: string, ruleIds: ReadonlySet<string> | null): Promise<void> {
  const record = work.draft.device(id)
  if (!record) return
  const about = work.rules.about(record.device)
  const compiled = ruleIds === null ? about : about.filter(({ rule }) => ruleIds.has(rule.id))
  if (compiled.length === 0) return
  const { steps, faults } = evaluateState(record, compiled, work.rules, work.now, work.newId, work.draft)
  work.draft.fail(faults, work.now)
  for (const step of steps) await applyStep(work, id, step)
}

/**
 * To be called when rules have changed, with the former ones; `work.rules` are the new ones. What no measure needs any
 * more is forgotten, and what is known of the devices concerned is written down: a start replays the journal with the
 * new rules, which must not see the messages before them.
 */
export async function adoptRules(work: Work, former: Work['rules'], ruleIds: ReadonlySet<string>): Promise<void> {
  for (const record of [...work.draft.devices()]) {
    const { device } = record
    const concerned = [...former.coming(device.kind), ...work.rules.coming(device.kind)]
    const onsetsChange = concerned.some(({ rule }) => ruleIds.has(rule.id))
    const [before, after] = [measureKeys(device, former), measureKeys(device, work.rules)]
    if (onsetsChange || before.size !== after.size || [...after].some((key) => !before.has(key))) {
      await keepState(work, record, ruleIds)
    }
  }
}

/** What rules remember of a device is written down, before the device or its rules become others. */
export async function keepState(
  work: Work,
  { device, state, alarms }: DeviceRecord,
  ruleIds: ReadonlySet<string> = new Set(),
): Promise<void> {
  const keys = measureKeys(device, work.rules)
  const kept = {
    ...state,
    measures: new Map([...state.measures].filter(([key]) => keys.has(key))),
    onsets: new Map([...state.onsets].filter(([key]) => !ruleIds.has(key.replace(/ with$/, '')))),
  }
  work.draft.setDevice({ device, state: kept, alarms })
  await saveDeviceState(work.db, { deviceKey: device.key, state: kept, readingId: await lastJournalId(work.db) })
}
