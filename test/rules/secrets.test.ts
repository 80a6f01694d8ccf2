import { expect, it } from 'vitest'
import { createSealer } from '../../rules/secrets.ts'

const sealer = createSealer('a key of at least 32 characters, made up')
const other = createSealer('another key of at least 32 characters, too')

it('what is sealed opens with the same key, for what it was sealed for, and is never the same twice', () => {
  const sealed = sealer.seal('SEC 密钥', 'channel:a:secret')
  expect(sealed).not.toContain('SEC')
  expect(sealer.seal('SEC 密钥', 'channel:a:secret')).not.toBe(sealed)
  expect(sealer.open(sealed, 'channel:a:secret')).toBe('SEC 密钥')
  expect(sealer.open(sealed, 'channel:b:secret')).toBeNull()
  expect(other.open(sealed, 'channel:a:secret')).toBeNull()
})

it('what was changed, cut or never sealed does not open', () => {
  const sealed = sealer.seal('secret', 'x')
  // Of the last character some bits say nothing.
  const changed = sealed.slice(0, -2) + (sealed.at(-2) === 'A' ? 'B' : 'A') + sealed.slice(-1)
  for (const wrong of [changed, sealed.slice(0, 20), '', 'secret']) expect(sealer.open(wrong, 'x')).toBeNull()
})

it('links are signed with a key of their own', () => {
  expect(sealer.linkKey).toHaveLength(32)
  expect(sealer.linkKey.equals(other.linkKey)).toBe(false)
})
