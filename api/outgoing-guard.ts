import ipaddr from 'ipaddr.js'
import { lookup as resolve } from 'node:dns/promises'
import { isIP } from 'node:net'

/** An address that a name stood for when it was judged. */
export interface Vetted {
  address: string
  family: number
}

export type Judged =
  { ok: true; addresses: readonly [Vetted, ...Vetted[]] } | { ok: false; reason: string; retry: boolean }

/** Resolves a host name, or takes an address as it is, and judges every address that it stands for. */
export type Guard = (host: string) => Promise<Judged>

/** As `dns.lookup` with `all`. */
export type Lookup = (name: string) => Promise<readonly Vetted[]>

/** Azure's, the one metadata service in a public range. */
const METADATA = new Set(['168.63.129.16'])
/** Global unicast, all that IANA has given out: an IPv4 address inside an IPv6 one lies outside of it. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3')

/** Whether it is on the public Internet: not private, nor of this host or link, reserved, or translated. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return parsed.kind() === 'ipv4' ? !METADATA.has(parsed.toString()) : parsed.match(GLOBAL_UNICAST)
}

/** `allow`: names that may be inside, as the configuration spells them. */
export function createGuard(allow: readonly string[], lookup: Lookup = (name) => resolve(name, { all: true })): Guard {
  const allowed = new Set(allow.map(plain))
  return async (host) => {
    const name = plain(host)
    let addresses: readonly Vetted[]
    try {
      addresses = isIP(name) > 0 ? [{ address: name, family: isIP(name) }] : await lookup(name)
    } catch (error) {
      return { ok: false, reason: `${name} has no address (${(error as NodeJS.ErrnoException).code})`, retry: true }
    }
    const [first, ...others] = addresses
    if (first === undefined) return { ok: false, reason: `${name} has no address`, retry: true }
    const inside = addresses.find(({ address }) => !isPublic(address))
    if (inside === undefined || allowed.has(name)) return { ok: true, addresses: [first, ...others] }
    const stands = inside.address === name ? '' : ` stands for ${inside.address}, which`
    const reason = `${name}${stands} is not a public address; add ${name} to outgoing.allow if it is meant`
    return { ok: false, reason, retry: false }
  }
}

/** Lower case, without the brackets of an IPv6 address in a URL and the dot that may end a name. */
function plain(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}
