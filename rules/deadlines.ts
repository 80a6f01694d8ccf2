import { applyStep } from './alarms/apply.ts'
import { evaluateTime } from './alarms/evaluate.ts'
import { reevaluate } from './alarms/reevaluate.ts'
import { dueReevaluation, type Reevaluation } from './alarms/windows.ts'
import { devicesWithDueControls, meetControls } from './control/due.ts'
import { meetDuty, sitesWithDueDuty } from './dispatch/handover.ts'
import { breachCallIns } from './dispatch/call-in.ts'
import { hasDueDrills, meetDrills } from './drills/end.ts'
import { meetSteps } from './escalation/fire.ts'
import { tellOverdue } from './follow-ups/due.ts'
import { sampleMonth, sitesToSample } from './follow-ups/month.ts'
import { hasDueMutes, meetMutes } from './mutes/apply.ts'
import type { DueDevices } from './due-devices.ts'
import { meetNotices } from './notify/commands.ts'
import { callInsOverdue } from './storage/call-ins.ts'
import type { Db } from './storage/connect.ts'
import { untoldFollowUps } from './storage/follow-up-queue.ts'
import { dueStepIds } from './storage/ladder-steps.ts'
import { waitingTooLong } from './storage/outbox.ts'
import { overdueTicketIds, ticketsStillOverdue } from './storage/tickets.ts'
import { meetSurveys, sitesWithDueSurveys } from './surveys/periodic.ts'
import { breachTicket } from './tickets/apply.ts'
import type { Work } from './work.ts'
import type { World } from './world.ts'

/** What is due at a moment: the same whether the process ran all the time or has just started. */
export interface Due {
  devices: readonly string[]
  /** Devices with a command that is to be sent again or has expired. */
  controls: readonly string[]
  /** A drill whose time is up. */
  drills: boolean
  /** A mute that begins, ends or is to be reminded of. */
  mutes: boolean
  /** Tickets with a clock that ran out. */
  tickets: readonly string[]
  callIns: boolean
  /** Steps of ladders. */
  steps: readonly string[]
  /** A notice that was not sent in its time and goes another way. */
  notices: boolean
  reevaluation: Reevaluation | null
  /** Sites where a shift changes or a gap in the roster comes near. */
  duties: readonly string[]
  /** Follow-ups that nobody asked in time. */
  followUps: readonly string[]
  /** Sites where a month has ended. */
  samples: readonly string[]
  /** Sites where it is to be asked whether a periodic survey opens. */
  surveys: readonly string[]
}

/** Of clocks and of steps so many a tick; what is left is due at the next. */
const FOUND_MAX = 20_000

export async function findDue(reader: Db, world: World, dueDevices: DueDevices, now: number): Promise<Due> {
  return {
    devices: dueDevices.at(now),
    controls: devicesWithDueControls(world, now),
    drills: hasDueDrills(world, now),
    mutes: hasDueMutes(world, now),
    tickets: await overdueTicketIds(reader, now, FOUND_MAX),
    callIns: (await callInsOverdue(reader, now)).length > 0,
    steps: await dueStepIds(reader, now, FOUND_MAX),
    notices: (await waitingTooLong(reader, now, 1)).length > 0,
    reevaluation: dueReevaluation(world, now),
    duties: sitesWithDueDuty(world, now),
    followUps: await untoldFollowUps(reader, now, FOUND_MAX),
    samples: sitesToSample(world, now),
    surveys: sitesWithDueSurveys(world, now),
  }
}

/** A building that falls silent at once must not keep its other messages waiting: so many devices a transaction. */
const DEVICES_IN_ONE_GO = 250
/** Likewise where a hundred lifts stop at once. */
const TICKETS_IN_ONE_GO = 25
const STEPS_IN_ONE_GO = 5
/** Likewise after an edit of a roster: two days of a site's duty cost some milliseconds. */
const DUTIES_IN_ONE_GO = 2
const FOLLOW_UPS_IN_ONE_GO = 25
/** A month of a site may be thousands of jobs. */
const SAMPLES_IN_ONE_GO = 5
const SURVEYS_IN_ONE_GO = 20

const NOTHING: Due = {
  devices: [],
  controls: [],
  drills: false,
  mutes: false,
  tickets: [],
  callIns: false,
  steps: [],
  notices: false,
  reevaluation: null,
  duties: [],
  followUps: [],
  samples: [],
  surveys: [],
}

/**
 * What is due, a transaction each, of at most so many in one, in the order of `meetDeadlines`; none where nothing is
 * due.
 */
export function* inSlices(due: Due, atMost = Infinity): Iterable<Due> {
  const { devices, controls, drills, mutes, tickets, callIns, steps, notices, reevaluation, duties } = due
  const { followUps, samples, surveys } = due
  const size = (usual: number) => Math.min(usual, atMost)
  if (drills) yield { ...NOTHING, drills }
  if (mutes) yield { ...NOTHING, mutes }
  for (const some of chunks(devices, size(DEVICES_IN_ONE_GO))) yield { ...NOTHING, devices: some }
  if (reevaluation !== null || controls.length > 0) yield { ...NOTHING, controls, reevaluation }
  for (const some of chunks(tickets, size(TICKETS_IN_ONE_GO))) yield { ...NOTHING, tickets: some }
  if (callIns) yield { ...NOTHING, callIns }
  for (const some of chunks(steps, size(STEPS_IN_ONE_GO))) yield { ...NOTHING, steps: some }
  for (const some of chunks(duties, size(DUTIES_IN_ONE_GO))) yield { ...NOTHING, duties: some }
  for (const some of chunks(followUps, size(FOLLOW_UPS_IN_ONE_GO))) yield { ...NOTHING, followUps: some }
  for (const some of chunks(samples, size(SAMPLES_IN_ONE_GO))) yield { ...NOTHING, samples: some }
  for (const some of chunks(surveys, size(SURVEYS_IN_ONE_GO))) yield { ...NOTHING, surveys: some }
  if (notices) yield { ...NOTHING, notices }
}

function* chunks<T>(all: readonly T[], size: number): Iterable<readonly T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size)
}

/**
 * Drills, mutes, delays, holds, silences, windows, commands, clocks that ran out, steps of ladders, shifts, each once;
 * and last what waits too long to be sent.
 */
export async function meetDeadlines(work: Work, due: Due): Promise<void> {
  if (due.drills) await meetDrills(work)
  if (due.mutes) await meetMutes(work)
  for (const id of due.devices) {
    const record = work.draft.device(id)
    if (!record || record.device.retiredAt !== null) continue
    const { device, state, alarms } = record
    const evaluated = evaluateTime(device, state, alarms, work.rules, work.now, work.newId, work.draft)
    work.draft.fail(evaluated.faults, work.now)
    for (const step of evaluated.steps) await applyStep(work, id, step)
  }
  if (due.reevaluation !== null) {
    await reevaluate(work, due.reevaluation.rules)
    work.draft.setWindows(due.reevaluation.windows)
  }
  await meetControls(work, due.controls)
  if (due.tickets.length > 0) await meetClocks(work, due.tickets)
  if (due.callIns) await breachCallIns(work)
  if (due.steps.length > 0) await meetSteps(work, due.steps)
  for (const site of due.duties) await meetDuty(work, site)
  if (due.followUps.length > 0) await tellOverdue(work, due.followUps)
  for (const site of due.samples) await sampleMonth(work, site)
  for (const site of due.surveys) await meetSurveys(work, site)
  if (due.notices) await meetNotices(work)
}

async function meetClocks(work: Work, tickets: readonly string[]): Promise<void> {
  for (const ticket of await ticketsStillOverdue(work.db, tickets, work.now)) await breachTicket(work, ticket)
}
