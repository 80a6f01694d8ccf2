import type { Decoded, DecodedDevice, DeviceKind } from '../../rules/model.ts'
import { objectBody, scalarBody, scalarNumber } from './bodies.ts'
import { accepted, ignored, measure, measureHealth, report } from './decoded.ts'
import { entry, type Binding, type Family, field, type Memory, type Publish } from './family.ts'
import { keyOf, type Known, known, learnDescription, learnKind, learnUnit } from './homie/known.ts'
import { kindOfName } from './homie/names.ts'
import { readProperty } from './homie/values.ts'
import { contentOnce } from './once.ts'

/**
 * Homie 3, 4 and 5: `homie/DEV/NODE/PROPERTY` with a bare value, attributes with a `$` beside it; Homie 5 puts
 * its number before the device. All is retained: a value on subscribing is of unknown age.
 */

const PREFIX = 'homie'

export const homie: Family = {
  id: 'homie',
  matches: ({ levels }) => (levels[0] === PREFIX && levels.length > 2) || (levels[1] === PREFIX && levels.length > 3),
  decode,
  // A device that is gone is told by the broker (`$state` lost); values come when they change.
  silence: { batteryMs: 25 * 3_600_000, mainsMs: 25 * 3_600_000 },
}

interface Said {
  publish: Publish
  memory: Memory
  id: string
  /** What the site put before `homie`, with its slash. */
  prefix: string
  device: DecodedDevice
}

function decode(publish: Publish, memory: Memory): Decoded {
  const { levels } = publish
  const at = levels[0] === PREFIX ? 1 : 2
  const isFive = levels[at] === '5' && levels.length > at + 2
  const [name = '', first = '', second, third] = levels.slice(isFive ? at + 1 : at)
  if (name.startsWith('$')) return ignored('a Homie broadcast')
  const prefix = at === 1 ? '' : `${levels[0]}/`
  const id = `${prefix}${name}`
  const device: DecodedDevice = { key: `homie:${id}`, kind: kindOf(publish.binding, id, known(memory, id)) }
  const said: Said = { publish, memory, id, prefix, device }
  if (first.startsWith('$')) return decodeDevice(said, first.slice(1), second, isFive)
  if (second === undefined || second.startsWith('$')) return decodeNode(said, first, second?.slice(1))
  if (third === undefined) return decodeValue(said, first, second)
  if (!third.startsWith('$')) return ignored(`${third} of ${second}: a command to the device`, device)
  return decodeAttribute(said, first, second, third.slice(1))
}

function kindOf({ kind }: Binding, id: string, { kind: learned }: Known): DeviceKind {
  const bound = typeof kind === 'string' ? kind : kind && (field(kind, id) as DeviceKind | undefined)
  return bound ?? learned ?? 'unknown'
}

function decodeValue({ publish, memory, id, device }: Said, node: string, property: string): Decoded {
  const kind = device.kind === 'unknown' ? (kindOfName(property) ?? 'unknown') : device.kind
  const body = scalarBody(publish, { ...device, kind })
  if (body.refusal) return body.refusal
  const decoded = accepted(device.key, kind)
  const { units } = known(memory, id)
  const unit = units && (field(units, `${node}/${property}`) as string | undefined)
  readProperty(decoded, node, property, body.value, unit, publish.binding)
  learnKind(memory, id, [property])
  if (publish.retain) decoded.warnings.push('retained_value_age_unknown')
  return contentOnce(decoded, publish, memory, `homie:last:${id}`)
}

function decodeAttribute({ publish, memory, id, device }: Said, node: string, property: string, name: string): Decoded {
  const text = publish.text()?.trim() ?? ''
  if (name === 'unit' && text !== '') learnUnit(memory, id, `${node}/${property}`, text)
  if (name === 'unit' || name === 'datatype') learnKind(memory, id, [property])
  const kind = kindOf(publish.binding, id, known(memory, id))
  return ignored(`Homie attribute (${name} of ${property})`, { ...device, kind })
}

function decodeNode({ publish, memory, id, device }: Said, node: string, name = 'topic'): Decoded {
  if (name === 'properties') learnKind(memory, id, (publish.text() ?? '').slice(0, 8_192).split(','))
  const kind = kindOf(publish.binding, id, known(memory, id))
  return ignored(`Homie attribute (${name} of ${node})`, { ...device, kind })
}

function decodeDevice(said: Said, name: string, below: string | undefined, isFive: boolean): Decoded {
  switch (name) {
    case 'state':
      return decodeState(said, isFive)
    case 'alert':
      return decodeAlert(said, below ?? '')
    case 'description':
      return decodeDescription(said)
    case 'stats':
      return decodeStatistic(said, below ?? '')
    default:
      return ignored(`Homie attribute (${name} of the device)`, said.device)
  }
}

const STATES: Readonly<Record<string, { online: boolean } | null>> = {
  init: { online: true },
  ready: { online: true },
  alert: { online: true },
  disconnected: { online: false },
  lost: { online: false },
  sleeping: null,
}

function decodeState({ publish, memory, id, prefix, device }: Said, isFive: boolean): Decoded {
  const body = scalarBody(publish, device)
  if (body.refusal) return body.refusal
  const decoded = accepted(device.key, device.kind)
  const word = body.value.toLowerCase()
  const state = entry(STATES, word)
  if (state === undefined) decoded.warnings.push('unknown_value:$state')
  else if (state === null) decoded.warnings.push('sleeping_device_offline_is_normal')
  else {
    decoded.health.online = state.online
    report(decoded, 'device.offline', !state.online, word)
    // Since Homie 5 an alert has a topic of its own, and the state says nothing of it.
    if (!isFive && (word === 'alert' || word === 'ready')) report(decoded, 'device.alert', word === 'alert', word)
    const { children } = known(memory, id)
    if (!state.online && children?.length) decoded.unreachable = children.map((child) => `homie:${prefix}${child}`)
  }
  return contentOnce(decoded, publish, memory, `homie:last:${id}`)
}

const ALERTS_MAX = 50

/** An alert stands until its topic is emptied. */
function decodeAlert({ publish, memory, id, device }: Said, alert: string): Decoded {
  const row = known(memory, id)
  const others = (row.alerts ?? []).filter((each) => each !== alert)
  const isSolved = publish.payload.length === 0
  const open = isSolved ? others : [...others, alert].slice(-ALERTS_MAX)
  if (open.length !== (row.alerts ?? []).length) memory.set(keyOf(id), { ...row, alerts: open })
  const decoded = accepted(device.key, device.kind)
  const text = publish.text()
  if (isSolved && open.length > 0) report(decoded, 'device.alert', true, open[0])
  else if (isSolved) report(decoded, 'device.alert', false, alert)
  else report(decoded, 'device.alert', true, alert, text === null ? undefined : { text: text.slice(0, 256) })
  return contentOnce(decoded, publish, memory, `homie:last:${id}`)
}

function decodeDescription({ publish, memory, id, device }: Said): Decoded {
  const body = objectBody(publish, device)
  if (body.refusal) return body.refusal
  learnDescription(memory, id, body.value)
  const kind = kindOf(publish.binding, id, known(memory, id))
  return ignored('Homie description of the device', { ...device, kind })
}

/** Homie 3 statistics of the device itself. */
function decodeStatistic({ publish, memory, id, device }: Said, name: string): Decoded {
  if (!['battery', 'signal', 'supply', 'cputemp'].includes(name)) return ignored(`Homie statistic (${name})`, device)
  const body = scalarBody(publish, device)
  if (body.refusal) return body.refusal
  const decoded = accepted(device.key, device.kind)
  const value = scalarNumber(body.value)
  if (name === 'battery') measureHealth(decoded, 'batteryPercent', value)
  else if (name === 'signal') measureHealth(decoded, 'signalPercent', value)
  else if (name === 'supply') measureHealth(decoded, 'supplyVoltage', value)
  else measure(decoded, 'temperature.device', value)
  return contentOnce(decoded, publish, memory, `homie:last:${id}`)
}
