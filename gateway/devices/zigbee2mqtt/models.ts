import type { DecodedDevice, DeviceKind } from '../../../rules/model.ts'
import { field, isObject, type JsonObject, type Memory } from '../family.ts'
import { isElectrical } from './power.ts'
import { keyOf, knownBases } from './topics.ts'

/** What `bridge/devices` tells of the devices behind a bridge, kept as one small row a device. */
export interface KnownDevice {
  kind: DeviceKind
  vendor?: string
  model?: string
}

const DEVICES_MAX = 1_000
const NODES_MAX = 400
const TEXT_MAX = 64

export const knownDevice = (memory: Memory, key: string): KnownDevice | undefined =>
  memory.get<KnownDevice>(`z2m:device:${key}`)

export function about({ vendor, model }: Partial<KnownDevice> = {}): Partial<DecodedDevice> {
  return { ...(vendor === undefined ? {} : { vendor }), ...(model === undefined ? {} : { model }) }
}

/** Learns the list of devices of a bridge; writes only what is new. Answers how many it told of. */
export function learnDevices(memory: Memory, base: string, list: readonly unknown[]): number {
  const names: string[] = []
  for (const each of list.slice(0, DEVICES_MAX)) {
    if (!isObject(each)) continue
    const name = field(each, 'friendly_name')
    const definition = field(each, 'definition')
    if (typeof name !== 'string' || name === '' || name.length > 200) continue
    names.push(name)
    if (isObject(definition)) learnDevice(memory, keyOf(memory, base, name), definition)
  }
  // Only where several bridges share a broker must their devices be told apart when one of them goes.
  if (knownBases(memory).length > 1) setChanged(memory, `z2m:names:${base}`, names)
  return names.length
}

export function learnDevice(memory: Memory, key: string, definition: JsonObject): void {
  const known: KnownDevice = { kind: kindOf(definition) }
  const vendor = shortText(field(definition, 'vendor'))
  const model = shortText(field(definition, 'model'))
  if (vendor !== undefined) known.vendor = vendor
  if (model !== undefined) known.model = model
  setChanged(memory, `z2m:device:${key}`, known)
}

function setChanged(memory: Memory, key: string, value: unknown): void {
  if (JSON.stringify(memory.get(key)) !== JSON.stringify(value)) memory.set(key, value)
}

function shortText(raw: unknown): string | undefined {
  return typeof raw === 'string' && raw !== '' ? raw.slice(0, TEXT_MAX) : undefined
}

/** The keys of all devices of a bridge. */
export function keysBehind(memory: Memory, base: string): string[] {
  if (knownBases(memory).length <= 1) return ['z2m:*']
  const names = memory.get<readonly string[]>(`z2m:names:${base}`)
  return names === undefined ? [keyOf(memory, base, '*')] : names.map((name) => keyOf(memory, base, name))
}

const LEAK = new Set(['water_leak', 'water_leakage', 'leak', 'water_leakage_state', 'water_leak_state'])

/** A device's kind by what its definition says it exposes, and for switches by what it is described as. */
export function kindOf(definition: JsonObject): DeviceKind {
  const properties = new Set<string>()
  const features: string[] = []
  collect(field(definition, 'exposes'), properties, features)
  const words = `${String(field(definition, 'description'))} ${String(field(definition, 'model'))}`.slice(0, 500)
  const switches = features.includes('switch') || properties.has('state')
  if (features.includes('valve') || (switches && /\bvalve\b/i.test(words) && !features.includes('climate')))
    return 'valve'
  for (const property of properties) if (LEAK.has(property)) return 'water_leak'
  if (switches && /\bpump\b/i.test(words)) return 'pump'
  if (properties.has('contact')) return 'door'
  if (properties.has('rain') || properties.has('rain_intensity') || properties.has('precipitation')) return 'rain_gauge'
  for (const property of properties) if (isElectrical(property)) return 'power_meter'
  // Before its converter exists a leak sensor is a generic alarm with a telling name.
  return /\b(water leak|leak sensor|water sensor|flood)/i.test(words) ? 'water_leak' : 'unknown'
}

function collect(exposes: unknown, properties: Set<string>, features: string[]): void {
  const queue: unknown[] = Array.isArray(exposes) ? (exposes as unknown[]).slice(0, NODES_MAX) : []
  for (let index = 0; index < queue.length && index < NODES_MAX; index++) {
    const node = queue[index]
    if (!isObject(node)) continue
    const property = field(node, 'property')
    const type = field(node, 'type')
    const inner = field(node, 'features')
    if (typeof property === 'string') properties.add(property)
    if (typeof type === 'string') features.push(type)
    if (Array.isArray(inner)) queue.push(...(inner as unknown[]).slice(0, NODES_MAX))
  }
}
