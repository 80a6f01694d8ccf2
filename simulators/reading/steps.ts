import type { z } from 'zod'
import { FAULTS } from '../devices/index.ts'
import type { Act, PersonEvent, Step, When } from '../scenario.ts'
import type { Kind } from './kinds.ts'
import { meant } from './faults.ts'
import { step as stepSchema } from './schema.ts'
import { shaped } from './shaped.ts'
import { troubleOf } from './troubles.ts'
import { checkBuilding, checkDevice, checkPerson, checkStep, devicesLike, momentAt, patternAt } from './world.ts'
import type { World } from './world.ts'
import { itemsOf, keyOf, placeOf, valueOf } from './written.ts'
import type { Written } from './written.ts'

type Told = z.output<typeof stepSchema>
type Key = keyof Told

const WHEN_KEYS = ['at', 'after', 'when', 'every'] as const

/** What can happen, by the key that says it, with the keys that may stand beside it. */
const ACTS: Readonly<Record<string, { beside: readonly Key[]; devices?: true }>> = {
  fault: { beside: ['device', 'devices', 'for', 'one'], devices: true },
  repair: { beside: ['device', 'devices'], devices: true },
  network: { beside: ['device', 'devices', 'for'], devices: true },
  power_cut: { beside: ['for'] },
  person: { beside: ['loses', 'takes', 'declines', 'is', 'quits', 'for'] },
  request: { beside: [] },
  report: { beside: [] },
  publish: { beside: [] },
  restart: { beside: [] },
  channel: { beside: ['answers', 'for'] },
}
const ACT_KEYS = Object.keys(ACTS)

const EVENTS = {
  loses: 'loses_phone',
  takes: 'takes_break',
  declines: 'declines',
  is: 'is_late',
  quits: 'quits',
} as const satisfies Partial<Record<Key, PersonEvent>>
const METHODS = { post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE' } as const

/** One thing that happens; `null` after telling what is wrong with it. */
export function readStep(item: Written, world: World, site: string): Step | null {
  const told = shaped(stepSchema, item, world.faults)
  if (told === undefined) return null
  const reader: Reader = { told, item, world, site, at: (key) => valueOf(item, key) ?? item }
  const when = whenOf(reader)
  const act = actOf(reader)
  return when && act && { as: told.as ?? null, when, act, place: placeOf(item) }
}

interface Reader {
  told: Told
  item: Written
  world: World
  site: string
  /** What was written for a key. */
  at: (key: string) => Written
}

/** The only one of these keys; tells where there is none, or another one too. */
function single<Name extends string>(keys: readonly Name[], { item, world }: Reader, what: string): Name | null {
  const [first, second] = keys.filter((key) => valueOf(item, key) !== undefined)
  if (first === undefined) world.faults.add(item, what)
  if (second !== undefined) {
    world.faults.add(
      keyOf(item, second),
      `"${first}" and "${second}" do not go together; write two of them, or leave one out`,
    )
  }
  return first ?? null
}

function whenOf(reader: Reader): When | null {
  const { told, item, world, at } = reader
  const key = single(WHEN_KEYS, reader, 'when does this happen? write one of: at, after, when, every')
  if (told.by !== undefined && key !== 'after' && key !== 'when') {
    world.faults.add(keyOf(item, 'by'), '"by" counts from a step or a fact; it goes with after or when')
  }
  if (told.each !== undefined && key !== 'when') world.faults.add(keyOf(item, 'each'), '"each" goes with when')
  switch (key) {
    case null:
      return null
    case 'at':
      return { atMs: momentAt(world, told.at!, at('at')) }
    case 'after':
      checkStep(world, told.after!, at('after'))
      return { after: told.after!, byMs: told.by ?? 0 }
    case 'when':
      return { on: patternAt(world, told.when!, at('when')), byMs: told.by ?? 0, each: told.each ?? false }
    case 'every':
      if (told.every === 0) world.faults.add(at('every'), 'chance needs some time between: write 6h, 30d')
      return { everyMs: told.every! }
  }
}

function actOf(reader: Reader): Act | null {
  const { told, item, world } = reader
  const key = single(ACT_KEYS, reader, `what happens? write one of: ${ACT_KEYS.join(', ')}`)
  if (key === null) return null
  const { beside, devices: needsDevices } = ACTS[key]!
  const others = Object.keys(told).filter((each): each is Key => each !== key && !ACT_KEYS.includes(each))
  for (const other of others.filter((each) => !IN_ANY.includes(each) && !beside.includes(each))) {
    const fits = ACT_KEYS.filter((each) => ACTS[each]!.beside.includes(other))
    world.faults.add(keyOf(item, other), `"${other}" has no meaning with ${key}; it goes with ${fits.join(', ')}`)
  }
  return READERS[key]!(reader, needsDevices ? devicesOf(reader) : [], told.for ?? null)
}

const IN_ANY: readonly string[] = [...WHEN_KEYS, 'by', 'each', 'as']

/** Ids in `device` or `devices`. */
function devicesOf(reader: Reader): string[] {
  const { told, world, at } = reader
  const key = single(['device', 'devices'] as const, reader, 'which device? write device: with its id, or devices:')
  if (key === null) return []
  if (key === 'device') return checkDevice(world, told.device!, at('device')) ? [told.device!] : []
  const selection = told.devices!
  if (Array.isArray(selection)) {
    const ids = selection
    if (ids.length === 0) world.faults.add(at('devices'), 'a list of no devices; name at least one')
    return ids.filter((id, index) => checkDevice(world, id, itemsOf(at('devices'))[index] ?? at('devices')))
  }
  const { kind, building, like } = selection
  const inside = (name: string) => valueOf(at('devices'), name) ?? at('devices')
  if (building !== undefined && !checkBuilding(world, building, inside('building'))) return []
  const named = like === undefined ? [...world.devices.keys()] : devicesLike(world, like, inside('like'))
  const found = named.filter((id) => {
    const device = world.devices.get(id)
    return (kind ?? device?.kind) === device?.kind && (building ?? device?.building) === device?.building
  })
  if (named.length > 0 && found.length === 0 && world.complete) {
    world.faults.add(at('devices'), 'no device of this scenario is like that')
  }
  return found
}

/** The fault of a device; tells of one that a device of them cannot have. */
function faultOf(
  reader: Reader,
  key: 'fault' | 'repair',
  name: string,
  devices: readonly string[],
): (typeof FAULTS)[Kind][number] {
  const { world, at } = reader
  const kinds = [...new Set(devices.flatMap((id) => world.devices.get(id)?.kind ?? []))]
  const all = [...new Set(Object.values(FAULTS).flat())]
  const fault = all.find((each) => each === name)
  if (fault === undefined) {
    const known = kinds.length > 0 ? kinds.flatMap((kind) => FAULTS[kind]) : all
    world.faults.add(at(key), `there is no fault "${name}"; ${meant(name, [...new Set(known)])}`)
    return all[0]!
  }
  for (const kind of kinds.filter((each) => !FAULTS[each].includes(fault))) {
    const can = FAULTS[kind].length > 0 ? `it can have: ${FAULTS[kind].join(', ')}` : 'it can have none'
    world.faults.add(at(key), `a device of kind ${kind} cannot have the fault "${name}"; ${can}`)
  }
  return fault
}

const READERS: Readonly<Record<string, (reader: Reader, devices: string[], forMs: number | null) => Act | null>> = {
  fault: (reader, devices, forMs) => {
    const fault = faultOf(reader, 'fault', reader.told.fault!, devices)
    return { do: 'fault', devices, fault, forMs, one: reader.told.one ?? false }
  },
  repair: (reader, devices) => {
    const told = reader.told.repair!
    return { do: 'repair', devices, fault: told === true ? null : faultOf(reader, 'repair', told, devices) }
  },
  network: (reader, devices, forMs) => {
    const trouble = troubleOf(reader.told.network!, reader.at('network'), reader.world)
    if (trouble === 'calm') return { do: 'calm', devices }
    return trouble && { do: 'network', devices, trouble, forMs }
  },
  power_cut: ({ told, world, at }, _devices, forMs) => {
    checkBuilding(world, told.power_cut!, at('power_cut'))
    return { do: 'power_cut', building: told.power_cut!, forMs }
  },
  person: (reader, _devices, forMs) => {
    const { told, world, at } = reader
    checkPerson(world, told.person!, at('person'))
    const keys = Object.keys(EVENTS) as (keyof typeof EVENTS)[]
    const event = single(
      keys,
      reader,
      'what becomes of him? write one of: loses: phone, takes: break, declines: next, is: late, quits: true',
    )
    return event && { do: 'person', person: told.person!, event: EVENTS[event], forMs }
  },
  request: (reader) => {
    const { world, at } = reader
    const request = reader.told.request!
    const inside: Reader = { ...reader, item: at('request') }
    const names = Object.keys(METHODS) as (keyof typeof METHODS)[]
    const method = single(names, inside, 'a request has a method with its path: {post: tickets, body: {…}}')
    if (method === null) return null
    const path = request[method]!
    if (/^\/|^api\//.test(path)) {
      world.faults.add(
        valueOf(at('request'), method)!,
        `"${path}" is below /api/v1/ already; write it without, such as tickets`,
      )
    }
    return { do: 'request', method: METHODS[method], path, body: request.body ?? null, status: request.status ?? null }
  },
  report: ({ told, world, site, at }) => {
    const report = told.report!
    if (report.device !== undefined) checkDevice(world, report.device, valueOf(at('report'), 'device')!)
    const body = { site, category: 'other', ...report }
    return { do: 'request', method: 'POST', path: 'tickets', body, status: 201 }
  },
  publish: (reader) => {
    const { world, at } = reader
    const { device, topic, retain = false, said = 'live', ...payload } = reader.told.publish!
    checkDevice(world, device, valueOf(at('publish'), 'device')!)
    const inside: Reader = { ...reader, item: at('publish') }
    const how = single(['text', 'json', 'hex'] as const, inside, 'what is published? write one of: text, json, hex')
    if (how === null) return null
    const bytes =
      how === 'text'
        ? payload.text!
        : how === 'json'
          ? JSON.stringify(payload.json)
          : new Uint8Array(Buffer.from(payload.hex!.replace(/\s/g, ''), 'hex'))
    return { do: 'publish', device, topic, payload: bytes, retain, said }
  },
  restart: ({ told }) => ({ do: 'restart', downMs: told.restart! }),
  channel: ({ told, item, world }, _devices, forMs) => {
    const { channel, answers } = told
    if (answers === undefined)
      world.faults.add(item, 'what does the channel answer? write answers: well, nothing, error or too_many')
    return answers === undefined ? null : { do: 'channel', channel: channel!, answers, forMs }
  },
}
