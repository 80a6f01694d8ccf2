/** Simulated crews: people who take each ticket through the HTTP API, as a dispatcher and responders would. */
import type { Clock } from '../rules/clock.ts'
import {
  type AlarmState,
  type Milestone,
  type Party,
  SECOND_MS,
  type TicketAction,
  type TicketCategory,
  type TicketState,
} from '../rules/model.ts'
import { pause, ServiceProblem } from './drivers.ts'
import type { ServiceApi } from './drivers.ts'
import type { LiveEvent } from './follow.ts'
import type { SeededRandom } from './random.ts'
import type { CrewMember, Scenario } from './scenarios/scenario.ts'

/** Of a ticket, what a crew looks at. */
export interface SeenTicket {
  id: string
  number: string
  state: TicketState
  category: TicketCategory
  site: string
  location: string
  device: string | null
  title: string
  titles?: { zh: string; en: string }
  assignee: string | null
  /** What its alarms told devices to do. */
  commands?: { device: string; command: string }[]
  openedAt: string
  clocks: { milestone: Milestone; party: Party; dueAt: string; metAt: string | null }[]
}

export interface SeenAlarm {
  id: string
  state: AlarmState
  active: boolean
  latched?: boolean
  site: string
  device: string
  ticket: string | null
}

type Step = 'assign' | 'accept' | 'depart' | 'arrive' | 'repair' | 'complete' | 'sign-off' | 'close'

/** How long after the step before it each step is taken, in milliseconds. */
export type Plan = Readonly<Record<Step, number>>

/** The share of jobs that misses a promise: on site after ten minutes, or accepted after three. */
const LATE_SHARE = 1 / 8

/** How a crew will handle one job. `punctual` ones are in time for certain and a little quicker. */
export function planJob(random: SeededRandom, punctual = false): Plan {
  const seconds = (from: number, to: number) => random.integer(from * SECOND_MS, to * SECOND_MS)
  const late = random.chance(LATE_SHARE) && !punctual
  const lateArrival = late && random.chance(0.6)
  const assign = seconds(12, 35)
  const accept = late && !lateArrival ? seconds(185, 260) - assign : seconds(15, 60)
  const depart = seconds(8, 25)
  const arrived = lateArrival ? seconds(615, 800) : punctual ? seconds(200, 300) : seconds(320, 560)
  return {
    assign,
    accept,
    depart,
    arrive: arrived - assign - accept - depart,
    repair: seconds(60, 150),
    complete: seconds(20, 50),
    'sign-off': seconds(15, 45),
    close: seconds(10, 30),
  }
}

/** `null` where nothing is left to do, or where somebody decided to wait. */
function nextStep(state: TicketState, repaired: boolean): Step | null {
  switch (state) {
    case 'pending_dispatch':
      return 'assign'
    case 'assigned':
      return 'accept'
    case 'accepted':
      return 'depart'
    case 'en_route':
      return 'arrive'
    case 'on_site':
      return repaired ? 'complete' : 'repair'
    case 'completed':
      return 'sign-off'
    case 'signed_off':
      return 'close'
    case 'on_hold':
    case 'closed':
    case 'cancelled':
      return null
  }
}

/** Six minutes and twelve seconds are `6 min 12 s`. */
export function spell(ms: number): string {
  const seconds = Math.round(ms / SECOND_MS)
  const minutes = Math.floor(seconds / 60)
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`
}

interface Job {
  ticket: SeenTicket
  plan: Plan
  repaired: boolean
  /** When the last step was taken. */
  sinceMs: number
  /** After a failure, when to try again. */
  notBeforeMs: number
}

interface Watch {
  alarm: SeenAlarm
  sinceMs: number
  acknowledgeMs: number
  repairMs: number
  /** Nothing more to do until it changes. */
  settled: boolean
  notBeforeMs: number
}

export interface CrewOptions {
  api: ServiceApi
  scenario: Scenario
  random: SeededRandom
  clock: Clock
  /** Divides every delay. */
  speed: number
  /** Takes the physical faults of a device away. */
  repair: (device: string) => readonly string[]
  signal: AbortSignal
  log: (line: string) => void
  /** What could not be done, and why. */
  onTrouble: (what: string, reason: string) => void
}

const LOOK_EVERY_MS = 200
const TRY_AGAIN_MS = 5_000

/** Works until the signal. Tickets and alarms of devices that are not the scenario's own are left to others. */
export async function runCrews(options: CrewOptions): Promise<void> {
  const crews = createCrews(options)
  const watching = options.api.follow(crews.hear, (reason) => options.onTrouble('the live stream broke off', reason))
  while (await pause(LOOK_EVERY_MS, options.signal)) await crews.work()
  await watching
}

function createCrews({ api, scenario, random, clock, speed, repair, signal, log, onTrouble }: CrewOptions) {
  const jobs = new Map<string, Job>()
  const watches = new Map<string, Watch>()
  const own = new Set(scenario.devices.map(({ id }) => id))
  let jobsSeen = 0

  const seeTicket = (ticket: SeenTicket) => {
    const job = jobs.get(ticket.id)
    const over = ticket.state === 'closed' || ticket.state === 'cancelled'
    if (ticket.site !== scenario.site.id || (ticket.device !== null && !own.has(ticket.device))) return
    if (over) jobs.delete(ticket.id)
    else if (!job) {
      const plan = planJob(random.fork(`job ${jobsSeen}`), jobsSeen === 0)
      jobsSeen += 1
      jobs.set(ticket.id, { ticket, plan, repaired: false, sinceMs: clock.now(), notBeforeMs: 0 })
      const title = ticket.titles?.en ?? ticket.title
      log(`ticket ${ticket.number} is open: ${title}`)
    } else {
      if (job.ticket.state !== ticket.state) job.sinceMs = clock.now()
      job.ticket = ticket
    }
  }

  const seeAlarm = (alarm: SeenAlarm) => {
    const watch = watches.get(alarm.id)
    if (!own.has(alarm.device) || alarm.site !== scenario.site.id) return
    if (alarm.state === 'normal') watches.delete(alarm.id)
    else if (watch?.alarm.state === alarm.state && watch.alarm.active === alarm.active) watch.alarm = alarm
    else {
      const acknowledgeMs = alarm.active ? random.integer(40_000, 90_000) : random.integer(8_000, 25_000)
      const repairMs = random.integer(150_000, 320_000)
      watches.set(alarm.id, { alarm, sinceMs: clock.now(), acknowledgeMs, repairMs, settled: false, notBeforeMs: 0 })
    }
  }

  const hear = ({ event, data }: LiveEvent) => {
    const said = data as { tickets?: SeenTicket[]; alarms?: SeenAlarm[]; ticket?: SeenTicket; alarm?: SeenAlarm }
    if (event === 'snapshot') {
      // What ended while nobody listened is not in the snapshot.
      const open = new Set(said.tickets?.map(({ id }) => id))
      for (const id of jobs.keys()) if (!open.has(id)) jobs.delete(id)
      const raised = new Set(said.alarms?.map(({ id }) => id))
      for (const id of watches.keys()) if (!raised.has(id)) watches.delete(id)
      said.tickets?.forEach(seeTicket)
      said.alarms?.forEach(seeAlarm)
    }
    if (event === 'ticket' && said.ticket) seeTicket(said.ticket)
    if (event === 'alarm' && said.alarm) seeAlarm(said.alarm)
  }

  const act = async (job: Job, action: TicketAction, body: object): Promise<boolean> => {
    const path = `/tickets/${encodeURIComponent(job.ticket.id)}`
    try {
      seeTicket((await api.request('POST', `${path}/${action}`, body)) as SeenTicket)
      return true
    } catch (error) {
      if (!(error instanceof ServiceProblem) || error.status !== 409) throw error
      // Somebody else was quicker.
      seeTicket((await api.request('GET', path)) as SeenTicket)
      return false
    }
  }

  /** The water comes back when the work is done: what closed a valve never opens it. */
  const openAgain = async ({ number, commands = [] }: SeenTicket) => {
    const closed = new Set(commands.filter(({ command }) => command === 'close').map(({ device }) => device))
    for (const device of closed) {
      await api.request('POST', `/devices/${encodeURIComponent(device)}/commands`, { command: 'open' })
      log(`ticket ${number}: ${device} is opened again`)
    }
  }

  const take = async (job: Job, step: Step) => {
    const { ticket } = job
    switch (step) {
      case 'assign': {
        const assignee = choose(scenario.crew, ticket.category, [...jobs.values()])
        if (await act(job, 'assign', { assignee })) log(`ticket ${ticket.number}: ${assignee} is sent`)
        return
      }
      case 'repair':
        job.repaired = true
        job.sinceMs = clock.now()
        if (ticket.device !== null) repair(ticket.device)
        return
      case 'arrive':
        if (await act(job, step, {})) log(arrivalLine(job.ticket))
        return
      case 'sign-off': {
        // Where somebody else completed the work, the repair belongs to it.
        if (!job.repaired && ticket.device !== null) repair(ticket.device)
        job.repaired = true
        const signature = random.pick(scenario.signers)
        if (await act(job, step, { signature })) log(`ticket ${ticket.number}: done, signed by ${signature}`)
        await openAgain(ticket)
        return
      }
      case 'close':
        if (await act(job, step, {})) log(`ticket ${ticket.number} is closed`)
        return
      case 'accept':
      case 'depart':
      case 'complete':
        await act(job, step, {})
        return
    }
  }

  const workJob = async (job: Job) => {
    if (clock.now() < job.notBeforeMs) return
    const step = nextStep(job.ticket.state, job.repaired)
    if (step && clock.now() >= job.sinceMs + job.plan[step] / speed) await take(job, step)
  }

  const workAlarm = async (watch: Watch) => {
    const { alarm } = watch
    if (clock.now() < watch.notBeforeMs) return
    const waitedMs = (clock.now() - watch.sinceMs) * speed
    const post = async (action: 'acknowledge' | 'reset') => {
      const path = `/alarms/${encodeURIComponent(alarm.id)}/${action}`
      try {
        const after = (await api.request('POST', path)) as SeenAlarm
        watch.settled = true
        seeAlarm(after)
      } catch (error) {
        if (!(error instanceof ServiceProblem) || error.status !== 409) throw error
        watch.settled = true
      }
    }
    // Nobody is sent for an alarm without a ticket, so the engineer who looks around sees to it.
    const nobodySent = alarm.ticket === null && [...jobs.values()].every(({ ticket }) => ticket.device !== alarm.device)
    if (alarm.active && nobodySent && waitedMs >= watch.repairMs) repair(alarm.device)
    if (watch.settled || waitedMs < watch.acknowledgeMs) return
    if (alarm.state !== 'acked') await post('acknowledge')
    else if (alarm.latched && !alarm.active) await post('reset')
  }

  const guarded = async (entry: Job | Watch, what: string, work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      if (signal.aborted) return
      onTrouble(`${what} could not be seen to`, (error as Error).message)
      entry.notBeforeMs = clock.now() + TRY_AGAIN_MS
    }
  }

  return {
    hear,
    /** Takes every step that is due by now. */
    async work() {
      for (const job of jobs.values()) await guarded(job, `ticket ${job.ticket.number}`, () => workJob(job))
      for (const watch of watches.values()) {
        await guarded(watch, `the alarm of ${watch.alarm.device}`, () => workAlarm(watch))
      }
    },
  }
}

/** Somebody of the trade who is free; else anybody free; else who has least to do. */
function choose(crew: readonly CrewMember[], category: TicketCategory, jobs: readonly Job[]): string {
  const busy = ({ name }: CrewMember) => jobs.filter(({ ticket }) => ticket.assignee === name).length
  const away = (member: CrewMember) => busy(member) * 2 + (member.categories.includes(category) ? 0 : 1)
  const [first] = [...crew].sort((a, b) => away(a) - away(b))
  if (!first) throw new Error('a scenario needs at least one person in its crew')
  return first.name
}

function arrivalLine(ticket: SeenTicket): string {
  const clock = ticket.clocks.find(({ milestone, party }) => milestone === 'arrive' && party === 'property')
  const line = `ticket ${ticket.number}: ${ticket.assignee ?? 'somebody'} on site`
  if (!clock?.metAt) return line
  const lateMs = Date.parse(clock.metAt) - Date.parse(clock.dueAt)
  const afterMs = Date.parse(clock.metAt) - Date.parse(ticket.openedAt)
  return `${line} after ${spell(afterMs)}${lateMs > 0 ? `, ${spell(lateMs)} late` : ''}`
}
