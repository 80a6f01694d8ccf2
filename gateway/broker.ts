import { Aedes, type AedesOptions, type AuthenticateError, type Client } from 'aedes'
import { randomBytes } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '../rules/clock.ts'
import type { MqttLogin, Outgoing, VerifyLogin } from '../rules/model.ts'
import { connectFault, type ConnectPacket } from './connect-rules.ts'
import { MqttFrames } from './frames.ts'
import type { Ingest } from './ingest.ts'
import { createPublishing } from './publishing.ts'
import { DEVICE_PAYLOAD_MAX_BYTES, isOfOtherSite, maySubscribe, payloadMaxBytes } from './rights.ts'
import { createSessions } from './sessions.ts'
import { parseTopic } from './topics.ts'

export interface Broker {
  /** Listens for MQTT over TCP and answers the real port; 0 takes a free one. */
  listen(host: string, port: number): Promise<number>
  /** Takes one connection that speaks MQTT: a WebSocket's stream. */
  accept(connection: Duplex): void
  /** Ends every session of a user name, its credential being revoked. */
  cut(username: string): void
  /** Hands a message to whoever subscribed to its topic and may; where `gateway` is told, to its sessions only. */
  send(message: Outgoing, gateway?: string | null): void
  connected(): number
  /** Stops and resumes reading from every client. */
  hold(paused: boolean): void
  /** Refuses new work and closes; wills of clients that we cut off ourselves are not theirs and not published. */
  close(): Promise<void>
}

export interface BrokerOptions {
  ingest: Ingest
  clock: Clock
  verifyLogin: VerifyLogin
  /** Told when a session hears what is sent to it: it subscribed, or came back to what it had subscribed to. */
  onListening: (login: MqttLogin) => void
  onError: (error: unknown, doing: string) => void
}

/** What a packet may have beside its payload (topic, ids). */
const BESIDE_PAYLOAD_BYTES = 512
const CONNECTIONS_MAX = 20_000
const LOGIN_TIMEOUT_MS = 10_000
const STALLED_WRITE_MS = 5_000
const QUEUE_LIMIT = 5_000
/** A stop waits so long for what is being committed; behind a disk that refuses, it is left unacknowledged. */
const DRAIN_MS = 2_000
const TCP_KEEPALIVE_MS = 60_000

const MQTT_3_1 = 3
const NO_LEVEL = 0

const RETURN_IDENTIFIER_REJECTED = 2
const RETURN_UNAVAILABLE = 3
const RETURN_BAD_LOGIN = 4

/** Left out of aedes' types. */
type WithSubscriptions = Client & { subscriptions: Record<string, unknown> }

interface Attempt {
  login: MqttLogin | null
  returnCode: number
  cutCount: number
}

/**
 * The embedded broker: aedes for the protocol, and around it what it leaves to others. A PUBLISH is held in
 * `authorizePublish` until the intake has committed it; only then aedes writes its PUBACK or PUBREC.
 */
export async function createBroker({
  ingest,
  clock,
  verifyLogin,
  onListening,
  onError,
}: BrokerOptions): Promise<Broker> {
  const sessions = createSessions()
  const connections = new Set<MqttFrames>()
  const attempts = new WeakMap<Client, Attempt>()
  /** Gateways that ever subscribed: only for them it is worth routing what a gateway publishes. */
  const listening = new Set<string>()
  let closing = false

  const publishing = createPublishing({ ingest, clock, sessions, isClosing: () => closing })

  const options: AedesOptions = {
    connectTimeout: LOGIN_TIMEOUT_MS,
    drainTimeout: STALLED_WRITE_MS,
    queueLimit: QUEUE_LIMIT,
    preConnect(client, packet, callback) {
      guarded(
        'preparing a login',
        (error) => callback(error, error === null),
        async () => {
          attempts.set(client, await attempt(packet as ConnectPacket))
        },
      )
    },
    authenticate(client, _username, _password, callback) {
      const { login, returnCode } = attempts.get(client) ?? { login: null, returnCode: RETURN_UNAVAILABLE }
      if (login && !closing) callback(null, true)
      else callback(refusal(returnCode), false)
    },
    authorizePublish: publishing.authorize,
    authorizeSubscribe(client, subscription, callback) {
      // aedes restores what a kept session subscribed to before it announces the client.
      const login = sessions.login(client) ?? attempts.get(client)?.login
      if (!login || !maySubscribe(login, subscription.topic)) return callback(null, null)
      if (login.device === null) listening.add(login.clientId)
      // Kept for nobody who is away: what is missed of a command is sent again from its row, until it expires.
      if (!client.clean) subscription.qos = 0
      callback(null, subscription)
    },
    authorizeForward(client, packet) {
      const login = sessions.login(client)
      if (!login) return null
      const from = (packet as { clientId?: string }).clientId
      const own = from === undefined || from === login.clientId || from.startsWith(`${login.clientId}/`)
      return own && !isOfOtherSite(login, packet.topic) ? packet : null
    },
  }
  const aedes = await Aedes.createBroker(options)
  routeWithin(aedes, (client) => {
    const login = sessions.login(client)
    return login !== undefined && login.device === null && listening.has(login.clientId)
  })
  ;(aedes as EventEmitter).on('error', (error: unknown) => onError(error, 'running the broker'))
  aedes.on('client', (client: Client) => {
    const made = attempts.get(client)
    if (!made?.login || sessions.isStale(made.login, made.cutCount)) return void client.conn.destroy()
    sessions.begin(client, made.login)
  })
  aedes.on('clientReady', (client: Client) => {
    const login = sessions.login(client)
    const payloadMax = login ? payloadMaxBytes(login) : DEVICE_PAYLOAD_MAX_BYTES
    ;(client.conn as MqttFrames).open(payloadMax + BESIDE_PAYLOAD_BYTES)
    if (login && Object.keys((client as WithSubscriptions).subscriptions).length > 0) onListening(login)
  })
  aedes.on('subscribe', (_subscriptions, client: Client) => {
    const login = sessions.login(client)
    if (login) onListening(login)
  })
  aedes.on('clientDisconnect', (client: Client) => sessions.end(client))

  async function attempt(packet: ConnectPacket): Promise<Attempt> {
    const refused = (returnCode: number): Attempt => ({ login: null, returnCode, cutCount: 0 })
    // aedes would let MQTT 3.1 in; what is no level at all it refuses with the code for that.
    if (packet.protocolVersion === MQTT_3_1) packet.protocolVersion = NO_LEVEL
    const fault = connectFault(packet)
    if (fault !== null) return refused(fault)
    // The username is the device's or gateway's id: a revocation from here on makes this login stale.
    const cutCount = sessions.cutCount(packet.username!)
    const login = await verifyLogin(packet.username!, packet.password!.toString())
    if (login === null) return refused(RETURN_BAD_LOGIN)
    if (packet.clientId === '') packet.clientId = `${login.clientId}/${randomBytes(8).toString('hex')}`
    const own = packet.clientId === login.clientId || packet.clientId.startsWith(`${login.clientId}/`)
    if (!own) return refused(RETURN_IDENTIFIER_REJECTED)
    return { login, returnCode: 0, cutCount }
  }

  /** Always calls back, once, with an error where the work failed. */
  function guarded(doing: string, callback: (error: Error | null) => void, work: () => Promise<void>): void {
    work().then(
      () => callback(null),
      (error: unknown) => {
        onError(error, doing)
        callback(error instanceof Error ? error : new Error(String(error)))
      },
    )
  }

  function accept(connection: Duplex): void {
    const frames = new MqttFrames(connection, { publishMaxBytes: DEVICE_PAYLOAD_MAX_BYTES + BESIDE_PAYLOAD_BYTES })
    connections.add(frames)
    frames.on('close', () => connections.delete(frames))
    frames.on('error', () => undefined)
    aedes.handle(frames)
  }

  /** While closing nothing more is read, whatever the intake says: else a flood would never settle. */
  function hold(paused: boolean): void {
    for (const frames of connections) frames.hold(paused || closing)
  }

  let server: Server | null = null
  return {
    accept,
    connected: () => sessions.connected(),
    cut: (username) => sessions.cut(username),
    send({ topic, payload }, gateway = null) {
      const message = { cmd: 'publish' as const, topic, payload: Buffer.from(payload as string), qos: 1 as const }
      // Two gateways may both call a valve `zigbee2mqtt/valve`. Our own topics name one device of one site, which may
      // have a login of its own by now.
      const within = gateway === null || parseTopic(topic) !== null ? {} : { clientId: gateway }
      aedes.publish({ ...message, ...within, dup: false, retain: false }, () => undefined)
    },
    hold,
    async listen(host, port) {
      server = createServer((socket: Socket) => {
        socket.setNoDelay(true)
        socket.setKeepAlive(true, TCP_KEEPALIVE_MS)
        accept(socket)
      })
      server.maxConnections = CONNECTIONS_MAX
      return listenOn(server, host, port)
    },
    async close() {
      closing = true
      server?.close()
      hold(true)
      await Promise.race([ingest.settled(), new Promise((resolve) => setTimeout(resolve, DRAIN_MS))])
      for (const frames of connections) frames.destroy()
      await new Promise<void>((resolve) => aedes.close(resolve))
    },
  }
}

function refusal(returnCode: number): AuthenticateError {
  const error: Error & { returnCode?: number } = new Error('login refused')
  error.returnCode = returnCode
  return error as AuthenticateError
}

/**
 * What devices publish is routed to nobody, since they may only subscribe to what the service itself sends. What a
 * gateway publishes goes to sessions of the same gateway: a bridge talks to its own programs.
 */
function routeWithin(aedes: Aedes, isHeard: (client: Client) => boolean): void {
  const publish = aedes.publish.bind(aedes) as (...parts: unknown[]) => void
  const routed = (packet: unknown, client: unknown, done?: (error: Error | null) => void) => {
    if (typeof client === 'object' && client !== null && !isHeard(client as Client)) done?.(null)
    else publish(packet, client, done)
  }
  aedes.publish = routed
}

async function listenOn(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: 4096 }, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the broker has no TCP address')
  return address.port
}
