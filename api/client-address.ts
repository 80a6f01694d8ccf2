import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import { isIPv6 } from 'node:net'

/**
 * Who asks, as far as an address tells: the socket's, or where that is a proxy that is trusted, the last of
 * `x-forwarded-for` that is not. What a client writes there itself is never believed. `''` without a socket.
 */
export function clientAddress(c: Context, trusted: readonly string[]): string {
  const peer = plain(peerOf(c))
  if (!trusted.includes(peer)) return grouped(peer)
  const hops = (c.req.header('x-forwarded-for') ?? '').split(',').map((hop) => plain(hop.trim()))
  return grouped(hops.findLast((hop) => hop !== '' && !trusted.includes(hop)) ?? peer)
}

function peerOf(c: Context): string {
  const hasSocket = typeof c.env === 'object' && c.env !== null && 'incoming' in c.env
  return hasSocket ? (getConnInfo(c).remote.address ?? '') : ''
}

const plain = (address: string) => address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')

/** Whoever has one IPv6 address has the whole /64. */
function grouped(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array<string>(gap).fill('0'), ...after]
  return `${groups.slice(0, 4).join(':')}::/64`
}
