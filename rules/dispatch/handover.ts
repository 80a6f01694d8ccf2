import { DAY_MS, type DutyGap, type Responder, type Site, type Ticket, WORKING_STATES } from '../model.ts'
import { isTicketSilenced } from '../escalation/silenced.ts'
import { askHandOver, askHandOvers, dropHandOversOf } from '../jobs/hand-over.ts'
import { isEmergency } from '../jobs/ready.ts'
import { isInHand } from '../jobs/tasks.ts'
import { broadcast, tellPeople } from '../notify/queue.ts'
import { type PlanBook, planOf } from '../plans/book.ts'
import { readSetting, saveSetting } from '../storage/records.ts'
import { listTickets } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import type { World } from '../world.ts'
import { assignAtOnce } from './assign.ts'
import { dutyGaps } from './gaps.ts'
import { nextDutyChange, onDuty } from './on-duty.ts'
import { dutyStretches, rostersOf } from './stretches.ts'

/** When a site's duty is looked at again, and what that was made from. */
export interface DutyWatch {
  nextAt: number
  timezone: string
  people: Pick<PlanBook, 'responder' | 'crew' | 'roster'>
}

/** A start, or an edit of many people, must not keep messages waiting: the other sites are looked at next tick. */
const SITES_IN_ONE_GO = 20

/** Sites where somebody comes or goes or a gap comes near, then those whose plans have changed since. */
export function sitesWithDueDuty({ sites, plans, duties }: World, now: number): string[] {
  const due: string[] = []
  const changed: string[] = []
  for (const site of sites.values()) {
    const watch = duties.get(site.id)
    if (watch !== undefined && watch.nextAt <= now) due.push(site.id)
    else if (watch === undefined ? plans.roster.size > 0 : !isOf(watch, site, plans)) changed.push(site.id)
  }
  return [...due, ...changed].slice(0, SITES_IN_ONE_GO)
}

const isOf = ({ timezone, people }: DutyWatch, site: Site, { responder, crew, roster }: PlanBook) =>
  timezone === site.timezone && people.responder === responder && people.crew === crew && people.roster === roster

/**
 * An emergency that waited for somebody goes to who is there now, and those who came are told what those who left had
 * in hand, who left is to hand an emergency over; a gap that comes near is told. Each once.
 */
export async function meetDuty(work: Work, site: string): Promise<void> {
  const book = work.draft.plans()
  const timezone = work.draft.timezoneOf(site)
  const isKept = rostersOf(book, site).length > 0
  // Where the last roster is gone, those who were on duty by it have left.
  if (!isKept && (await lastLook(work, site)) !== null) await handOver(work, book, site, timezone)
  const nextAt = isKept ? await lookAt(work, book, site, timezone) : Infinity
  work.draft.setDuty(site, { nextAt, timezone, people: book })
}

async function lookAt(work: Work, book: PlanBook, site: string, timezone: string): Promise<number> {
  await giveWaiting(work, site)
  await handOver(work, book, site, timezone)
  const lookForGaps = await tellGaps(work, book, site, timezone)
  const withinDays = Math.ceil((lookForGaps - work.now) / DAY_MS)
  return Math.min(nextDutyChange(book, site, timezone, work.now, withinDays) ?? Infinity, lookForGaps)
}

const TICKETS_GIVEN = 50

async function giveWaiting(work: Work, site: string): Promise<void> {
  const query = { sites: [site], states: ['pending_dispatch'], priority: 'critical', limit: TICKETS_GIVEN } as const
  for (const ticket of await listTickets(work.db, query)) {
    if (!(await isTicketSilenced(work, ticket))) await assignAtOnce(work, ticket)
  }
}

/** Also over nights and days off in between. */
const LOOKED_BACK_MS = 2 * DAY_MS
const TICKETS_TOLD = 50

/** When a site was looked at last, and who was on duty lately and until when at least, whatever plans say by now. */
interface Look {
  at: number
  seen: Readonly<Record<string, number>>
}

const lookSetting = (site: string) => `handover:${site}`

async function lastLook(work: Work, site: string): Promise<Look | null> {
  const setting = await readSetting(work.db, lookSetting(site))
  if (setting === null) return null
  const look = JSON.parse(setting) as Look | number
  if (typeof look !== 'number') return look
  const then = present(work.draft.plans(), site, work.draft.timezoneOf(site), look)
  return { at: look, seen: seenAt(then, look) }
}

const seenAt = (responders: readonly string[], at: number) => Object.fromEntries(responders.map((id) => [id, at]))

/** Those who only stay for the handover have left. */
const present = (book: PlanBook, site: string, timezone: string, at: number): string[] =>
  onDuty(book, site, timezone, at).flatMap(({ responder, leaving }) => (leaving ? [] : [responder]))

async function handOver(work: Work, book: PlanBook, site: string, timezone: string): Promise<void> {
  const last = await lastLook(work, site)
  const here = present(book, site, timezone, work.now)
  const isHere = new Set(here)
  const lately = Object.entries(last?.seen ?? {}).filter(([, at]) => at >= work.now - LOOKED_BACK_MS)
  const look: Look = { at: work.now, seen: { ...Object.fromEntries(lately), ...seenAt(here, work.now) } }
  await saveSetting(work.db, lookSetting(site), JSON.stringify(look))
  if (last === null) return
  const came = peopleOf(
    book,
    here.filter((id) => last.seen[id] !== last.at),
  )
  const awaySince = (since: number) => {
    const onDutyThen = dutyStretches(book, site, timezone, since, work.now).map(({ responder }) => responder)
    const seenThen = Object.keys(last.seen).filter((id) => last.seen[id]! >= since)
    return [...new Set([...onDutyThen, ...seenThen])].filter((id) => !isHere.has(id))
  }
  await dropHandOversOf(work, site, isHere)
  await askHandOvers(work, site, awaySince(last.at), came.length > 0 ? came : peopleOf(book, here))
  if (came.length === 0) return
  const away = awaySince(work.now - LOOKED_BACK_MS)
  const query = { sites: [site], states: WORKING_STATES, assignees: away, limit: TICKETS_TOLD + 1 }
  const open = away.length === 0 ? [] : await listTickets(work.db, query)
  const holders = new Set([...awaySince(last.at), ...open.map(({ assignee }) => assignee)])
  const body = {
    site,
    coming: came.map(({ id }) => id),
    leaving: away.filter((id) => holders.has(id)),
    open: open.length > TICKETS_TOLD ? `${TICKETS_TOLD}+` : open.length,
    tickets: open.slice(0, TICKETS_TOLD).map(inHand),
  }
  const emergency = open.some(isEmergency)
  await tellPeople(work, came, { kind: 'roster.handover', emergency, site, body })
}

/** It has become an emergency in the hands of somebody whose shift had ended: he does not leave it open either. */
export async function askWhoLeft(work: Work, before: Ticket, ticket: Ticket): Promise<void> {
  const { site, assignee } = ticket
  if (isEmergency(before) || !isEmergency(ticket) || !isInHand(ticket)) return
  const book = work.draft.plans()
  const timezone = work.draft.timezoneOf(site)
  const here = present(book, site, timezone, work.now)
  if (assignee === null || here.includes(assignee)) return
  const turns = dutyStretches(book, site, timezone, work.now - LOOKED_BACK_MS, work.now)
  const { seen = {} } = (await lastLook(work, site)) ?? {}
  const wasHere = turns.some(({ responder }) => responder === assignee) || Object.hasOwn(seen, assignee)
  if (wasHere) await askHandOver(work, ticket, peopleOf(book, here))
}

const peopleOf = (book: PlanBook, ids: readonly string[]): Responder[] =>
  ids.flatMap((id) => planOf(book, 'responder', id) ?? [])

const inHand = ({ id, number, title, location, priority, state, assignee }: Ticket) => ({
  id,
  number,
  title,
  location,
  priority,
  state,
  assignee,
})

/** So long before it begins a gap is told, so that nobody learns of it at night. */
const GAPS_AHEAD_MS = DAY_MS

type ToldGap = Pick<DutyGap, 'skill' | 'from' | 'to'>

/** Answers when it is to look again. A gap that was told and goes on or grows is the same one. */
async function tellGaps(work: Work, book: PlanBook, site: string, timezone: string): Promise<number> {
  const { now } = work
  const near = now + GAPS_AHEAD_MS
  const gaps = dutyGaps(book, site, timezone, now, near + GAPS_AHEAD_MS)
  const setting = `duty-gaps:${site}`
  const told = JSON.parse((await readSetting(work.db, setting)) ?? '[]') as ToldGap[]
  const isSame = (gap: ToldGap) => (other: ToldGap) =>
    other.skill === gap.skill && other.from <= gap.to && gap.from <= other.to
  const coming = gaps.filter(({ from }) => from <= near)
  for (const gap of coming) {
    if (told.some(isSame(gap))) continue
    const { skill, roster, from, to } = gap
    await broadcast(work, { kind: 'roster.gap', emergency: false, site, body: { site, skill, roster, from, to } })
  }
  const kept = coming.map(({ skill, from, to }): ToldGap => ({ skill, from, to }))
  if (told.length + kept.length > 0) await saveSetting(work.db, setting, JSON.stringify(kept))
  const later = gaps.filter(({ from }) => from > near).map(({ from }) => from - GAPS_AHEAD_MS)
  return Math.min(near, ...later)
}
