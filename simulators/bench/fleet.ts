import type { DeviceKind } from '../../rules/model.ts'

/**
 * A property company's devices and rules, for what 10,000 devices and 200 rules cost: a hundred buildings with leak
 * sensors, meters and lifts; what rules ask is spread over points and kinds as it is spread in the field.
 */

export interface FleetDevice {
  id: string
  site: string
  kind: DeviceKind
  building: string
  zone: string
  tags: string[]
}

/** A rule as the API takes it. */
export type FleetRule = Readonly<Record<string, unknown>> & { id: string; kind: string }

export const FLEET_DEVICES = 10_000
export const FLEET_RULES = 200
const BUILDINGS = 100
const ZONES = 20
/** Of twenty devices twelve are leak sensors, seven meters and one a lift. */
const KINDS: readonly DeviceKind[] = [
  ...Array.from({ length: 12 }, (): DeviceKind => 'water_leak'),
  ...Array.from({ length: 7 }, (): DeviceKind => 'power_meter'),
  'elevator',
]
const TAGS = ['pump-room', 'archive', 'tenant', 'risk', 'roof']

export function fleet(count = FLEET_DEVICES): FleetDevice[] {
  return Array.from({ length: count }, (_, index) => {
    const building = Math.floor((index * BUILDINGS) / count) + 1
    return {
      id: `fleet-${String(index + 1).padStart(5, '0')}`,
      site: 'default',
      kind: KINDS[index % KINDS.length]!,
      building: `${building}`,
      zone: `${building}-${index % ZONES}`,
      tags: index % 2 === 0 ? [TAGS[(index / 2) % TAGS.length]!] : [],
    }
  })
}

/** Points with a limit that nothing of the fleet comes near, above where it counts upward and below else. */
const LIMITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  power_meter: {
    ...{ 'voltage.l1': 240, 'voltage.l2': 240, 'voltage.l3': 240, 'voltage.unbalance': 8 },
    ...{ 'voltage.l12': 420, 'voltage.l23': 420, 'voltage.l31': 420 },
    ...{ 'current.l1': 90, 'current.l2': 90, 'current.l3': 90, 'current.neutral': 60, 'current.total': 250 },
    ...{ 'current.residual': 0.2, 'temperature.device': 70, frequency: 51, 'grid.sags': 1_000, 'grid.swells': 1_000 },
    ...{ 'power.active': 60_000, 'power.active.l1': 20_000, 'power.active.l2': 20_000, 'power.active.l3': 20_000 },
    ...{ 'power.reactive': 30_000, 'power.reactive.l1': 9_000, 'power.reactive.l2': 9_000, 'power.reactive.l3': 9_000 },
    ...{ 'power.apparent': 80_000, 'power.apparent.l1': 25_000, 'power.apparent.l2': 25_000 },
    ...{ 'power.apparent.l3': 25_000, 'power.active.export': 60_000 },
    ...{ 'energy.active.import': 1e12, 'energy.active.export': 1e12, 'energy.reactive.import': 1e12 },
  },
  water_leak: {
    ...{ 'water.depth': 2, 'leak.count': 100, 'leak.last_duration': 86_400, 'leak.raw': 4_000 },
    ...{ 'temperature.ambient': 60, 'humidity.relative': 98 },
    ...{ rssi: 90, snr: 190, linkQuality: 254, batteryVoltage: 5 },
  },
  elevator: {
    ...{ 'lift.floor': 90, 'lift.speed': 8, 'temperature.ambient': 55, 'humidity.relative': 95 },
    ...{ 'power.active': 50_000, 'voltage.l1': 260, 'current.l1': 120, 'temperature.device': 75 },
    ...{ 'energy.active.import': 1e12, rssi: 90 },
  },
}

const SCOPED_EVERY = 10
const SCOPES = [
  { tags: ['pump-room', 'archive'] },
  { buildings: ['3', '14', '15', '92'] },
  { zones: Array.from({ length: ZONES }, (_, zone) => `7-${zone}`) },
]

/** What rules do with a point, in turn. */
const WAYS: readonly ((point: string, limit: number) => object)[] = [
  (point, limit) => ({ when: `${point} > ${double(limit)}`, clear: `${point} < ${double(limit * 0.9)}` }),
  (point, limit) => ({
    levels: [
      { priority: 'high', when: `${point} > ${double(limit * 1.2)}` },
      { priority: 'low', when: `${point} > ${double(limit)}`, onDelayMs: 60_000 },
    ],
  }),
  (point, limit) => ({ when: `${point} > ${double(limit)}`, calendar: [{ from: '22:00', to: '06:00' }] }),
  (point, limit) => ({
    when: `level > ${double(limit)}`,
    measures: { level: { average: point, overMs: 15 * 60_000 } },
  }),
  (point, limit) => ({ when: `${point} > ${double(limit)}`, count: { times: 3, withinMs: 600_000 } }),
]
/** A handful of rules read a point, with those that the service brings along. */
const RULES_A_POINT = 3

/** In CEL a number with a point is one that a measured value can be compared with. */
const double = (value: number) => (Number.isInteger(value) ? `${value}.0` : `${Number(value.toPrecision(6))}`)

/** Two sensors of one zone within a minute, and a lift without power in a wet building. */
const COMPANIONS: readonly FleetRule[] = [
  {
    ...about('fleet.two-sensors', 'water_leak'),
    when: 'water.leak',
    with: { kind: 'water_leak', same: 'zone', when: 'water.leak', withinMs: 60_000 },
  },
  {
    ...about('fleet.lift-in-water', 'elevator'),
    when: 'elevator.power_loss',
    with: { kind: 'water_leak', same: 'zone', when: 'water.leak' },
  },
]

/** So many rules of the owner's own, all different. */
export function fleetRules(count: number): FleetRule[] {
  const points = Object.entries(LIMITS).flatMap(([kind, limits]) =>
    Object.entries(limits).map(([point, limit]) => ({ kind, point, limit })),
  )
  const all = Array.from({ length: points.length * RULES_A_POINT }, (_, index): FleetRule => {
    const { kind, point, limit } = points[index % points.length]!
    const way = WAYS[(index + Math.floor(index / points.length)) % WAYS.length]!
    const scope = index % SCOPED_EVERY === 0 ? { scope: SCOPES[(index / SCOPED_EVERY) % SCOPES.length] } : {}
    return { ...about(`fleet.${index + 1}`, kind), ...way(point, limit), ...scope }
  })
  if (count > COMPANIONS.length + all.length) throw new Error(`there are ${COMPANIONS.length + all.length} such rules`)
  return [...COMPANIONS, ...all].slice(0, count)
}

function about(id: string, kind: string): FleetRule {
  return { id, kind, title: { zh: id, en: id }, priority: 'medium', category: 'fleet' }
}

/** What the devices of a kind say over and over; `round` makes it differ from time to time. */
export interface FleetMessage {
  name: string
  kind: DeviceKind
  channel: 'telemetry' | 'event'
  /** Points, conditions and health that it brings, also by what the service derives. */
  brings: readonly string[]
  payload(round: number): string
}

const VOLTAGES = ['voltage.l1', 'voltage.l2', 'voltage.l3']
const CURRENTS = ['current.l1', 'current.l2', 'current.l3']

export const fleetMessages: readonly FleetMessage[] = [
  {
    name: 'a meter: 3 voltages, 3 currents, power',
    kind: 'power_meter',
    channel: 'telemetry',
    brings: [...VOLTAGES, ...CURRENTS, 'power.active', 'voltage.unbalance'],
    payload(round) {
      const volts = VOLTAGES.map((point, phase) => [point, 222 + ((round * 7 + phase * 3) % 11) / 2])
      const amps = CURRENTS.map((point, phase) => [point, 11 + ((round * 3 + phase) % 8) / 4])
      const watts = ['power.active', 7_000 + (round % 50)]
      return JSON.stringify({ values: Object.fromEntries([...volts, ...amps, watts]) as Record<string, number> })
    },
  },
  {
    name: 'a leak sensor: dry, with its battery',
    kind: 'water_leak',
    channel: 'telemetry',
    brings: ['water.leak', 'batteryPercent'],
    payload: (round) => JSON.stringify({ values: { 'water.leak': false, batteryPercent: 60 + (round % 40) } }),
  },
  {
    name: 'a lift: an event that ends',
    kind: 'elevator',
    channel: 'event',
    brings: ['elevator.overload'],
    payload: () => JSON.stringify({ event: 'elevator.overload', active: false }),
  },
]

const NAMES = /[a-z_][a-z0-9_]*(?:\.[a-z0-9_]+)*/gi

/** How many rules the message of a device meets. */
export function rulesMet(message: FleetMessage, device: FleetDevice, rules: readonly FleetRule[]): number {
  return rules.filter((rule) => {
    if (rule.kind !== device.kind && rule.kind !== 'any') return false
    const { when, clear, levels, measures, scope } = rule
    const words: string[] = JSON.stringify([when, clear, levels, measures]).match(NAMES) ?? []
    return message.brings.some((name) => words.includes(name)) && isInScope(device, scope as Scope | undefined)
  }).length
}

type Scope = Partial<Record<'tags' | 'buildings' | 'zones', readonly string[]>>

function isInScope({ building, zone, tags }: FleetDevice, scope: Scope = {}): boolean {
  return (
    (scope.tags?.some((tag) => tags.includes(tag)) ?? true) &&
    (scope.buildings?.includes(building) ?? true) &&
    (scope.zones?.includes(zone) ?? true)
  )
}
