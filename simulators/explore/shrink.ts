import { durationMs, spellDuration } from '../reading/times.ts'
import type { Tree, TreeMap } from './tree.ts'

export interface ShrinkOptions {
  tree: Tree
  /** Whether a tree still fails as the whole one did. A tree that cannot be read or played does not. */
  fails: (tree: Tree) => Promise<boolean>
  /** So many trees are tried. */
  triesMax: number
  onTry?: (tree: Tree) => void
}

/** One way to make a tree smaller: what it could be instead, the boldest first. */
type Cut = (tree: Tree) => Iterable<Tree>

/**
 * The smallest tree near a failing one that fails too: whole halves are left out first, then less and less (Zeller's
 * delta debugging), of the timeline, the devices, the people and the settings; then its time and its values.
 */
export async function shrink({ tree, fails, triesMax, onTry }: ShrinkOptions): Promise<Tree> {
  let best = tree
  let left = triesMax
  /** The first of what a cut makes of the best that fails still; `null`: none does. */
  async function smaller(cut: Cut): Promise<Tree | null> {
    for (const candidate of cut(best)) {
      if (left === 0) return null
      left -= 1
      onTry?.(candidate)
      if (await fails(candidate)) return candidate
    }
    return null
  }
  for (let before: Tree | null = null; before !== best;) {
    before = best
    for (const cut of CUTS) {
      for (let next = await smaller(cut); next !== null; next = await smaller(cut)) best = next
    }
  }
  return best
}

/** Without a half, a quarter, … of a list, down to without one. */
function* without<T>(list: readonly T[]): Generator<T[]> {
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = list.length - size; from > -size; from -= size) {
      yield [...list.slice(0, Math.max(0, from)), ...list.slice(Math.max(0, from) + size)]
    }
  }
}

const fewerSteps: Cut = function* (tree) {
  for (const timeline of without(tree.timeline)) yield { ...tree, timeline }
}

const fewerDevices: Cut = function* (tree) {
  for (const devices of without(tree.devices)) if (devices.length > 0) yield withDevices(tree, devices)
}

/** What no longer has a device goes with it. */
function withDevices(tree: Tree, devices: Tree['devices']): Tree {
  const left = new Set(devices.map(({ id }) => id))
  const timeline = tree.timeline.flatMap((step): TreeMap[] => {
    if (!Array.isArray(step.devices)) return isOfAnother(step, left) ? [] : [step]
    const those = (step.devices as string[]).filter((id) => left.has(id))
    return those.length === 0 ? [] : [{ ...step, devices: those }]
  })
  return { ...tree, devices, timeline }
}

function isOfAnother({ device, publish }: TreeMap, left: ReadonlySet<string>): boolean {
  const sender = (publish as { device?: string } | undefined)?.device
  return [device, sender].some((id) => typeof id === 'string' && !left.has(id))
}

const fewerPeople: Cut = function* (tree) {
  for (const responders of without(tree.people.responders)) {
    const left = new Set(responders.map(({ id }) => id))
    const timeline = tree.timeline.filter(({ person }) => typeof person !== 'string' || left.has(person))
    const shifts = tree.people.shifts?.flatMap((shift) => {
      const those = shift.responders.filter((id) => left.has(id))
      return those.length === 0 ? [] : [{ ...shift, responders: those }]
    })
    yield { ...tree, timeline, people: { ...tree.people, responders, ...(shifts && { shifts }) } }
  }
}

const fewerSettings: Cut = function* (tree) {
  for (const [name, list] of Object.entries(tree.settings)) {
    for (const left of without(list)) yield { ...tree, settings: { ...tree.settings, [name]: left } }
  }
}

const shorter: Cut = function* (tree) {
  const lastsMs = durationMs(tree.lasts)
  const roundMs = lastsMs > 3_600_000 ? 600_000 : 60_000
  for (const share of [0.25, 0.5, 0.75, 0.9]) {
    const ms = Math.ceil((lastsMs * share) / roundMs) * roundMs
    if (ms < lastsMs) yield { ...tree, lasts: spellDuration(ms) }
  }
}

/** A step, device or person without one of its words says less; what needs the word does not read, and so not fail. */
const fewerWords: Cut = function* (tree) {
  for (const [index, step] of tree.timeline.entries()) {
    for (const smaller of withoutWord(step)) yield { ...tree, timeline: tree.timeline.with(index, smaller) }
  }
  for (const [index, device] of tree.devices.entries()) {
    for (const smaller of withoutWord(device)) yield { ...tree, devices: tree.devices.with(index, smaller as never) }
  }
  const { responders, ...others } = tree.people
  for (const smaller of withoutWord(others)) yield { ...tree, people: { responders, ...smaller } }
  for (const [index, responder] of responders.entries()) {
    for (const smaller of withoutWord(responder)) {
      yield { ...tree, people: { ...tree.people, responders: responders.with(index, smaller as never) } }
    }
  }
}

function* withoutWord(map: TreeMap): Generator<TreeMap> {
  for (const word of Object.keys(map)) {
    const { [word]: _left, ...rest } = map
    yield rest
  }
}

/** What happens at a moment needs nothing else to have come before it. */
const timed: Cut = function* (tree) {
  for (const [index, { when, by: _by, ...step }] of tree.timeline.entries()) {
    if (when !== undefined) yield { ...tree, timeline: tree.timeline.with(index, { at: '1m', ...step }) }
  }
}

/** Times to the minute, so that a person sees what matters in them. */
const rounder: Cut = function* (tree) {
  for (const [index, step] of tree.timeline.entries()) {
    for (const word of ['at', 'by', 'for'] as const) {
      const told = step[word]
      if (typeof told !== 'string') continue
      const ms = durationMs(told)
      const round = Math.round(ms / 60_000) * 60_000
      if (round !== ms)
        yield { ...tree, timeline: tree.timeline.with(index, { ...step, [word]: spellDuration(round) }) }
    }
  }
}

const CUTS: readonly Cut[] = [
  ...[fewerSteps, timed, shorter, fewerDevices, fewerPeople, fewerSettings],
  ...[fewerWords, rounder],
]
