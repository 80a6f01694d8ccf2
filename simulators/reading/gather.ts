import { dirname, isAbsolute, join } from 'node:path'
import { meant } from './faults.ts'
import type { Faults } from './faults.ts'
import { itemsOf, readText, valueOf } from './written.ts'
import type { Entry, Scalar, Written, WrittenMap } from './written.ts'

/** Where files come from. `null` for one that is not there. */
export interface Shelf {
  read(path: string): string | null
  /** The folder of the shipped scenarios, how faults name it, and what is in it. */
  folder: string
  shownAs: string
  names(): readonly string[]
}

interface File {
  path: string
  /** As faults name it. */
  shown: string
}

/** A file with all that it includes as one tree: lists are joined, maps merged; what the including file says wins. */
export function gather(path: string, shelf: Shelf, faults: Faults): WrittenMap | null {
  const shipped = path.startsWith(join(shelf.folder, '/'))
  const shown = shipped ? join(shelf.shownAs, path.slice(shelf.folder.length)) : path
  return gatherFile({ path, shown }, { shelf, faults, above: [], read: new Set() })
}

interface Gathering {
  shelf: Shelf
  faults: Faults
  /** Files whose including led here. */
  above: readonly File[]
  /** What was read already is not read again. */
  read: Set<string>
}

function gatherFile(file: File, gathering: Gathering): WrittenMap | null {
  const { shelf, faults } = gathering
  gathering.read.add(file.path)
  const text = shelf.read(file.path)
  if (text === null) {
    faults.add({ file: file.shown, line: 1, column: 1 }, 'the file cannot be read')
    return null
  }
  const read = readText(file.shown, text)
  if (!read.ok) {
    for (const { place, message } of read.faults) faults.add(place, message)
    return null
  }
  const own = without(read.written, 'include')
  const included = itemsOf(valueOf(read.written, 'include')).flatMap((item) => {
    const found = findIncluded(item, file, gathering)
    const tree = found && gatherFile(found, { ...gathering, above: [...gathering.above, file] })
    return tree ? [tree] : []
  })
  const below = included.reduce<WrittenMap | null>((one, other) => (one ? merged(one, other, 'join') : other), null)
  return below ? merged(below, own, 'replace') : own
}

function findIncluded(item: Written, from: File, { shelf, faults, above, read }: Gathering): File | null {
  if (item.is !== 'scalar' || typeof item.value !== 'string') {
    faults.add(item, 'an include is the name of a file, such as common/people.yaml')
    return null
  }
  const name = item.value
  const beside = {
    path: isAbsolute(name) ? name : join(dirname(from.path), name),
    shown: isAbsolute(name) ? name : join(dirname(from.shown), name),
  }
  const shipped = { path: join(shelf.folder, name), shown: join(shelf.shownAs, name) }
  const found = [beside, shipped].find(({ path }) => shelf.read(path) !== null)
  if (!found) {
    faults.add(item, `there is no file "${name}" beside this one, nor a shipped one; ${meant(name, shelf.names())}`)
    return null
  }
  const way = [...above, from]
  const again = way.findIndex(({ path }) => path === found.path)
  if (again >= 0) {
    const round = [...way.slice(again), found].map(({ shown }) => shown).join(' → ')
    faults.add(item, `the files include each other: ${round}; leave this one out`)
    return null
  }
  return read.has(found.path) ? null : found
}

const without = (tree: WrittenMap, key: string): WrittenMap => ({
  ...tree,
  entries: new Map([...tree.entries].filter(([name]) => name !== key)),
})

const idOf = (item: Written): Scalar | undefined => {
  const id = valueOf(item, 'id')
  return id?.is === 'scalar' ? id.value : undefined
}

/**
 * `over` on top of `under`. With `replace` an item with the `id` of one that was included changes that one, key by key;
 * with `join` both stay, and are told as doubled.
 */
function merged(under: WrittenMap, over: WrittenMap, same: 'replace' | 'join'): WrittenMap {
  const entries = new Map<string, Entry>(under.entries)
  for (const [key, { key: word, value }] of over.entries) {
    const below = under.entries.get(key)?.value
    entries.set(key, { key: word, value: below ? onTop(below, value, same) : value })
  }
  return { ...over, entries }
}

function onTop(under: Written, over: Written, same: 'replace' | 'join'): Written {
  if (under.is === 'map' && over.is === 'map') return merged(under, over, same)
  if (under.is !== 'list' || over.is !== 'list') return over
  // An empty list is meant: it takes away what was included.
  if (over.items.length === 0) return over
  const twin = (item: Written) => over.items.find((other) => idOf(item) !== undefined && idOf(other) === idOf(item))
  if (same === 'join') return { ...over, items: [...under.items, ...over.items] }
  const changed = under.items.map((item) => {
    const change = twin(item)
    if (item.is !== 'map' || change?.is !== 'map') return item
    return { ...change, entries: new Map([...item.entries, ...change.entries]) }
  })
  const known = new Set(under.items.map(idOf).filter((id): id is Scalar => id !== undefined))
  return { ...over, items: [...changed, ...over.items.filter((item) => !known.has(idOf(item) ?? null))] }
}
