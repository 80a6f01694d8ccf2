import { openTicketNow } from '../dispatch/follow.ts'
import type { Priority, Ticket } from '../model.ts'
import { newTicket } from '../tickets/apply.ts'
import type { Work } from '../work.ts'

export interface Complained {
  site: string
  channel: string
  text: string
  name?: string | undefined
  phone?: string | undefined
  /** Absent: as what it is about, else `other`. */
  category?: string | undefined
  /** Absent: medium. */
  priority?: Exclude<Priority, 'critical'> | undefined
  /** The ticket that it is about. */
  about: Ticket | null
  /** The follow-up that found it. */
  followUp: string | null
  /** The complaint whose answer did not satisfy. */
  follows?: string
}

const TITLE_MAX = 60

/** Opens a complaint (投诉) as a ticket: its clocks are those that the commitments have for complaints. */
export async function openComplaint(work: Work, complained: Complained, by: string): Promise<Ticket> {
  const { site, channel, text, name, phone, about, followUp, follows = null } = complained
  const said = [...text.replace(/\s+/g, ' ')]
  const brief = said.length > TITLE_MAX ? `${said.slice(0, TITLE_MAX - 1).join('')}…` : said.join('')
  const title = about?.title ?? { zh: brief, en: brief }
  const ticket = await newTicket(work, {
    origin: 'report',
    kind: 'complaint',
    priority: complained.priority ?? 'medium',
    category: complained.category ?? about?.category ?? 'other',
    site,
    location: about?.location ?? '',
    device: null,
    title: { zh: `投诉：${title.zh}`, en: `Complaint: ${title.en}` },
    description: text,
    reporter: { ...(name && { name }), ...(phone && { phone }), channel },
    alarms: [],
    reworkOf: null,
    follows,
    ageUnknown: false,
  })
  const unanswered = { answer: '', cause: '', prevention: '' }
  const complaint = { about: about?.id ?? null, followUp, channel, ...unanswered }
  return openTicketNow(work, { ...ticket, job: { ...ticket.job, complaint } }, by, text)
}
