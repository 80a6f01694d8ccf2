import type { PointValue } from '../../../rules/model.ts'
import type { Address, Edge, Language, Occasion, Packet, Speaker, Statement } from '../language.ts'
import { encodePayload, type Metric, type Type } from './payload.ts'

/**
 * Sparkplug B 3.0. The gateway is the edge node, the site the group. Metric names are free text in Sparkplug; here an
 * engineer gave them the product's own.
 */
export const sparkplug: Language = {
  id: 'sparkplug-b',
  kinds: ['water_leak', 'elevator', 'power_meter'],
  topics: (gateway) => [`spBv1.0/+/+/${gateway}/#`],
  identity: (address) => `sparkplug:${address.site}/${nodeOf(address)}/${address.id}`,
  tells: ['*'],
  speaker: (address, _random, edge) => speakerOf(address, edge),
}

const nodeOf = ({ gateway }: Address) => gateway ?? 'edge'

/** What the devices of one edge node share. */
interface Node {
  /** 0 to 255 over all messages of the node and its devices, from its birth on. */
  seq: number
  /** Connections so far: the birth and the death of one bear the same number. */
  bdSeq: number
  /** Births so far; a device that was born before the last one has to be born again. */
  births: number
  bornAtMs: number
  /** Somebody asked it to tell everything anew. */
  rebirth: boolean
  aliases: number
}

const KEY = 'sparkplug'

function sharedBy(edge: Edge): Node {
  const known = edge.get(KEY) as Node | undefined
  if (known) return known
  const node: Node = { seq: 0, bdSeq: 0, births: 0, bornAtMs: 0, rebirth: false, aliases: 0 }
  edge.set(KEY, node)
  return node
}

const WHOLE = /^(leak\.|lift\.floor$|batteryPercent$|rssi$|reportIntervalS$)/

function typeOf(name: string, value: PointValue): Type {
  if (typeof value === 'boolean') return 'Boolean'
  if (typeof value === 'string') return 'String'
  if (name.startsWith('energy.')) return 'Double'
  return WHOLE.test(name) ? 'Int32' : 'Float'
}

/** What a device has told of a metric since its birth. */
interface Known {
  alias: number
  type: Type
  value: PointValue | null
}

function speakerOf(address: Address, edge: Edge): Speaker {
  const node = sharedBy(edge)
  const edgeNode = nodeOf(address)
  const topicOf = (type: string) => `spBv1.0/${address.site}/${type}/${edgeNode}`
  let bornWith = 0
  let metrics = new Map<string, Known>()
  // A press is held until the next report, as a lift's passenger alarm is: told for a moment it could be lost.
  let pressed: readonly string[] = []

  const packet = (topic: string, payload: Uint8Array): Packet => ({ device: address.id, topic, payload, once: false })
  const numbered = (topic: string, told: Metric[], atMs: number): Packet => {
    const payload = encodePayload({ atMs, seq: node.seq, metrics: told })
    node.seq = (node.seq + 1) % 256
    return packet(topic, payload)
  }

  const nodeBirth = (atMs: number, connects: boolean): Packet => {
    if (connects && node.births > 0) node.bdSeq = (node.bdSeq + 1) % 256
    Object.assign(node, { seq: 0, births: node.births + 1, bornAtMs: atMs, rebirth: false, aliases: 0 })
    return numbered(topicOf('NBIRTH'), [bdSeq(node), { name: REBIRTH, type: 'Boolean', value: false }], atMs)
  }

  const birth = (now: Map<string, PointValue>, atMs: number): Packet => {
    bornWith = node.births
    metrics = new Map(
      [...now].map(([name, value]) => [name, { alias: (node.aliases += 1), type: typeOf(name, value), value }]),
    )
    const told = [...metrics].map(([name, known]): Metric => ({ name, ...known }))
    return numbered(`${topicOf('DBIRTH')}/${address.id}`, told, atMs)
  }

  /** By exception: what is not as it was told; at a report that has nothing new, everything. */
  const data = (now: Map<string, PointValue>, { atMs, due }: Occasion): Packet[] => {
    const told = [...metrics].map(([name, known]) => ({ ...known, name, value: now.get(name) ?? null }))
    const changed = told.filter(({ name, value }) => metrics.get(name)!.value !== value)
    const said = changed.length === 0 && due ? told : changed
    if (said.length === 0) return []
    for (const { name, ...known } of changed) metrics.set(name, known)
    const byAlias = said.map(({ alias, type, value }): Metric => ({ alias, type, value }))
    return [numbered(`${topicOf('DDATA')}/${address.id}`, byAlias, atMs)]
  }

  return {
    say(statement, occasion) {
      const { atMs, due } = occasion
      const connects = statement.levelsBefore === null
      const calm = !due && !statement.changed && !statement.pulses?.length && !hasSwitched(statement)
      const isBorn = bornWith > 0 && bornWith === node.births && !node.rebirth
      if (!connects && calm && (isBorn || node.births === 0)) return []

      if (due) pressed = []
      pressed = [...pressed, ...(statement.pulses ?? [])]
      const now = stateOf(statement, pressed, metrics)
      const packets: Packet[] = []
      // The first that is told twice that there is a connection knows that it is another one.
      const anotherSession = connects && (node.births === 0 || bornWith === node.births)
      if (anotherSession || node.births === 0 || node.rebirth) packets.push(nodeBirth(atMs, connects))
      const isNew = bornWith !== node.births || [...now.keys()].some((name) => !metrics.has(name))
      return isNew ? [...packets, birth(now, atMs)] : [...packets, ...data(now, occasion)]
    },
    hear(topic, payload) {
      // The text is what is left of Protobuf: the name, and the field of a boolean that is true.
      if (topic === topicOf('NCMD') && payload.includes(REBIRTH) && payload.includes('p\u0001')) node.rebirth = true
      return null
    },
    // Its time is that of the connection, when the broker was told what to say.
    will: (atMs) => packet(topicOf('NDEATH'), encodePayload({ atMs: node.bornAtMs || atMs, metrics: [bdSeq(node)] })),
  }
}

const REBIRTH = 'Node Control/Rebirth'
const bdSeq = (node: Node): Metric => ({ name: 'bdSeq', type: 'Int64', value: node.bdSeq })

const hasSwitched = ({ levels, levelsBefore }: Statement) =>
  levelsBefore !== null && Object.keys(levels).some((code) => levels[code] !== levelsBefore[code])

/** Every metric as it is now; a button that was known is not pressed unless it is. */
function stateOf(
  statement: Statement,
  pressed: readonly string[],
  metrics: ReadonlyMap<string, Known>,
): Map<string, PointValue> {
  const { levels } = statement
  const buttons = Object.fromEntries(
    [...metrics.keys(), ...pressed].filter((name) => BUTTON.test(name)).map((name) => [name, pressed.includes(name)]),
  )
  return new Map(Object.entries({ ...statement.values(), ...levels, ...buttons }))
}

const BUTTON = /button$/
