import { afterEach, expect, it, vi } from 'vitest'
import type * as Decode from '../../../gateway/decode.ts'
import type * as Evaluate from '../../../rules/alarms/evaluate.ts'
import type * as Machine from '../../../rules/alarms/machine.ts'
import type * as Recent from '../../../rules/alarms/recent.ts'
import type * as Gaps from '../../../rules/dispatch/gaps.ts'
import type * as DueDevices from '../../../rules/due-devices.ts'
import type * as Mutes from '../../../rules/mutes/mutes.ts'
import type * as NextDue from '../../../rules/next-due.ts'
import type * as LadderSteps from '../../../rules/storage/ladder-steps.ts'
import type * as Outbox from '../../../rules/storage/outbox.ts'
import type * as Rejections from '../../../rules/storage/rejections.ts'
import type * as Silenced from '../../../rules/escalation/silenced.ts'
import type * as Steps from '../../../rules/escalation/steps.ts'
import type * as Open from '../../../rules/tickets/open.ts'
import type * as Windows from '../../../rules/calendar/windows.ts'

/** A part of the service that is broken on purpose, and the shipped scenario that must not pass with it. */
interface Defect {
  module: string
  broken: (real: never) => object
  scenario: string
}

const defect = <M>(module: string, scenario: string, broken: (real: M) => Partial<M>): Defect => ({
  ...{ module, scenario },
  broken: broken,
})

const decoded = (broken: (real: typeof Decode) => typeof Decode.decodePacket) => (real: typeof Decode) => ({
  decodePacket: broken(real),
})

const DEFECTS: Record<string, Defect> = {
  'a late tick': defect<typeof NextDue>('rules/next-due.ts', 'restart-at-minute-five', (real) => ({
    nextDueAt: async (...asked) => (await real.nextDueAt(...asked)) + 5_000,
  })),
  'a lost wake-up: steps that fall due are not found': defect<typeof LadderSteps>(
    'rules/storage/ladder-steps.ts',
    'restart-at-minute-five',
    () => ({ dueStepIds: () => Promise.resolve([]) }),
  ),
  'a silence that nobody looks for': defect<typeof DueDevices>('rules/due-devices.ts', 'silent-device', (real) => ({
    createDueDevices: (world) => ({ ...real.createDueDevices(world), at: () => [], next: () => Infinity }),
  })),
  'a doubled ticket: one for each alarm, not for each problem': defect<typeof Open>(
    'rules/tickets/open.ts',
    'two-criticals-at-once',
    (real) => ({
      reportOfAlarm: (alarm, ...more) => ({ ...real.reportOfAlarm(alarm, ...more), category: `of ${alarm.id}` }),
    }),
  ),
  'a mute that never ends': defect<typeof Mutes>('rules/mutes/mutes.ts', 'maintenance-mutes-every-step', (real) => ({
    isMuteDue: (mute, now) => real.isMuteDue({ ...mute, until: null }, now),
    isInForce: (mute, now) => real.isInForce({ ...mute, until: null }, now),
    mutes: (alarm, record, all, now) =>
      real.mutes(
        alarm,
        record,
        [...all].map((each) => ({ ...each, until: null })),
        now,
      ),
  })),
  'a ladder that skips a step': defect<typeof Steps>(
    'rules/escalation/steps.ts',
    'acknowledged-but-dispatched',
    (real) => ({
      rungsOf: (policy, ticket, now) =>
        real
          .rungsOf(policy, ticket, now)
          .map((rung) => (rung.position === 1 ? { ...rung, ...real.settled('stopped', now) } : rung)),
    }),
  ),
  'a device clock used for a delay': defect<typeof Decode>(
    'gateway/decode.ts',
    'slow-device-clock',
    decoded((real) => (packet, context) => {
      const { messages, ...rest } = real.decodePacket(packet, context)
      return { ...rest, messages: messages.map((each) => ({ ...each, receivedAt: each.deviceAt ?? each.receivedAt })) }
    }),
  ),
  'a will that opens an emergency': defect<typeof Decode>(
    'gateway/decode.ts',
    'will-alone',
    decoded((real) => (packet, context) => real.decodePacket({ ...packet, will: false }, context)),
  ),
  'what a broker kept, taken for news': defect<typeof Decode>(
    'gateway/decode.ts',
    'stale-retained',
    decoded((real) => (packet, context) => real.decodePacket({ ...packet, retained: false }, context)),
  ),
  'history taken for what is now': defect<typeof Decode>(
    'gateway/decode.ts',
    'buffered-burst',
    decoded((real) => (packet, context) => {
      const { messages, ...rest } = real.decodePacket(packet, context)
      return { ...rest, messages: messages.map((each) => ({ ...each, live: true })) }
    }),
  ),
  'notices that go on after the acknowledgement': defect<typeof Outbox>(
    'rules/storage/outbox.ts',
    'acknowledged-but-dispatched',
    () => ({ withdrawNotices: () => Promise.resolve() }),
  ),
  'a notice that goes no other way': defect<typeof Outbox>('rules/storage/outbox.ts', 'provider-down', () => ({
    takeOtherWay: () => Promise.resolve(false),
  })),
  'a night that is looked up under the next day': defect<typeof Windows>(
    'rules/calendar/windows.ts',
    'overnight-window',
    (real) => ({
      isOpen: (windows, timezone, now) =>
        windows.some(({ days, ...times }) => {
          const isToday = days === undefined || real.isOpen([{ days, from: '00:00', to: '00:00' }], timezone, now)
          return isToday && real.isOpen([times], timezone, now)
        }),
      nextChange: (_windows, _timezone, now) => now + 60_000,
    }),
  ),
  'what was sent again, taken for news': defect<typeof Recent>(
    'rules/alarms/recent.ts',
    'duplicates-and-reordering',
    () => ({ isRemembered: () => false }),
  ),
  'chatter that is told each time': defect<typeof Machine>(
    'rules/alarms/machine.ts',
    'flood-of-one-device',
    (real) => ({
      observeAlarm: (alarm, ...more) => real.observeAlarm(alarm && { ...alarm, changedAt: [] }, ...more),
    }),
  ),
  'a first word that is no news': defect<typeof Evaluate>(
    'rules/alarms/evaluate.ts',
    'already-wet-at-start',
    (real) => ({
      evaluateMessage: (device, state, ...more) => {
        const known = [...state.conditions].map(([code, of]) => [code, { previous: of.state, ...of }] as const)
        return real.evaluateMessage(device, { ...state, conditions: new Map(known) }, ...more)
      },
    }),
  ),
  'what makes no sense, dropped': defect<typeof Rejections>('rules/storage/rejections.ts', 'corrupt-payloads', () => ({
    insertRejection: () => Promise.resolve(),
  })),
  'a ladder that maintenance does not quiet': defect<typeof Silenced>(
    'rules/escalation/silenced.ts',
    'maintenance-mutes-every-step',
    () => ({ isTicketSilenced: () => Promise.resolve(false) }),
  ),
  'a gap in the roster that nobody looks for': defect<typeof Gaps>('rules/dispatch/gaps.ts', 'empty-roster', () => ({
    dutyGaps: () => [],
  })),
}

afterEach(() => vi.resetModules())

it.each(Object.entries(DEFECTS))('%s is caught', async (_, { module, broken, scenario }) => {
  vi.resetModules()
  const path = `../../../${module}`
  vi.doMock(path, async (original) => {
    const real = await original()
    return { ...(real as object), ...broken(real as never) }
  })
  try {
    expect(await unmet(scenario)).not.toEqual([])
  } finally {
    vi.doUnmock(path)
  }
})

it.each([...new Set(Object.values(DEFECTS).map((each) => each.scenario))])(
  '%s passes where nothing is broken',
  async (scenario) => {
    vi.resetModules()
    expect(await unmet(scenario)).toEqual([])
  },
)

/** The expectations that a scenario did not meet. */
async function unmet(name: string): Promise<string[]> {
  const { findScenario } = await import('../../../simulators/reading/library.ts')
  const { readScenario } = await import('../../../simulators/reading/read.ts')
  const { playVirtually } = await import('../../../simulators/simulate.ts')
  const found = findScenario(name)
  if (!found.ok) throw new Error(found.message)
  const read = readScenario(found.file)
  if (!read.ok) throw new Error(read.faults[0]!.message)
  const { verdicts } = await playVirtually({ scenario: read.scenario, seed: '1' })
  return verdicts.filter(({ met }) => !met).map(({ expectation }) => expectation.text)
}
