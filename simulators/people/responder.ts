import { MINUTE_MS } from '../../rules/model.ts'
import { PERSON_EVENTS, type PersonEvent, type ResponderDescription } from '../scenario.ts'
import type { Around, OnRefusal, Person } from './around.ts'
import { type JobPlan, PHOTOS, planJob, repairOf } from './job.ts'
import type { Action, Request, SeenTicket } from './news.ts'
import { type Spot, walkMs } from './way.ts'

type Step = 'depart' | 'arrive' | 'first-handling' | 'repair' | 'complete'

interface Job {
  ticket: string
  plan: JobPlan
}

export interface Responder extends Person {
  event(event: PersonEvent, forMs: number | null, atMs: number): void
  /** Whether he can be asked to do something with his phone. */
  isReachable(atMs: number): boolean
  hasQuit(atMs: number): boolean
}

/** What waits for somebody else, such as a hold or an approval, is tried again so often, this long after each try. */
const TRIES_MAX = 30
const TRY_AGAIN_MS = MINUTE_MS
/** What stops the damage comes early in a repair. */
const FIRST_HANDLING_SHARE = 0.25

const isOpen = ({ state }: SeenTicket) => state === 'pending_dispatch' || state === 'assigned'
const isOver = ({ state }: SeenTicket) => state === 'closed' || state === 'cancelled'

/**
 * Somebody who is sent. He knows of jobs by what reaches his phone, has one at a time in hand and takes the next when
 * it is done, an emergency first. Without his phone he hears nothing and can tell nobody how far he is; on a break he
 * answers nobody and goes on with what he has in hand.
 */
export function createResponder(who: ResponderDescription, around: Around): Responder {
  const { agenda, tickets, ask } = around
  const { id } = who
  const [answering, working] = [`${id} answers`, `${id} works`]
  const untilMs = new Map<PersonEvent, number>(PERSON_EVENTS.map((event) => [event, -Infinity]))
  const until = (event: PersonEvent) => untilMs.get(event)!
  /** When he heard that he is asked. */
  const asked = new Map<string, number>()
  const missed = new Set<string>()
  let job: Job | null = null
  let spot: Spot = { building: who.building, floor: 0 }

  const post = (ticket: string, action: string, body: object | Uint8Array, onRefusal?: OnRefusal): Request =>
    ask({ person: id, path: `tickets/${ticket}/${action}`, body, as: id }, onRefusal)

  const drop = (atMs: number) => {
    job = null
    agenda.drop(working)
    think(atMs)
  }

  /** Whom he answers next, and when. */
  const think = (atMs: number) => {
    agenda.drop(answering)
    if (job || until('quits') > atMs) return
    const rank = ({ priority }: SeenTicket) => (priority === 'critical' ? 0 : 1)
    const [first] = [...asked]
      .flatMap(([ticket, sinceMs]) => {
        const seen = tickets.get(ticket)
        return seen ? [{ seen, sinceMs }] : []
      })
      .sort((a, b) => rank(a.seen) - rank(b.seen) || a.sinceMs - b.sinceMs)
    if (!first) return
    const jobPlan = planJob(who, first.seen.number, around.random)
    const answersMs = Math.max(first.sinceMs + jobPlan.acceptsMs, until('takes_break'), until('loses_phone'), atMs)
    agenda.note(answering, answersMs, (now) => answer(first.seen.id, jobPlan, now))
  }

  const answer = (ticket: string, jobPlan: JobPlan, atMs: number): Action[] => {
    const seen = tickets.get(ticket)
    asked.delete(ticket)
    if (!seen || !isOpen(seen)) {
      think(atMs)
      return []
    }
    if (jobPlan.declines || until('declines') > atMs) {
      // Said without an end it is the next one only.
      if (until('declines') === Infinity) untilMs.set('declines', atMs)
      think(atMs)
      // Who was only called beside others leaves it to them.
      return seen.assignee === id ? [post(ticket, 'decline', {})] : []
    }
    job = { ticket, plan: jobPlan }
    go('depart', atMs + jobPlan.departsMs)
    return [post(ticket, 'accept', {}, (_status, _detail, now) => abandon(ticket, now))]
  }

  const abandon = (ticket: string, atMs: number) => {
    if (job?.ticket === ticket) drop(atMs)
  }

  const go = (step: Step, atMs: number, tries = 0) => agenda.note(working, atMs, (now) => work(step, now, tries))

  const work = (step: Step, atMs: number, tries: number): Action[] => {
    const seen = job && tickets.get(job.ticket)
    if (!job || !seen) {
      drop(atMs)
      return []
    }
    if (step !== 'repair' && until('loses_phone') > atMs) {
      go(step, until('loses_phone'))
      return []
    }
    const { ticket, plan: jobPlan } = job
    const orAgain: OnRefusal = (status, _detail, now) => {
      if (job?.ticket !== ticket) return
      if (status === 409 && tries < TRIES_MAX) go(step, now + TRY_AGAIN_MS, tries + 1)
      else drop(now)
    }
    switch (step) {
      case 'depart': {
        const late = jobPlan.late || until('is_late') > atMs
        go('arrive', atMs + walkMs(around.metres(spot, around.spotOf(seen)), who.walksMps, late))
        return [post(ticket, step, {}, orAgain)]
      }
      case 'arrive': {
        spot = around.spotOf(seen)
        const firstMs = Math.round(jobPlan.repairsMs * FIRST_HANDLING_SHARE)
        if (seen.priority === 'critical') go('first-handling', atMs + firstMs)
        else go('repair', atMs + jobPlan.repairsMs)
        return [post(ticket, step, {}, orAgain)]
      }
      case 'first-handling':
        go('repair', atMs + Math.round(jobPlan.repairsMs * (1 - FIRST_HANDLING_SHARE)))
        return [post(ticket, step, {})]
      case 'repair':
        go('complete', atMs + jobPlan.completesMs)
        return around.devicesOf(seen).map((repairs) => ({ person: id, repairs }))
      case 'complete':
        drop(atMs)
        return [complete(seen, 0)]
    }
  }

  /** What its commitments ask to be shown is added when the service says so. */
  const complete = (seen: SeenTicket, tries: number): Request =>
    post(seen.id, 'complete', repairOf(seen.category), (status, detail, now) => {
      if (status !== 409 || tries >= TRIES_MAX) return
      const photos = (['before', 'after'] as const).filter((kind) => detail.includes(`photo_${kind}`))
      const againMs = photos.length > 0 && tries === 0 ? now : now + TRY_AGAIN_MS
      agenda.note(`${id} completes ${seen.id}`, againMs, () => [
        ...photos.map((kind) => post(seen.id, `photos?kind=${kind}`, PHOTOS[kind])),
        complete(seen, tries + 1),
      ])
    })

  const say = (says: string, atMs: number) => agenda.note(`${id} says ${says}`, atMs, () => [{ person: id, says }])

  const responder: Responder = {
    called(ticket, atMs) {
      if (until('quits') > atMs || job?.ticket === ticket || asked.has(ticket)) return
      if (until('loses_phone') > atMs) {
        missed.add(ticket)
        say(`${who.name} does not hear that he is called: he has lost his phone`, atMs)
        return
      }
      asked.set(ticket, atMs)
      think(atMs)
    },
    seen(ticket, atMs) {
      const isAnothers = !isOpen(ticket) && ticket.assignee !== id
      if (job?.ticket === ticket.id && (isOver(ticket) || isAnothers)) drop(atMs)
      if (!asked.has(ticket.id)) return
      if (!isOpen(ticket)) asked.delete(ticket.id)
      think(atMs)
    },
    event(event, forMs, atMs) {
      untilMs.set(event, atMs + (forMs ?? Infinity))
      if (event === 'quits') {
        asked.clear()
        missed.clear()
        drop(atMs)
      }
      if (event === 'loses_phone') {
        agenda.note(`${id} finds`, until(event), (now) => {
          for (const ticket of missed) responder.called(ticket, now)
          missed.clear()
          return [{ person: id, says: `${who.name} has found his phone` }]
        })
      }
      think(atMs)
    },
    isReachable: (atMs) => until('quits') <= atMs && until('loses_phone') <= atMs,
    hasQuit: (atMs) => until('quits') > atMs,
  }
  return responder
}
