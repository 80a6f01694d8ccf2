import { createHash } from 'node:crypto'
import { monotonicFactory } from 'ulid'
import type { Change, Changes } from './changes.ts'
import { createCheckpoint } from './checkpoint.ts'
import type { Clock } from './clock.ts'
import { type Command, type CommandResult, perform } from './commands.ts'
import { type Due, findDue, inSlices, meetDeadlines } from './deadlines.ts'
import { createDueDevices } from './due-devices.ts'
import { createAuditor } from './escalation/audit.ts'
import { DEFAULT_FLOOD_POLICY, type FloodPolicy } from './flood/rate.ts'
import { takeIn, type Writers } from './intake.ts'
import {
  DAY_MS,
  type Batch,
  type CarryCommand,
  type DeviceMessage,
  type Principal,
  type Random,
  Refusal,
  type Rejection,
  type Taken,
} from './model.ts'
import { provideServiceDevice, serviceMessage } from './service-device.ts'
import { nextDueAt } from './next-due.ts'
import { prepareStart } from './start.ts'
import { isTransient, type Store, transaction } from './storage/connect.ts'
import { openJournal } from './storage/journal.ts'
import { findIdempotent, saveIdempotent, saveSetting } from './storage/records.ts'
import { openRemembered } from './storage/remembered.ts'
import { pruneRejections } from './storage/rejections.ts'
import { createTurns, giveWay, type InTurn } from './turns.ts'
import type { Work } from './work.ts'
import { ALIVE_SETTING, type DeviceRecord, draftOf, type World } from './world.ts'

/**
 * The only doors to what is decided. Each operation reads the clock once and commits one transaction; what changed is
 * published after the commit. Operations run one after another; what devices say goes before what else waits, see
 * `createTurns`.
 */
export interface Engine {
  /** Resolves when the batch is committed and on disk; tries again for as long as the disk does not let it. */
  ingest(batch: Batch): Promise<Taken>
  /** Lets what is due take effect. */
  tick(): Promise<void>
  /** When a tick next has something to meet, unless something is said or done before; `Infinity`: never. */
  nextDueAt(): Promise<number>
  /** A person's or a program's command. Rejects with `Refusal`. */
  command(command: Command, asked: Asked): Promise<CommandResult>
  device(id: string): DeviceRecord | undefined
  devices(): Iterable<DeviceRecord>
  world(): Readonly<World>
  /** The time that decisions are taken at. */
  now(): number
  /** What a device family remembers under a key for a gateway or broker; `undefined`: nothing. */
  recall: (source: string, key: string) => unknown
  /** `null` when the last transaction went through, else why not. */
  trouble(): string | null
  /** Waits for the operation that runs; nothing begins after it. */
  stop(): Promise<void>
}

export interface Asked {
  by: Principal
  idempotencyKey?: string | undefined
}

export interface EngineOptions {
  store: Store
  clock: Clock
  random: Random
  changes: Changes
  /** Which message carries a command to a device. */
  carry: CarryCommand
  flood?: FloodPolicy
  onError: (error: unknown, doing: string) => void
}

const RETRY_MS = 100
const COMMAND_TRIES = 30
const ALIVE_EVERY_MS = 30_000
const HOUSE_EVERY_MS = 1_000
const PRUNE_EVERY_MS = 10 * 60_000

export async function createEngine({
  store,
  clock,
  random,
  changes,
  carry,
  flood = DEFAULT_FLOOD_POLICY,
  onError,
}: EngineOptions): Promise<Engine> {
  const writers: Writers = { journal: openJournal(store.sqlite), remembered: openRemembered(store.sqlite) }
  const ulid = monotonicFactory(random)
  const checkpoint = createCheckpoint()
  const world = await prepareStart(store, flood, clock.now(), (id) => checkpoint.changed(id))
  const dueDevices = createDueDevices(world)
  const lateSteps = createAuditor(store.reader)
  const turns = createTurns()
  let trouble: string | null = null
  let stopped = false
  let aliveAt = 0
  let housedAt = 0
  let prunedAt = clock.now()

  async function transact<T>(now: number, run: (work: Work) => Promise<T>): Promise<T> {
    const draft = draftOf(world)
    const pending: Work['changes'] = []
    try {
      const result = await transaction(store.writer, (db) =>
        run({
          db,
          now,
          draft,
          rules: world.rules,
          memory: world.memory,
          carry,
          flood,
          changes: pending,
          newId: () => ulid(now),
        }),
      )
      draft.commit()
      for (const record of draft.touched()) {
        checkpoint.changed(record.device.id)
        dueDevices.changed(record)
      }
      trouble = null
      changes.publish(pending)
      return result
    } catch (error) {
      if (isTransient(error)) trouble = error instanceof Error ? error.message : String(error)
      throw error
    }
  }

  async function retrying<T>(inTurn: InTurn, tries: number, operation: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await inTurn(operation)
      } catch (error) {
        if (!isTransient(error)) throw error
        if (attempt === 1) onError(error, 'writing')
        if (stopped || attempt >= tries) {
          throw new Refusal('unavailable', 'the data file cannot be written at the moment; try again', 'unwritable')
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }

  const take = (batch: Batch, now: number) =>
    retrying(turns.intake, Infinity, () => transact(now, (work) => takeIn(work, writers, batch)))

  async function ingest(batch: Batch): Promise<Taken> {
    const now = clock.now()
    try {
      return await take(batch, now)
    } catch (error) {
      if (error instanceof Refusal) throw error
      onError(error, 'taking a batch in')
      return await ingestOneByOne(batch, now)
    }
  }

  /** A message that breaks an assertion keeps no other out and does not come back for ever: it becomes a rejection. */
  async function ingestOneByOne(batch: Batch, now: number): Promise<Taken> {
    const alone = (part: Batch) => take(part, now)
    let duplicates = 0
    const rejections: Rejection[] = []
    await alone({ messages: [], rejections: batch.rejections })
    const refused = new Set<string | undefined>()
    for (const message of batch.messages) {
      try {
        const taken = await alone({ messages: [message], rejections: [] })
        duplicates += taken.duplicates
        rejections.push(...taken.rejections)
        if (taken.rejections.length > 0) refused.add(message.retainedKey)
      } catch (error) {
        if (error instanceof Refusal) throw error
        onError(error, `taking in a message of ${message.device}`)
        refused.add(message.retainedKey)
        const rejection = internalError(message, error)
        await alone({ messages: [], rejections: [rejection] })
        rejections.push(rejection)
      }
    }
    // Last: after a crash in between, what comes again must not be a duplicate of what was never stored.
    const remembered = (batch.remembered ?? []).filter(({ key }) => !refused.has(key))
    await alone({ messages: [], rejections: [], remembered })
    return { duplicates, rejections }
  }

  async function tick(): Promise<void> {
    await meetWhatIsDue()
    if (stopped) return
    await tellOfItself()
    await turns.rest(() => keepHouse(clock.now()))
  }

  /**
   * In slices, and what was asked meanwhile comes between them: a slice that was not met is due at the next tick. What
   * fell due at once is first recorded, then told: its notices are heard of at its end.
   */
  async function meetWhatIsDue(): Promise<void> {
    const due = await turns.rest(() => findDue(store.reader, world, dueDevices, clock.now()))
    const notices: Change[] = []
    const broken: unknown[] = []
    const meet = (slice: Due) => async (work: Work) => {
      await meetDeadlines(work, slice)
      const at = work.changes.findIndex(({ type }) => type === 'notice')
      if (at >= 0) notices.push(...work.changes.splice(at, 1))
    }
    // What breaks an assertion keeps nothing else waiting: the rest of its slice is met without it.
    const meetSlice = async (slice: Due): Promise<void> => {
      if (stopped) return
      try {
        await turns.rest(() => transact(clock.now(), meet(slice)))
        await giveWay()
      } catch (error) {
        if (isTransient(error)) throw error
        const alone = [...inSlices(slice, 1)]
        if (alone.length === 1) broken.push(error)
        else for (const part of alone) await meetSlice(part)
      }
    }
    try {
      for (const slice of inSlices(due)) await meetSlice(slice)
    } finally {
      for (const first of broken.slice(0, 1)) onError(first, `meeting what is due: ${broken.length} of it failed`)
      changes.publish(notices.slice(0, 1))
    }
  }

  async function tellOfItself(): Promise<void> {
    const now = clock.now()
    // Where no people are set up, nobody waits for a call.
    const late = world.plans.responder.size === 0 ? 0 : await lateSteps(now)
    const message = serviceMessage(world, now, clock.driftMs?.() ?? 0, late)
    if (message === null) return
    const batch = { messages: [message], rejections: [] }
    await turns.rest(() =>
      transact(now, async (work) => {
        await provideServiceDevice(work, world.sites)
        await takeIn(work, writers, batch)
      }),
    )
  }

  async function keepHouse(now: number): Promise<void> {
    // While something is wrong every tick tries, so that readiness is true again as soon as the disk is.
    const alive = trouble !== null || now - aliveAt >= ALIVE_EVERY_MS
    const prune = now - prunedAt >= PRUNE_EVERY_MS
    if (!alive && !prune && (!checkpoint.pending() || now - housedAt < HOUSE_EVERY_MS)) return
    const written = await transact(now, async ({ db }) => {
      if (alive) await saveSetting(db, ALIVE_SETTING, String(now))
      if (prune) await pruneRejections(db)
      return checkpoint.pending() ? checkpoint.writeSlice(db, world) : null
    })
    written?.()
    housedAt = now
    if (alive) aliveAt = now
    if (prune) prunedAt = now
  }

  async function command(command: Command, { by, idempotencyKey }: Asked): Promise<CommandResult> {
    return retrying(turns.rest, COMMAND_TRIES, () => {
      const now = clock.now()
      return transact(now, async (work) => {
        if (idempotencyKey === undefined) return perform(work, command, by)
        const request = requestHash(command)
        const { owner, keptMs } = keyOf(by)
        const earlier = await findIdempotent(work.db, owner, idempotencyKey)
        if (earlier) return repeated(earlier, request)
        const result = await perform(work, command, by)
        await saveIdempotent(work.db, owner, idempotencyKey, request, withoutSecrets(result), { now, keptMs })
        return result
      })
    })
  }

  return {
    ingest,
    tick,
    nextDueAt: () => nextDueAt(store.reader, world, dueDevices, clock.now()),
    command,
    device: (id) => world.devices.get(id),
    devices: () => world.devices.values(),
    world: () => world,
    now: () => clock.now(),
    recall: (source, key) => world.memory.get(source)?.get(key),
    trouble: () => trouble,
    async stop() {
      stopped = true
      await turns.idle()
    },
  }
}

/**
 * Whose a key is and for how long: a login's, for a day. A responder is the same man with any login, and his phone,
 * which may lie without a network over the days off, sends again with the next one what had arrived with the last.
 */
const keyOf = ({ id, name, role }: Principal): { owner: string; keptMs: number } =>
  role === 'responder' ? { owner: `responder ${name}`, keptMs: 7 * DAY_MS } : { owner: id, keptMs: DAY_MS }

/** What was asked may be a drawing, or hold a secret: only whether it is asked again is kept. */
const requestHash = (command: Command): string => createHash('sha256').update(JSON.stringify(command)).digest('hex')

function repeated(earlier: { request: string; result: string }, request: string): CommandResult {
  if (earlier.request !== request) {
    throw new Refusal('invalid', 'this Idempotency-Key was used for another request; use a new one', 'key_reused')
  }
  return JSON.parse(earlier.result) as CommandResult
}

/** What can be told of a message that broke something, whatever that was. */
function textOf(message: DeviceMessage): string {
  try {
    return JSON.stringify(message)
  } catch {
    return `a message of ${message.device} that cannot be written as JSON`
  }
}

/** A secret is shown once: a repeated request learns that it was done, not the secret. */
function withoutSecrets(result: CommandResult): string {
  return JSON.stringify(result, (key, value: unknown) => (key === 'secret' ? null : value))
}

function internalError(message: DeviceMessage, error: unknown) {
  const payload = Buffer.from(textOf(message))
  return {
    receivedAt: message.receivedAt,
    site: null,
    device: message.device,
    topic: '',
    reason: 'internal_error' as const,
    detail: error instanceof Error ? error.message : String(error),
    payload,
    sizeBytes: payload.length,
  }
}

export type { Command, CommandResult }
