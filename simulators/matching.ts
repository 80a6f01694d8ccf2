import type { Fact, FactPattern, FieldValue, Matcher } from './scenario.ts'

export function fits(value: FieldValue, matcher: Matcher): boolean {
  if (matcher === null || typeof matcher !== 'object') return value === matcher
  if ('oneOf' in matcher) return matcher.oneOf.includes(value)
  if ('not' in matcher) return value !== matcher.not
  if ('atLeast' in matcher) return typeof value === 'number' && value >= matcher.atLeast
  if ('atMost' in matcher) return typeof value === 'number' && value <= matcher.atMost
  return typeof value === 'string' && isLike(value, matcher.like)
}

/** `*` stands for any text. */
export function isLike(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (!text.startsWith(first)) return false
  const last = rest.pop()
  if (last === undefined) return text === first
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}

export const isOf = (fact: Fact, { about, what }: FactPattern): boolean => fact.about === about && fact.what === what

export function matches(fact: Fact, pattern: FactPattern): boolean {
  if (!isOf(fact, pattern)) return false
  return Object.entries(pattern.where).every(([name, matcher]) => fits(fact.fields[name] ?? null, matcher))
}
