import { expect, it } from 'vitest'
import { createGuard, isPublic } from '../../api/outgoing-guard.ts'

const INSIDE = [
  ...['127.0.0.1', '127.9.9.9', '0.0.0.0', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ...['169.254.169.254', '169.254.0.1', '100.64.0.1', '100.100.100.200', '192.0.0.192', '168.63.129.16'],
  ...['198.18.0.1', '192.0.2.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
  ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'ff02::1', 'fec0::1', '2001:db8::1'],
  // An IPv4 address of the inside in other clothes: mapped, compatible, translated, 6to4, Teredo.
  ...['::ffff:127.0.0.1', '::ffff:a00:1', '::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1'],
  ...['2002:7f00:1::', '2001::1', '::ffff:0:127.0.0.1', '5f00::1', '4000::1'],
  ...['not an address', ''],
]

it('knows the inside by every name that it has', () => {
  expect(INSIDE.filter(isPublic)).toEqual([])
  expect(['1.1.1.1', '203.107.1.1', '2400:3200::1', '2606:4700::1111'].map(isPublic)).not.toContain(false)
})

/** Names as a name server that somebody else controls may answer them. */
const NAMES: Record<string, string[]> = {
  'good.example': ['1.1.1.1', '2606:4700::1111'],
  'local.example': ['127.0.0.1'],
  'six.example': ['::1'],
  'ten.example': ['10.1.2.3'],
  'mapped.example': ['::ffff:10.1.2.3'],
  'mixed.example': ['1.1.1.1', '10.1.2.3'],
  'hooks.internal': ['10.1.2.3'],
  'none.example': [],
}
const guard = createGuard(['Hooks.Internal.', '127.0.0.1'], (name) => {
  const addresses = NAMES[name]
  if (!addresses) return Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))
  return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))
})
const reasonOf = async (host: string) => {
  const judged = await guard(host)
  return judged.ok ? null : judged.reason
}

it('refuses a name if any of its addresses is inside, and says what to do', async () => {
  for (const host of [
    'local.example',
    'six.example',
    'ten.example',
    'mapped.example',
    'mixed.example',
    'TEN.example.',
  ]) {
    expect(await reasonOf(host)).toMatch(/stands for .* which is not a public address; add .* to outgoing\.allow/)
  }
  for (const host of ['10.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254']) {
    expect(await reasonOf(host)).toMatch(/^\S+ is not a public address/)
  }
  expect(await guard('ten.example')).toMatchObject({ retry: false })
  expect(await guard('nowhere.example')).toEqual({
    ok: false,
    reason: 'nowhere.example has no address (ENOTFOUND)',
    retry: true,
  })
  expect(await reasonOf('none.example')).toBe('none.example has no address')
})

it('lets through what is public, and what is allowed by its name', async () => {
  expect(await guard('good.example')).toMatchObject({ ok: true, addresses: [{ address: '1.1.1.1' }, { family: 6 }] })
  expect(await guard('HOOKS.internal')).toEqual({ ok: true, addresses: [{ address: '10.1.2.3', family: 4 }] })
  expect(await reasonOf('127.0.0.1')).toBeNull()
  // An allowed name does not open its address, nor an allowed address a name.
  expect(await reasonOf('10.1.2.3')).not.toBeNull()
  expect(await reasonOf('local.example')).not.toBeNull()
})
