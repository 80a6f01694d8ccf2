import { expect, it } from 'vitest'
import { createLinkOf, readLink, signLink } from '../../../rules/notify/link.ts'
import { noticeLike } from '../../support/notices.ts'

const KEY = Buffer.alloc(32, 1)
const NOW = Date.UTC(2026, 10, 23, 2)
const LINK = { ticket: '01KXTICKET', responder: '李伟-1', notice: '01KXNOTICE', expiresAt: NOW + 1_000 }
const token = signLink(LINK, KEY)

it('reads what it signed, until it expires', () => {
  expect(token).toMatch(/^[\w-]+\.[\w-]{43}$/)
  expect(readLink(token, KEY, NOW + 999)).toEqual({ ok: true, link: LINK })
  expect(readLink(token, KEY, NOW + 1_000)).toEqual({ ok: false, why: 'expired' })
})

it('reads nothing that was changed, or signed with another key', () => {
  const [said, mac] = token.split('.') as [string, string]
  const forged = Buffer.from(JSON.stringify(['01KXOTHER', 'x', 'y', NOW + 1e9])).toString('base64url')
  const changed = [
    `${forged}.${mac}`,
    `${said}.`,
    said,
    '',
    '.',
    `${token}.x`,
    `${token}=`,
    ` ${token}`,
    `${said}.${mac}A`,
  ]
  const flipped = [...token].map((sign, i) => `${token.slice(0, i)}${sign === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`)
  for (const text of [...changed, ...flipped, signLink(LINK, Buffer.alloc(32, 2)), `${token}${'a'.repeat(1e6)}`]) {
    expect(readLink(text, KEY, NOW)).toEqual({ ok: false, why: 'invalid' })
  }
})

it('is made for a call alone, and is the same at every try', () => {
  const linkOf = createLinkOf(KEY, () => 'https://shifen.example')
  const call = noticeLike('01KXNOTICE', { ticket: '01KXTICKET', recipient: 'li', createdAt: NOW })
  const link = linkOf(call)!
  expect(link).toMatch(/^https:\/\/shifen\.example\/accept\//)
  expect(linkOf({ ...call, attempts: 3, dueAt: NOW + 60_000 })).toBe(link)
  const read = readLink(link.slice(link.lastIndexOf('/') + 1), KEY, NOW + 2 * 3_600_000 - 1)
  expect(read).toMatchObject({ ok: true, link: { ticket: '01KXTICKET', responder: 'li', notice: '01KXNOTICE' } })
  const others = [
    { ...call, kind: 'ticket.opened' as const },
    { ...call, ticket: null },
    { ...call, recipient: null },
  ]
  expect(others.map(linkOf)).toEqual([null, null, null])
})
