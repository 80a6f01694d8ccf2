import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { carryCommand } from '../../gateway/commands.ts'
import { type Change, createChanges } from '../../rules/changes.ts'
import { type ManualClock, manualClock } from '../../rules/clock.ts'
import { type Command, createEngine, type Engine } from '../../rules/engine.ts'
import type { FloodPolicy } from '../../rules/flood/rate.ts'
import type {
  ConditionState,
  Device,
  DeviceKind,
  DeviceMessage,
  Health,
  Measurement,
  PointValue,
  Principal,
  Taken,
  Ticket,
  TicketAction,
} from '../../rules/model.ts'
import { pointDefinition } from '../../rules/model.ts'
import { openStore, type Store } from '../../rules/storage/connect.ts'
import { findTicket, listTickets } from '../../rules/storage/tickets.ts'
import { listAlarms } from '../../rules/storage/alarms.ts'

/** Monday, 10:00 in Shanghai. */
export const START = Date.UTC(2026, 10, 23, 2)
export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE

export const LEAK = 'leak-1'
export const LIFT = 'lift-1'
export const METER = 'meter-1'

export const ADMIN: Principal = { id: 'p1', name: 'Zhang', role: 'admin', sites: null }
/** Who confirms what the admin asks for. */
export const SECOND_PERSON: Principal = { id: 'p2', name: 'Sun', role: 'dispatcher', sites: null }

/** What a device says, briefly: points by name, levels by code, pulses. */
export interface Saying {
  at?: number
  deviceAt?: number | null
  seq?: number | null
  live?: boolean
  heard?: boolean
  values?: Record<string, PointValue>
  levels?: Record<string, boolean>
  pulses?: readonly string[]
  health?: Health
}

export function saying(device: string, at: number, said: Saying): DeviceMessage {
  const level = ([code, active]: [string, boolean]) => ({ code, state: state(active) })
  const pulse = (code: string) => ({ code, state: 'pulse' as const })
  return {
    device,
    receivedAt: said.at ?? at,
    deviceAt: said.deviceAt ?? null,
    live: said.live ?? true,
    heard: said.heard ?? true,
    seq: said.seq ?? null,
    measurements: Object.entries(said.values ?? {}).map(measurement),
    conditions: [...Object.entries(said.levels ?? {}).map(level), ...(said.pulses ?? []).map(pulse)],
    health: said.health ?? {},
  }
}

const state = (active: boolean): ConditionState => (active ? 'active' : 'cleared')
const measurement = ([name, value]: [string, PointValue]): Measurement => ({
  name,
  value,
  unit: pointDefinition(name)?.unit ?? null,
})

/** A real engine on a real data file, with a clock that the test moves, and one device of each kind. */
export class EngineBench {
  readonly clock: ManualClock
  readonly folder: string
  store!: Store
  engine!: Engine
  changes: Change[] = []
  errors: string[] = []
  private running = false
  /** One for all starts, so that no id comes twice. */
  private readonly random = seeded(1)

  private constructor(
    startMs: number,
    private readonly flood: FloodPolicy | undefined,
  ) {
    this.clock = manualClock(startMs)
    this.folder = mkdtempSync(join(tmpdir(), 'shifen-engine-'))
  }

  static async open(startMs = START, options: { flood?: FloodPolicy } = {}): Promise<EngineBench> {
    const bench = new EngineBench(startMs, options.flood)
    await bench.start()
    await bench.provision(LEAK, 'water_leak')
    await bench.provision(LIFT, 'elevator')
    await bench.provision(METER, 'power_meter')
    return bench
  }

  async start(): Promise<void> {
    this.store = await openStore(this.folder)
    const changes = createChanges((error) => {
      throw error
    })
    changes.subscribe((published) => void this.changes.push(...published))
    this.engine = await createEngine({
      store: this.store,
      clock: this.clock,
      random: this.random,
      changes,
      carry: carryCommand,
      ...(this.flood && { flood: this.flood }),
      onError: (error, doing) => void this.errors.push(`${doing}: ${String(error)}`),
    })
    this.running = true
  }

  async stop(): Promise<void> {
    if (!this.running) return
    this.running = false
    await this.engine.stop()
    await this.store.close()
  }

  /** Ends the process, as it were, and starts the next one on the same folder `downMs` later. */
  async restart(downMs = 0): Promise<void> {
    await this.stop()
    this.clock.advance(downMs)
    await this.start()
  }

  async close(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  async provision(id: string, kind: DeviceKind, site = 'default'): Promise<Device> {
    const told = { name: id, location: `place of ${id}`, building: null }
    const { device } = await this.command({ type: 'provision_device', id, site, kind, ...told })
    return device!
  }

  /** One batch with one message. */
  say(device: string, said: Saying): Promise<Taken> {
    return this.take(saying(device, this.clock.now(), said))
  }

  take(...messages: DeviceMessage[]): Promise<Taken> {
    return this.engine.ingest({ messages, rejections: [] })
  }

  leak(active = true): Promise<Taken> {
    return this.say(LEAK, { levels: { 'water.leak': active } })
  }

  command(command: Command, by: Principal = ADMIN, idempotencyKey?: string) {
    return this.engine.command(command, { by, idempotencyKey })
  }

  async act(ticket: string, action: TicketAction, by: Principal = ADMIN): Promise<Ticket> {
    const details = { ...(action === 'assign' && { assignee: 'Li' }), signature: 'Wang', note: 'done' }
    return (await this.command({ type: 'act_on_ticket', ticket, action, ...details }, by)).ticket!
  }

  /** An emergency is cancelled by two, anything else by the first of them. */
  async cancel(ticket: string): Promise<Ticket> {
    const asked = await this.act(ticket, 'cancel')
    return asked.state === 'cancelled' ? asked : this.act(ticket, 'cancel', SECOND_PERSON)
  }

  /** The normal way of a ticket, up to and with an action. */
  async walk(ticket: string, upTo: TicketAction): Promise<Ticket> {
    const way = ['assign', 'accept', 'depart', 'arrive', 'complete', 'sign-off', 'close'] as const
    let moved: Ticket | undefined
    for (const action of way) {
      moved = await this.act(ticket, action)
      if (action === upTo) return moved
    }
    throw new Error(`${upTo} is not on the way`)
  }

  /** Moves time on and lets the engine look at once. */
  async pass(ms: number): Promise<void> {
    this.clock.advance(ms)
    await this.engine.tick()
  }

  /** Newest first. */
  tickets(): Promise<Ticket[]> {
    return listTickets(this.store.reader, { sites: null, limit: 500 })
  }

  async ticket(id?: string): Promise<Ticket> {
    if (id === undefined) {
      const all = await this.tickets()
      if (all.length !== 1) throw new Error(`there are ${all.length} tickets`)
      return all[0]!
    }
    return (await findTicket(this.store.reader, id))!
  }

  /** Raised ones, newest first. */
  alarms() {
    return listAlarms(this.store.reader, { sites: null, limit: 500 })
  }

  async alarm() {
    const all = await this.alarms()
    if (all.length !== 1) throw new Error(`there are ${all.length} alarms`)
    return all[0]!
  }

  /** How many rows a table has, as another connection sees them. */
  async count(table: Table): Promise<number> {
    const query = this.store.reader.selectFrom(table).select((e) => e.fn.countAll<number>().as('rows'))
    return (await query.executeTakeFirstOrThrow()).rows
  }
}

type Table = 'readings' | 'events' | 'alarms' | 'tickets' | 'clocks' | 'outbox' | 'ticket_history' | 'rejections'

/** A small seeded generator (mulberry32), so that ids are the same at every run. */
function seeded(seed: number): () => number {
  let value = seed >>> 0
  return () => {
    value = (value + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(value ^ (value >>> 15), value | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
