import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { clientAddress } from '../../api/client-address.ts'

const PROXIES = ['10.0.0.1', '10.0.0.2']

async function addressOf(remoteAddress: string, forwarded?: string): Promise<string> {
  const app = new Hono().get('/', (c) => c.text(clientAddress(c, PROXIES)))
  const headers = new Headers(forwarded === undefined ? [] : [['x-forwarded-for', forwarded]])
  const env = { incoming: { socket: { remoteAddress } } }
  return (await app.request('/', { headers }, env)).text()
}

describe("a client's address", () => {
  it.each([
    ['the socket says', '203.0.113.9', undefined, '203.0.113.9'],
    ['the socket says, whatever is claimed', '203.0.113.9', '1.1.1.1', '203.0.113.9'],
    ['a trusted proxy says', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['the last that no trusted proxy is', '::ffff:10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ["the proxy's own where it says nothing", '10.0.0.1', undefined, '10.0.0.1'],
    ['the network of an IPv6 address', '2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2::/64'],
    ['the network of a short one', '2001:db8::5', undefined, '2001:db8:0:0::/64'],
    ['of an IPv4 socket on IPv6', '::ffff:203.0.113.9', undefined, '203.0.113.9'],
  ])('is what %s', async (_what, peer, forwarded, address) => {
    expect(await addressOf(peer, forwarded)).toBe(address)
  })

  it('is nothing without a socket', async () => {
    const app = new Hono().get('/', (c) => c.text(clientAddress(c, PROXIES)))
    expect(await (await app.request('/')).text()).toBe('')
  })
})
