import type { Decoded, DeviceKind } from '../../rules/model.ts'
import { accepted, ignored, rejected, report } from './decoded.ts'
import { type Binding, bytesOf, type Family, field, type Memory, type Publish, USUAL_SILENCE } from './family.ts'
import { kindOf } from './quantities.ts'
import { printOf } from './repeats.ts'
import { bdSeqOf, type Unplaced, writeMetrics } from './sparkplug/metrics.ts'
import { booleanCommand, type Payload, readPayload } from './sparkplug/payload.ts'
import {
  type Birth,
  birthFrom,
  birthOf,
  childrenOf,
  type Edge,
  edgeOf,
  isGap,
  isSentAgain,
  mayAskRebirth,
  moved,
  rememberBirth,
  rememberChildren,
  rememberEdge,
} from './sparkplug/session.ts'
import { epochTime } from './times.ts'

/**
 * Sparkplug B (Eclipse Sparkplug 3.0): `spBv1.0/GROUP/TYPE/EDGE[/DEVICE]`, protobuf. A BIRTH tells the metrics' names
 * and data types, DATA may call them by their alias alone. Names are the site's own: `binding.metrics` says what they
 * mean.
 */
export const sparkplug: Family = {
  id: 'sparkplug_b',
  matches: (publish) => {
    const { levels } = publish
    if (levels.includes(NAMESPACE)) return true
    return levels[0] === 'STATE' && levels.length === 2 && /^(?:ON|OFF)LINE$/.test(publish.text() ?? '')
  },
  decode,
  silence: USUAL_SILENCE,
}

const NAMESPACE = 'spBv1.0'
const TYPES = ['NBIRTH', 'NDATA', 'NDEATH', 'DBIRTH', 'DDATA', 'DDEATH'] as const
type Type = (typeof TYPES)[number]

/** Where a message comes from: an edge node, or a device behind it. */
interface Source {
  type: Type
  edge: string
  device: string | undefined
  /** Edge node or device, as in its key. */
  node: string
  group: string
  topic: string
}

const BRACE = 0x7b

function decode(publish: Publish, memory: Memory): Decoded {
  const { topic, payload: bytes } = publish
  const start = Math.max(0, publish.levels.indexOf(NAMESPACE))
  const levels = start === 0 ? publish.levels : publish.levels.slice(start)
  const [, group = '', type = '', edgeName = '', device] = levels
  if (group === 'STATE' || levels[0] === 'STATE') return ignored('the state of a host application')
  if (type === 'NCMD' || type === 'DCMD') return ignored('a command on its way to an edge node')
  const known = TYPES.find((each) => each === type)
  const depth = known?.startsWith('D') ? 5 : 4
  if (known === undefined || levels.length !== depth || edgeName === '') {
    return rejected('unknown_topic', `spBv1.0/GROUP/TYPE/EDGE[/DEVICE] was expected, TYPE one of ${TYPES.join(', ')}`)
  }
  if (bytes.length === 0) return ignored('an empty payload: a retained message was removed')
  // No field of a payload begins so.
  if (bytes[0] === BRACE) return rejected('invalid_shape', 'a Sparkplug payload is protobuf; JSON was found')
  const edge = `${group}/${edgeName}`
  const node = device === undefined ? edge : `${edge}/${device}`
  const source: Source = { type: known, edge, device, node, group, topic }
  let payload: Payload
  try {
    payload = readPayload(bytes)
  } catch (error) {
    const reason = error instanceof RangeError ? 'truncated' : 'invalid_shape'
    return rejected(reason, `no Sparkplug payload: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (payload.uuid === 'SPBV1.0_COMPRESSED') {
    return rejected('invalid_shape', 'the payload is compressed; switch compression off at the edge node')
  }
  return known === 'NDEATH'
    ? decodeNodeDeath(source, payload, memory)
    : decodeNumbered(source, payload, publish, memory)
}

/** The will of an edge node. Its time is when the node connected, and it counts only for the session that it names. */
function decodeNodeDeath({ edge }: Source, payload: Payload, memory: Memory): Decoded {
  const state = edgeOf(memory, edge)
  const bdSeq = bdSeqOf(payload)
  const decoded = accepted(`sparkplug:${edge}`, 'gateway')
  if (bdSeq !== null && state.bdSeq !== null && bdSeq !== state.bdSeq) {
    const reason = `bdSeq ${bdSeq} does not match current session bdSeq ${state.bdSeq}`
    return { ...decoded, disposition: 'stale', reason }
  }
  report(decoded, 'gateway.offline', true, 'NDEATH')
  decoded.health.online = false
  decoded.unreachable = [`sparkplug:${edge}/*`]
  const children = childrenOf(memory, edge)
  if (children.length > 0) decoded.warnings.push(`children_offline:${children.slice(0, 20).join(',')}`)
  decoded.warnings.push('death_timestamp_is_connect_time')
  if (bdSeq === null) decoded.warnings.push('bdseq_missing')
  if (state.dead) return { ...decoded, disposition: 'duplicate', reason: 'the death of this session was told before' }
  const next: Edge = { ...state, bdSeq: bdSeq ?? state.bdSeq, born: false, dead: true, seq: null, recent: [] }
  rememberEdge(memory, edge, next)
  return decoded
}

/** Every other message carries a sequence number of its edge node. */
function decodeNumbered(source: Source, payload: Payload, publish: Publish, memory: Memory): Decoded {
  const { type, edge, node } = source
  const before = edgeOf(memory, edge)
  const isBirth = type.endsWith('BIRTH')
  const nodeBirth = type === 'NBIRTH'
  const birth = isBirth ? null : currentBirth(before, birthOf(memory, node))
  const decoded = accepted(`sparkplug:${node}`, 'unknown')
  decoded.time = epochTime(payload.timestampMs)
  if (payload.seq !== null) decoded.seq = { type: 'sparkplug.seq', value: payload.seq }
  else decoded.warnings.push('seq_missing')
  writeState(decoded, type)
  const unplaced = writeMetrics(decoded, payload, birth, publish.binding)
  decoded.device!.kind = kindFor(source, publish.binding, birth, decoded)

  const { topic, payload: bytes, receivedAt } = publish
  const print = printOf(`${topic} ${bytesOf(bytes).toString('latin1')}`)
  if (isSentAgain(before, payload.seq, print)) {
    return { ...decoded, disposition: 'duplicate', reason: `seq ${payload.seq} of ${edge} with the same content` }
  }
  let after = moved(before, payload.seq, print)
  if (nodeBirth) {
    after = { ...after, bdSeq: bdSeqOf(payload), born: true, dead: false }
    rememberChildren(memory, edge, [])
  } else if (isGap(before, payload.seq)) decoded.warnings.push('sequence_gap')
  rememberDevice(source, payload, after, decoded.device!.kind, memory)

  const birthSeen = after.born && (isBirth || type === 'DDEATH' || birth !== null)
  if (!birthSeen) decoded.warnings.push('birth_not_seen')
  const told = placing(decoded, unplaced)
  if (!birthSeen || unplaced.aliases.length > 0 || decoded.warnings.includes('sequence_gap')) {
    after = askRebirth(decoded, source, after, receivedAt)
  }
  rememberEdge(memory, edge, after)
  return told
}

/**
 * The aliases of a session that is over mean nothing in the next one. A device's birth counts also where we came too
 * late for that of its node.
 */
function currentBirth(edge: Edge, birth: Birth | null): Birth | null {
  return birth !== null && !edge.dead && birth.bdSeq === edge.bdSeq ? birth : null
}

function writeState(decoded: Decoded, type: Type): void {
  if (type === 'NDATA' || type === 'DDATA') return
  const online = type !== 'DDEATH'
  report(decoded, type === 'NBIRTH' ? 'gateway.offline' : 'device.offline', !online, type)
  decoded.health.online = online
  // Nothing that it reported is known any more.
  if (!online) decoded.unreachable = [decoded.device!.key]
}

function kindFor({ device, edge }: Source, { kind }: Binding, birth: Birth | null, decoded: Decoded): DeviceKind {
  const name = device ?? edge.slice(edge.indexOf('/') + 1)
  const bound = typeof kind === 'object' ? (field(kind, name) as DeviceKind | undefined) : undefined
  if (bound !== undefined) return bound
  if (device === undefined) return 'gateway'
  if (typeof kind === 'string') return kind
  // A birth tells everything; what changed since then may be a lift's door alone.
  if (birth !== null && birth.kind !== 'unknown') return birth.kind
  return kindOf({
    measurements: [decoded, ...decoded.readings].flatMap(({ measurements }) => measurements),
    conditions: [decoded, ...decoded.readings].flatMap(({ conditions }) => conditions),
  })
}

function rememberDevice(
  { type, edge, device, node }: Source,
  payload: Payload,
  after: Edge,
  kind: DeviceKind,
  memory: Memory,
) {
  if (type.endsWith('BIRTH')) rememberBirth(memory, node, birthFrom(payload.metrics, after.bdSeq, kind))
  if (device === undefined) return
  const others = () => childrenOf(memory, edge).filter((name) => name !== device)
  if (type === 'DBIRTH') rememberChildren(memory, edge, [...others(), device])
  if (type === 'DDEATH') rememberChildren(memory, edge, others())
}

/** A message of which no metric could be placed waits for the BIRTH; one of which some could says what it can. */
function placing(decoded: Decoded, { aliases, placed }: Unplaced): Decoded {
  if (aliases.length === 0) return decoded
  for (const alias of aliases.slice(0, 20)) decoded.warnings.push(`unknown_alias:${alias}`)
  if (placed > 0 || decoded.unreachable) return decoded
  decoded.disposition = 'needs_context'
  decoded.reason = `alias ${aliases[0]} is not known: its BIRTH was not seen; a rebirth was asked for`
  return decoded
}

/** A bridge's levels before the namespace stand before the command too. */
function askRebirth(decoded: Decoded, { topic, type, group, edge }: Source, state: Edge, now: number): Edge {
  if (!mayAskRebirth(state, now)) return state
  const prefix = topic.slice(0, topic.indexOf(`${NAMESPACE}/${group}/${type}/`))
  const command = `${prefix}${NAMESPACE}/${group}/NCMD/${edge.slice(group.length + 1)}`
  decoded.requests = [{ topic: command, payload: booleanCommand('Node Control/Rebirth', now) }]
  return { ...state, askedAt: now }
}
