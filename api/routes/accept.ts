import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Engine } from '../../rules/engine.ts'
import { Refusal, type Ticket } from '../../rules/model.ts'
import { type AcceptLink, readLink } from '../../rules/notify/link.ts'
import { planOf } from '../../rules/plans/book.ts'
import { hashSecret } from '../../rules/secrets.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { findTicket } from '../../rules/storage/tickets.ts'
import { isUsedLink } from '../../rules/storage/used-links.ts'
import { SYSTEM } from '../logins.ts'
import { throttle } from '../throttle.ts'
import { ACCEPT_STYLE, acceptPage, type AcceptPage } from './accept-page.ts'

/** Of one link in a minute: people tap twice and chats look at it, a program that does more is turned away. */
const ASKED_MAX = 30
const FORM_MAX_BYTES = 1_024

type Status = 200 | 403 | 404 | 409 | 410 | 429

const STATUS: Partial<Record<AcceptPage['stand']['is'], Status>> = { invalid: 404, expired: 410, busy: 429 }

/**
 * The page behind the link of a notice: whoever has the link may accept, without a login. Looking changes nothing,
 * since chat apps fetch what they show a preview of; the button does.
 */
export function acceptRoutes(app: OpenAPIHono, engine: Engine, reader: Db, key: Buffer): void {
  const isTooMuch = throttle(() => engine.now())

  app.get('/accept.css', (c) => {
    c.header('cache-control', 'public, max-age=3600')
    return c.body(ACCEPT_STYLE, 200, { 'content-type': 'text/css; charset=utf-8' })
  })

  app.get('/accept/:token', async (c) => {
    const opened = open(c)
    return 'stand' in opened ? answer(c, opened) : answer(c, await pageOf(opened.link, opened.hash))
  })

  app.post('/accept/:token', bodyLimit({ maxSize: FORM_MAX_BYTES }), async (c) => {
    const opened = open(c)
    if ('stand' in opened) return answer(c, opened)
    const { link, hash } = opened
    const { ticket, responder } = link
    try {
      await engine.command({ type: 'use_link', hash, ticket, responder }, { by: SYSTEM })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === 'unavailable') throw error
      const page = await pageOf(link, hash)
      return answer(c, page.stand.is === 'open' ? { ...page, stand: { is: 'refused' } } : page, 409)
    }
    return answer(c, await pageOf(link, hash))
  })

  /** What the link says, or the page that says why not. */
  function open(c: Context): { link: AcceptLink; hash: string } | AcceptPage {
    const token = c.req.param('token') ?? ''
    const read = readLink(token, key, engine.now())
    if (!read.ok) return { ticket: null, stand: { is: read.why } }
    const hash = hashSecret(token)
    return isTooMuch(hash, ASKED_MAX) ? { ticket: null, stand: { is: 'busy' } } : { link: read.link, hash }
  }

  async function pageOf({ ticket: id, responder }: AcceptLink, hash: string): Promise<AcceptPage> {
    const ticket = await findTicket(reader, id)
    if (ticket === null) return { ticket: null, stand: { is: 'invalid' } }
    const { sites, plans } = engine.world()
    const site = sites.get(ticket.site)
    const place = [site?.name ?? ticket.site, ticket.location].filter((part) => part !== '').join(' · ')
    const since = localTime(ticket.openedAt, site?.timezone ?? 'UTC')
    const about = { number: ticket.number, title: ticket.title, place, since }
    const nameOf = (who: string) => planOf(plans, 'responder', who)?.name ?? who
    const stand = standOf(ticket, responder, nameOf, await isUsedLink(reader, hash))
    const isGone = planOf(plans, 'responder', responder)?.enabled !== true
    return { ticket: about, stand: stand.is === 'open' && isGone ? { is: 'refused' } : stand }
  }
}

/** How a ticket stands for one of those who were called to it. */
function standOf(
  { state, assignee }: Ticket,
  responder: string,
  nameOf: (who: string) => string,
  used: boolean,
): AcceptPage['stand'] {
  switch (state) {
    case 'pending_dispatch':
    case 'assigned':
      return { is: used ? 'used' : 'open' }
    case 'accepted':
    case 'en_route':
    case 'on_site':
    case 'on_hold':
      return assignee === responder || assignee === null ? { is: 'yours' } : { is: 'taken', by: nameOf(assignee) }
    case 'completed':
    case 'signed_off':
    case 'closed':
    case 'cancelled':
      return { is: 'over' }
  }
}

function answer(c: Context, page: AcceptPage, status: Status = STATUS[page.stand.is] ?? 200) {
  c.header('cache-control', 'no-store')
  c.header('referrer-policy', 'no-referrer')
  return c.html(acceptPage(page), status)
}

function localTime(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at)
}
