import { wallTime } from '../calendar/zone.ts'
import type { ChannelSettings, Intake, Milestone, Notice, Ticket, TicketAction } from '../model.ts'
import { PHONE } from '../notify/channels/schema.ts'
import { newNotice, tellOfNotices } from '../notify/queue.ts'
import { dialled, serves } from '../notify/routes.ts'
import { plansOf, responderName } from '../plans/book.ts'
import { insertNotice, noticesOf } from '../storage/outbox.ts'
import { tasksOf } from '../storage/tasks.ts'
import { findTicket, historyOf } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import { reportersOf } from './resident.ts'
import { isToldTogether, openTask } from './tasks.ts'

/** What residents are told of a step, without anything that another resident said. */
export interface Progress {
  step: string
  said: { zh: string; en: string }
  reason?: string
  plan?: string
  /** A message that waits is not sent once the ticket has reached it. */
  until: Milestone | null
}

/** Whom somebody at the desk telephones. */
export interface ToTelephone {
  name: string
  phone: string
  household: string
  /** Of his report. */
  number: string
}

/** A ticket has moved: who reported it hears of it by the way that he chose. */
export async function tellProgress(work: Work, ticket: Ticket, action: TicketAction): Promise<void> {
  if (action !== 'accept' && action !== 'depart' && action !== 'hold' && action !== 'complete') return
  const residents = await listening(work, ticket)
  if (residents.length === 0) return
  const reason = action === 'hold' ? ((await historyOf(work.db, ticket.id)).at(-1)?.note ?? '') : ''
  await tell(work, ticket, residents, { ...progressOf(work, ticket, action), ...(reason !== '' && { reason }) })
}

/** How they were told: by a text message, by a task for the desk to telephone, or nobody listens. */
export async function tellResidents(work: Work, ticket: Ticket, progress: Progress): Promise<'sms' | 'task' | null> {
  return tell(work, ticket, await listening(work, ticket), progress)
}

/** Each telephone once, with what its last report asks for. */
async function listening(work: Work, ticket: Ticket): Promise<Intake[]> {
  const intakes = await reportersOf(work.db, ticket)
  const each = new Map(intakes.map((intake) => [dialled(intake.phone) || intake.id, intake]))
  return [...each.values()].filter(({ progress }) => progress !== 'none')
}

async function tell(
  work: Work,
  ticket: Ticket,
  residents: readonly Intake[],
  progress: Progress,
): Promise<'sms' | 'task' | null> {
  if (residents.length === 0) return null
  const channel = textChannel(work, ticket.site)
  const told = await toldOf(work, ticket, progress.step)
  const isTexted = ({ progress: way, phone }: Intake) =>
    way === 'sms' && channel !== null && PHONE.test(dialled(phone)) && !told.has(dialled(phone))
  const texted = residents.filter(isTexted)
  for (const intake of texted) await text(work, ticket, channel!.id, intake, progress)
  const others = residents.filter((intake) => !isTexted(intake))
  if (others.length > 0) await askToTelephone(work, ticket, progress, others.map(toTelephone))
  return texted.length > 0 ? 'sms' : 'task'
}

/** One message of a ticket and step to a number: what is said of it again is said by telephone. */
async function toldOf(work: Work, { id }: Ticket, step: string): Promise<Set<string>> {
  const notices = await noticesOf(work.db, { ticket: id })
  return new Set(notices.filter(({ kind, body }) => kind === KIND && body.step === step).map(({ address }) => address))
}

const KIND = 'resident.progress'

async function text(work: Work, ticket: Ticket, channel: string, intake: Intake, progress: Progress): Promise<void> {
  const { until, ...said } = progress
  const about = { kind: KIND, emergency: false, site: ticket.site, ticket: ticket.id, until } as const
  const body = { number: intake.number, ...said }
  await insertNotice(work.db, newNotice(work, { ...about, body }, { channel, address: dialled(intake.phone) }))
  tellOfNotices(work)
}

/** What sends text messages, the first first. */
const TEXTS: readonly ChannelSettings['kind'][] = ['aliyun_sms', 'http_sms']

function textChannel(work: Work, site: string): ChannelSettings | null {
  const able = plansOf(work.draft.plans(), 'channel').filter((channel) => serves(channel, site))
  return TEXTS.flatMap((kind) => able.filter((channel) => channel.kind === kind))[0] ?? null
}

const toTelephone = ({ name, phone, household, number }: Intake): ToTelephone => ({ name, phone, household, number })

async function askToTelephone(
  work: Work,
  ticket: Ticket,
  { until: _until, ...said }: Progress,
  residents: readonly ToTelephone[],
): Promise<void> {
  await openTask(work, {
    ...{ ticket, kind: 'tell_resident', assignee: null, dueAt: work.now },
    about: { ...said, residents },
  })
}

/** A message that could not be sent: somebody telephones him beside whom else there is to tell, with the newest. */
export async function residentUnreached(work: Work, { ticket: id, address, body }: Notice): Promise<void> {
  const ticket = id === null ? null : await findTicket(work.db, id)
  if (ticket === null || ticket.state === 'cancelled') return
  const { number: _number, ...said } = body as unknown as Progress & { number: string }
  const asked = (await tasksOf(work.db, ticket.id)).find(
    ({ kind, state, about }) => kind === 'tell_resident' && state === 'open' && isToldTogether(about, { ...said }),
  )
  const about = asked?.about as (Progress & { residents: readonly ToTelephone[] }) | undefined
  const others = about?.residents ?? []
  const unreached = (await listening(work, ticket)).filter(({ phone }) => dialled(phone) === address).map(toTelephone)
  const isNew = ({ phone }: ToTelephone) => !others.some((other) => other.phone === phone)
  if (unreached.some(isNew)) await askToTelephone(work, ticket, about ?? said, [...others, ...unreached.filter(isNew)])
}

function progressOf(work: Work, ticket: Ticket, action: 'accept' | 'depart' | 'hold' | 'complete'): Progress {
  const name = responderName(work.draft.plans(), ticket.assignee ?? '')
  switch (action) {
    case 'accept':
      return { step: 'accepted', said: accepted(name, comesAt(work, ticket)), until: 'arrive' }
    case 'depart':
      return { step: 'en_route', said: { zh: `${name}已出发`, en: `${name} is on the way` }, until: 'arrive' }
    case 'hold':
      return { step: 'on_hold', said: { zh: '处理暂停', en: 'The work is paused' }, until: 'complete' }
    case 'complete':
      return { step: 'completed', said: { zh: '已处理完成', en: 'The work is complete' }, until: null }
  }
}

function accepted(name: string, comes: { at: string; agreed: boolean } | null): Progress['said'] {
  if (comes === null) return { zh: `${name}已接单`, en: `${name} has taken it` }
  const { at, agreed } = comes
  return agreed
    ? { zh: `${name}已接单，按约定 ${at} 上门`, en: `${name} has taken it and comes at ${at} as agreed` }
    : { zh: `${name}已接单，预计 ${at} 前到达`, en: `${name} has taken it and is expected by ${at}` }
}

/** By what was agreed, else by what was promised as long as it can be kept; site time. */
function comesAt(
  { now, draft }: Work,
  { site, appointmentAt, clocks }: Ticket,
): { at: string; agreed: boolean } | null {
  const shown = (at: number) => shownTime(at, draft.timezoneOf(site))
  if (appointmentAt !== null && appointmentAt > now) return { at: shown(appointmentAt), agreed: true }
  const arrive = clocks.find(({ milestone, party }) => milestone === 'arrive' && party === 'property')
  return arrive?.state === 'running' && arrive.dueAt >= now ? { at: shown(arrive.dueAt), agreed: false } : null
}

/** As residents read it, on the clock of their site. */
export const shownTime = (at: number, timezone: string): string =>
  new Date(wallTime(timezone, at)).toISOString().slice(5, 16).replace('T', ' ')
