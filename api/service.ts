import { getRequestListener } from '@hono/node-server'
import { createServer } from 'node:http'
import pino, { type Logger } from 'pino'
import { type Broker, createBroker } from '../gateway/broker.ts'
import { carryCommand } from '../gateway/commands.ts'
import type { Packet } from '../gateway/decode.ts'
import { decodeExample } from '../gateway/example.ts'
import { journalHistory } from '../gateway/history/journal.ts'
import { journalMessages } from '../gateway/history/messages.ts'
import { createIngest, type Ingest } from '../gateway/ingest.ts'
import { compileMappings } from '../gateway/mapping/mappings.ts'
import { tryMapping } from '../gateway/mapping/try.ts'
import { createUpstream, type Upstream } from '../gateway/upstream.ts'
import { acceptWebSockets } from '../gateway/websocket.ts'
import { createChanges } from '../rules/changes.ts'
import { type Clock, type SystemClock, systemClock } from '../rules/clock.ts'
import { DRIFT_MAX_MS } from '../rules/service-device.ts'
import { isFresh } from '../rules/control/machine.ts'
import { createEngine, type Engine } from '../rules/engine.ts'
import { instanceId } from '../rules/instance.ts'
import type { MqttLogin, Outgoing, Random } from '../rules/model.ts'
import { openStore, type Store } from '../rules/storage/connect.ts'
import { countOpenTickets } from '../rules/storage/tickets.ts'
import { createApp } from './app.ts'
import { createAuthenticate } from './auth.ts'
import type { Config } from './config.ts'
import { composeDesk } from './desk.ts'
import { addressOf, listen, portOf } from './listen.ts'
import { createLiveFeed } from './live-feed.ts'
import { provideAdmin, SYSTEM, verifyLogin } from './logins.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { composeNotices, type Doors } from './notices.ts'
import { createOutgoing } from './outgoing.ts'
import { createGuard } from './outgoing-guard.ts'
import { mountRoutes } from './routes/index.ts'
import type { LiveStreams } from './routes/live.ts'
import { type Checks, isReady } from './routes/system.ts'
import type { Simulation } from './simulation.ts'
import { type Told, toldOf } from './told.ts'
import { createWatchdog, type Watchdog } from './watchdog.ts'

/** Where nothing goes anywhere. */
export { NOWHERE } from './notices.ts'
/** What those who follow are told. */
export type { Told } from './told.ts'
/** What a simulated building offers. */
export type { Simulation } from './simulation.ts'
/** What a message says: the bench times it. */
export { decodeExample } from '../gateway/example.ts'

export interface ServiceOptions {
  config: Config
  clock?: Clock
  random?: Random
  logger?: Logger
  /** How notices leave the machine. */
  outgoing?: Doors
  /** `false`: the data is thrown away with the process, and no commit waits for the disk. */
  durable?: boolean
  /** Hears what is sent to a device, or to the gateway it is behind, where no broker carries it. */
  onMessage?: (gateway: string | null, message: Outgoing) => void
  /** Of the building that is simulated on it. */
  simulation?: Simulation
}

export interface Service {
  start(): Promise<void>
  /** Finishes the running batch and closes. */
  stop(): Promise<void>
  /** The real ports; `mqtt` is null when the embedded broker is off. */
  addresses(): { http: string; mqtt: string | null }
  /** A token with every right that was made at this start; shown this once. */
  madeAdminToken(): string | null
  /** Takes a packet as if a device had published it; resolves when it is committed. */
  receive(packet: Omit<Packet, 'receivedAt'>): Promise<void>
  /** Lets what is due at the clock's time take effect, and sends what is queued. */
  tick(): Promise<void>
  /** When `tick` next has something to do, unless something is received or asked before; `Infinity`: never. */
  nextDueAt(): Promise<number>
  /** Tells what changed, each time after its commit, what a start catches up on included; answers how to stop. */
  follow(listener: (told: Told) => void): () => void
  /** Asks the API without a socket. */
  fetch(request: Request): Promise<Response>
}

/** What is due is found within it: four times within the second that a silence may be late by. */
const TICK_MS = 250
interface Running {
  ingest: Ingest
  engine: Engine
  app: { fetch(request: Request): Response | Promise<Response> }
  tick(): Promise<void>
  addresses: { http: string; mqtt: string | null }
}

/** Undoes what a start began, the last begun first. */
type Undo = (() => Promise<unknown> | void)[]

/** The composition root: every part is made here, once, and handed what it needs. */
export function createService({
  config,
  clock = systemClock(),
  random = Math.random,
  logger,
  outgoing = createOutgoing(createGuard(config.outgoing.allow)),
  durable = true,
  onMessage = () => undefined,
  simulation,
}: ServiceOptions): Service {
  const log =
    logger ?? pino({ level: config.logLevel, redact: ['*.password', '*.token', '*.secret'] }, pino.destination(2))
  const onError = (error: unknown, doing: string) => log.error({ err: error, doing }, 'failed')
  let running: Running | null = null
  let undo: Undo = []
  let madeToken: string | null = null
  const followers = new Set<(told: Told) => void>()

  const mustRun = (): Running => {
    if (running === null) throw new Error('the service is not started')
    return running
  }

  async function compose(): Promise<Running> {
    const store = await openStore(config.dataDir, durable)
    undo.push(() => store.close())
    const server = createServer()
    undo.push(() => server.closeAllConnections())
    const httpAddress = () => addressOf('http', config.http.host, portOf(server))
    const changes = createChanges((error) => onError(error, 'telling a change'))
    const { flood } = config
    const engine = await createEngine({ store, clock, random, changes, carry: carryCommand, flood, onError })
    changes.subscribe((published) => {
      if (followers.size === 0) return
      for (const told of published.flatMap((change) => toldOf(engine, change) ?? [])) {
        for (const listener of followers) listener(told)
      }
    })
    madeToken = await provideAdmin(engine, store, config)
    for (const { id, rule, faults } of engine.world().ruleBook.values()) {
      if (rule === null) log.error({ rule: id, faults }, 'this rule can no longer be used and does not run; correct it')
    }

    const mappingsNow = () =>
      compileMappings(
        [...engine.world().mappings.values()].map(({ mapping }) => mapping),
        ({ id }, faults) => log.error({ mapping: id, faults }, 'this mapping can no longer be used; correct it'),
      )
    let mappings = mappingsNow()
    let broker: Broker | null = null
    let upstreams: ReadonlyMap<string, Upstream> = new Map()
    /** To a device, through the outside broker that it speaks through, else through the embedded one. */
    const deliver = (gateway: string | null, outgoing: Outgoing) => {
      const upstream = gateway === null ? undefined : upstreams.get(gateway)
      if (upstream === undefined) return broker === null ? onMessage(gateway, outgoing) : broker.send(outgoing, gateway)
      const sent = upstream.publish(outgoing)
      sent.catch((error: unknown) => onError(error, `sending to ${outgoing.topic} through ${gateway}`))
    }
    let streams: LiveStreams | null = null
    const onListening = (login: MqttLogin) => {
      for (const device of listeners(engine, login, clock.now())) {
        const resend = engine.command({ type: 'resend_controls', device }, { by: SYSTEM })
        resend.catch((error: unknown) => onError(error, 'sending commands again'))
      }
    }
    const ingest: Ingest = createIngest({
      engine,
      binding: (site) => ({ timezone: engine.world().sites.get(site)?.timezone ?? config.timezone }),
      onRequest: deliver,
      mappings: () => mappings,
      onBatch: (batch) => metrics.batch(batch),
      onPressure(high) {
        broker?.hold(high)
        for (const upstream of upstreams.values()) upstream.hold(high)
      },
    })
    undo.push(async () => {
      await engine.stop()
      await ingest.settled()
      await flushing
    })
    const metrics = createMetrics(clock, {
      ticketsOpen: () => countOpenTickets(store.reader),
      mqttConnections: () => broker?.connected() ?? 0,
      brokersConnected: () => [...upstreams.values()].filter((upstream) => upstream.connected()).length,
      ingestWaiting: () => ingest.waiting(),
      liveStreams: () => streams?.open() ?? 0,
    })
    const publicUrl = () => config.publicUrl ?? httpAddress()
    const notices = composeNotices({
      ...{ config, engine, reader: store.reader, clock, random, log, outgoing, publicUrl },
      onResult: metrics.notified,
    })
    const { outbox } = notices
    const desk = await composeDesk({ config, engine, reader: store.reader, log, key: notices.sealer.linkKey })
    undo.push(() => notices.stop())
    const meetDeadlines = async () => {
      await engine.tick()
      watchdog?.check()
    }
    let flushing = Promise.resolve()
    const flush = () => {
      flushing = outbox.flush().catch((error: unknown) => onError(error, 'sending notices'))
    }
    changes.subscribe((published) => {
      metrics.changes(published)
      for (const change of published) {
        if (change.type === 'credential') broker?.cut(change.username)
        if (change.type === 'control' && change.sending) deliver(change.sending.gateway, change.sending.message)
      }
      if (published.some(({ type }) => type === 'mapping')) mappings = mappingsNow()
      if (published.some(({ type }) => type === 'notice')) flush()
    })

    const checks: Checks = {
      database: () => engine.trouble(),
      broker: () => (config.mqtt.port === 'off' || broker !== null ? outsideTrouble(upstreams) : 'it does not listen'),
      clock: () => clockTrouble(clock),
      outbox: () => outbox.trouble(),
    }
    const watchdog = watchdogOf(() => server.listening && isReady(checks), metrics)
    if (watchdog) undo.push(() => watchdog.stop())
    const remarks: Checks = {
      channels: () => notices.trouble(),
      ...(watchdog && { watchdog: () => watchdog.trouble() }),
    }

    const feed = createLiveFeed(changes, Math.floor(random() * 2 ** 32).toString(36))
    const authenticate = createAuthenticate({ engine, reader: store.reader, clock, onError })
    const app = createApp({
      authenticate,
      onUnforeseen: (error) => onError(error, 'answering a request'),
      mount(surface) {
        const mounted = mountRoutes(surface, {
          ...{ config, engine, clock, authenticate, feed, desk, notices, publicUrl, checks, remarks },
          reader: store.reader,
          registry: metrics.registry,
          history: journalHistory(store.reader),
          messages: journalMessages(store.reader),
          ...{ decode: decodeExample, tryMapping, simulation },
        })
        streams = mounted.streams
        undo.push(() => mounted.stop())
      },
    })

    const tick = async () => {
      await meetDeadlines()
      await outbox.flush()
    }
    await meetDeadlines()
    if ('driftMs' in clock) undo.push(startTicking(() => meetDeadlines().finally(flush)))

    const listener = getRequestListener((request, env) => app.fetch(request, env))
    server.on('request', (incoming, outgoing) => void listener(incoming, outgoing))
    undo.push(() => {
      streams?.closeAll()
      server.close()
    })
    await listen(server, config.http.host, config.http.port)
    undo.push(() => Promise.all([broker?.close(), ...[...upstreams.values()].map((upstream) => upstream.close())]))
    let mqttPort: number | null = null
    if (config.mqtt.port !== 'off') {
      broker = await createBroker({ ingest, clock, verifyLogin: verifyLogin(store), onListening, onError })
      mqttPort = await broker.listen(config.mqtt.host, config.mqtt.port)
      acceptWebSockets(server, broker)
    }
    upstreams = await outsideBrokers(store, engine, ingest)
    for (const upstream of upstreams.values()) upstream.start()
    flush()
    return {
      ...{ ingest, engine },
      app,
      tick,
      addresses: {
        http: httpAddress(),
        mqtt: mqttPort === null ? null : addressOf('mqtt', config.mqtt.host, mqttPort),
      },
    }
  }

  function watchdogOf(isWell: () => boolean, metrics: Metrics): Watchdog | null {
    if (config.watchdog === undefined) return null
    return createWatchdog({
      ...config.watchdog,
      now: () => clock.now(),
      isWell,
      onResult: metrics.watchdogCalled,
      onTrouble: (trouble) =>
        trouble === null ? log.info('the watchdog is called again') : log.warn({ trouble }, 'the watchdog call failed'),
    })
  }

  /** By the name under which devices remember what they spoke through. */
  async function outsideBrokers(store: Store, engine: Engine, ingest: Ingest): Promise<Map<string, Upstream>> {
    if (config.brokers.length === 0) return new Map()
    const instance = await instanceId(store, random)
    const made = config.brokers.map((given): [string, Upstream] => {
      const { name, host, port, site } = given
      const about = { broker: name, host, port }
      // It may be added while we run; until then its messages are rejections that say so.
      if (!engine.world().sites.has(site)) log.warn({ ...about, site }, 'the site of an outside broker does not exist')
      const broker = { clientId: `shifen-${instance}-${name}`, ...given }
      const onTrouble = (trouble: string | null) =>
        trouble === null
          ? log.info(about, 'outside broker connected')
          : log.warn({ ...about, trouble }, 'outside broker')
      return [`broker:${name}`, createUpstream({ broker, ingest, clock, random, onTrouble })]
    })
    return new Map(made)
  }

  /** By the real clock; a manual one is moved, and ticked, by whoever holds it. Answers how to end it. */
  function startTicking(tick: () => Promise<void>): () => Promise<void> {
    let ended = false
    let timer: NodeJS.Timeout | null = null
    let ticking = Promise.resolve()
    const next = () => {
      timer = setTimeout(() => {
        ticking = tick()
          .catch((error: unknown) => onError(error, 'meeting deadlines'))
          .finally(() => (ended ? undefined : next()))
      }, TICK_MS)
    }
    next()
    return () => {
      ended = true
      if (timer) clearTimeout(timer)
      return ticking
    }
  }

  async function undoAll(): Promise<void> {
    const steps = undo.reverse()
    undo = []
    for (const step of steps) await step()
  }

  return {
    async start() {
      try {
        running = await compose()
      } catch (error) {
        await undoAll()
        throw error
      }
      log.info({ ...running.addresses, dataDir: config.dataDir }, 'started')
    },
    async stop() {
      if (running === null) return
      running = null
      await undoAll()
      log.info('stopped')
    },
    addresses: () => mustRun().addresses,
    madeAdminToken: () => madeToken,
    receive(packet) {
      const { ingest } = mustRun()
      return new Promise((resolve, reject) => {
        ingest.take({ ...packet, receivedAt: clock.now() }, (error) => (error ? reject(error) : resolve()))
      })
    },
    tick: () => mustRun().tick(),
    nextDueAt: () => mustRun().engine.nextDueAt(),
    follow(listener) {
      followers.add(listener)
      return () => followers.delete(listener)
    },
    fetch: async (request) => mustRun().app.fetch(request),
  }
}

/** A broker that is away is a building that is not heard: worth a red light, and it says which one and why. */
function outsideTrouble(upstreams: ReadonlyMap<string, Upstream>): string | null {
  const troubles = [...upstreams].flatMap(([name, upstream]) => {
    const trouble = upstream.trouble()
    return trouble === null ? [] : [`${name}: ${trouble}`]
  })
  return troubles.length === 0 ? null : troubles.join('; ')
}

/** Devices with commands to be sent again that a session may reach: its own, or those behind it. */
function listeners(engine: Engine, { device, clientId }: MqttLogin, now: number): string[] {
  const open = [...engine.world().controls]
  const waiting = open.filter(([, controls]) => controls.some((each) => !isFresh(each, now))).map(([id]) => id)
  if (device !== null) return waiting.filter((id) => id === device)
  return waiting.filter((id) => engine.device(id)?.device.gateway === clientId)
}

function clockTrouble(clock: Clock): string | null {
  if (!('driftMs' in clock)) return null
  const driftMs = Math.round((clock as SystemClock).driftMs())
  return Math.abs(driftMs) > DRIFT_MAX_MS ? `the machine's clock is ${driftMs} ms away from the service's` : null
}
