import type { DeviceKind } from '../../../rules/model.ts'
import type { Memory } from '../family.ts'
import type { Metric } from './payload.ts'

/**
 * What is remembered of an edge node's session: one row for the node's course, one for each BIRTH, one for its
 * devices.
 */
export interface Edge {
  bdSeq: number | null
  /** Its NBIRTH was seen, and no NDEATH since. */
  born: boolean
  dead: boolean
  seq: number | null
  /** The last messages: sequence number and print. */
  recent: readonly (readonly [number, string])[]
  /** When a rebirth was last asked for. */
  askedAt: number
}

const UNKNOWN_EDGE: Edge = { bdSeq: null, born: false, dead: false, seq: null, recent: [], askedAt: 0 }
const RECENT_KEPT = 8
const REBIRTH_EVERY_MS = 60_000

export function edgeOf(memory: Memory, edge: string): Edge {
  return memory.get<Edge>(`sparkplug:edge:${edge}`) ?? UNKNOWN_EDGE
}

export function rememberEdge(memory: Memory, edge: string, state: Edge): void {
  memory.set(`sparkplug:edge:${edge}`, state)
}

/** The same number with the same content among the last messages: sent again. */
export function isSentAgain(edge: Edge, seq: number | null, print: string): boolean {
  return seq !== null && edge.recent.some(([known, its]) => known === seq && its === print)
}

/** Sequence numbers count 0 to 255 over all messages of the edge node and its devices, and begin anew after 255. */
export function isGap(edge: Edge, seq: number | null): boolean {
  return edge.seq !== null && seq !== null && seq !== (edge.seq + 1) % 256
}

export function moved(edge: Edge, seq: number | null, print: string): Edge {
  if (seq === null) return edge
  return { ...edge, seq, recent: [...edge.recent.slice(1 - RECENT_KEPT), [seq, print]] }
}

export function mayAskRebirth(edge: Edge, now: number): boolean {
  return Math.abs(now - edge.askedAt) >= REBIRTH_EVERY_MS
}

/** A metric as its BIRTH told it: name, data type, unit. */
type BornMetric = readonly [string, number | null, string | null]

export interface Birth {
  /** The session that it belongs to. */
  bdSeq: number | null
  kind: DeviceKind
  /** By alias; metrics without one have their data type and unit in `names`. */
  aliases: Readonly<Record<string, BornMetric>>
  names: Readonly<Record<string, readonly [number | null, string | null]>>
}

export function birthOf(memory: Memory, node: string): Birth | null {
  return memory.get<Birth>(`sparkplug:birth:${node}`) ?? null
}

export function rememberBirth(memory: Memory, node: string, birth: Birth): void {
  memory.set(`sparkplug:birth:${node}`, birth)
}

/** Names come from outside: `fromEntries` makes own keys of all of them. */
export function birthFrom(metrics: readonly Metric[], bdSeq: number | null, kind: DeviceKind): Birth {
  const aliases: [string, BornMetric][] = []
  const names: [string, readonly [number | null, string | null]][] = []
  for (const { name, alias, datatype, properties } of metrics) {
    if (name === null) continue
    const unit = unitOf(properties)
    if (alias !== null) aliases.push([String(alias), [name, datatype, unit]])
    else names.push([name, [datatype, unit]])
  }
  return { bdSeq, kind, aliases: Object.fromEntries(aliases), names: Object.fromEntries(names) }
}

/** Property names in use for a unit; Ignition writes `engUnit`. */
const UNIT_PROPERTIES = ['engUnit', 'engineeringUnits', 'unit', 'units', 'Unit', 'Units']

export function unitOf(properties: Metric['properties']): string | null {
  if (properties === null) return null
  for (const name of UNIT_PROPERTIES) {
    const unit = properties.get(name)
    if (typeof unit === 'string') return unit.slice(0, 16)
  }
  return null
}

const CHILDREN_MAX = 1_000

export function childrenOf(memory: Memory, edge: string): readonly string[] {
  return memory.get<readonly string[]>(`sparkplug:children:${edge}`) ?? []
}

/** The devices that an edge node has announced; written only where that changes. */
export function rememberChildren(memory: Memory, edge: string, children: readonly string[]): void {
  const known = childrenOf(memory, edge)
  if (known.length === children.length && known.every((name, index) => name === children[index])) return
  memory.set(`sparkplug:children:${edge}`, children.slice(-CHILDREN_MAX))
}
