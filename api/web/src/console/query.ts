import type { LocationQuery, LocationQueryRaw } from 'vue-router'

/** What is said in the address after `?`: texts, lists with commas, and switches. */

export function textIn(query: LocationQuery, name: string): string {
  const value = query[name]
  return typeof value === 'string' ? value : ''
}

/** Those of `allowed` that the address names. */
export function listIn<T extends string>(query: LocationQuery, name: string, allowed: readonly T[]): T[] {
  const named = textIn(query, name).split(',')
  return allowed.filter((each) => named.includes(each))
}

/** Words that nobody lists beforehand, such as what a site calls its categories. */
export const wordsIn = (query: LocationQuery, name: string): string[] => textIn(query, name).split(',').filter(Boolean)

export const isIn = (query: LocationQuery, name: string): boolean => textIn(query, name) === '1'

export type Changes = Readonly<Record<string, string | readonly string[] | boolean>>

/** With these changed; what is empty is left out. */
export function changed(query: LocationQuery, changes: Changes): LocationQueryRaw {
  const next: LocationQueryRaw = { ...query }
  for (const [name, value] of Object.entries(changes)) {
    const text = typeof value === 'boolean' ? (value ? '1' : '') : typeof value === 'string' ? value : value.join(',')
    if (text === '') delete next[name]
    else next[name] = text
  }
  return next
}
