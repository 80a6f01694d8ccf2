import { readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { DEFAULT_FLOOD_POLICY } from '../rules/flood/rate.ts'
import { isWebAddress } from '../rules/notify/post.ts'
import { BROKER_KEYS, brokers, withMainBroker } from './outside-brokers.ts'

/** One sentence that says what to do: shown as it is, exit code 2. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConfigError'
  }
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** A number in the file, digits in the environment. */
const port = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number),
  ])
  .pipe(z.number().min(0).max(65_535))
const host = z.string().min(1)

const watchdog = z.strictObject({
  url: z
    .string('must be set')
    .refine(isWebAddress, 'must be an http:// or https:// address without user:password@ in it'),
  everyMs: z
    .int('must be a whole number of milliseconds')
    .min(10_000, 'must be at least 10000 (10 s)')
    .max(3_600_000, 'must be at most 3600000 (1 h)')
    .default(60_000),
})

/** Names and addresses, in the environment with commas between them. */
const hosts = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((name) => name.trim()))])
  .pipe(
    z
      .array(z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, 'must be host names or addresses, without a scheme or port'))
      .max(100, 'at most 100'),
  )

const addresses = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((name) => name.trim()))])
  .pipe(z.array(z.union([z.ipv4(), z.ipv6()], 'must be addresses such as 10.0.0.2')).max(100, 'at most 100'))

const publicUrl = z
  .string()
  .max(200)
  .refine(isWebAddress, 'must be the http:// or https:// address under which people reach the service')
  .refine((url) => !/[?#]/.test(url), 'must not have ? or # in it')
  .transform((url) => url.replace(/\/+$/, ''))

const schema = z.strictObject({
  dataDir: z.string().min(1).default('./data'),
  http: z
    .strictObject({
      host: host.default('127.0.0.1'),
      port: port.default(8080),
      /** Whose `x-forwarded-for` is believed. */
      trustedProxies: addresses.default([]),
    })
    .prefault({}),
  mqtt: z
    .strictObject({ host: host.default('127.0.0.1'), port: z.union([z.literal('off'), port]).default(1883) })
    .prefault({}),
  brokers,
  flood: z
    .strictObject({
      alarms: z.int().min(1).max(1_000).default(DEFAULT_FLOOD_POLICY.alarms),
      alarmsOfDevice: z.int().min(1).max(1_000).default(DEFAULT_FLOOD_POLICY.alarmsOfDevice),
      withinMs: z.int().min(60_000).max(86_400_000).default(DEFAULT_FLOOD_POLICY.withinMs),
      positions: z
        .record(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), z.array(z.string()).min(1).max(1_000))
        .refine((positions) => isEachOnce(Object.values(positions).flat()), 'each site in one position at most')
        .default({}),
    })
    .prefault({}),
  adminToken: z.string().min(16, 'at least 16 characters').optional(),
  secretKey: z.string().min(32, 'at least 32 characters that nobody can guess').optional(),
  history: z.enum(['sqlite']).default('sqlite'),
  watchdog: watchdog.optional(),
  /** What links in notices begin with; absent: the service's own address. */
  publicUrl: publicUrl.optional(),
  /** Where notices may go although it is inside: no other address there is called. */
  outgoing: z.strictObject({ allow: hosts.default([]) }).prefault({}),
  logLevel: z.enum(LOG_LEVELS).default('info'),
  timezone: z.string().refine(isTimezone, 'an IANA time zone such as Asia/Shanghai').default('Asia/Shanghai'),
})

export type Config = Readonly<z.infer<typeof schema>>

const VARIABLES: Record<string, readonly [string, ...string[]]> = {
  SHIFEN_DATA_DIR: ['dataDir'],
  SHIFEN_HTTP_HOST: ['http', 'host'],
  SHIFEN_HTTP_PORT: ['http', 'port'],
  SHIFEN_TRUSTED_PROXIES: ['http', 'trustedProxies'],
  SHIFEN_MQTT_HOST: ['mqtt', 'host'],
  SHIFEN_MQTT_PORT: ['mqtt', 'port'],
  SHIFEN_MQTT_URL: ['brokers', 'main'],
  SHIFEN_ADMIN_TOKEN: ['adminToken'],
  SHIFEN_SECRET_KEY: ['secretKey'],
  SHIFEN_HISTORY: ['history'],
  SHIFEN_WATCHDOG_URL: ['watchdog', 'url'],
  SHIFEN_PUBLIC_URL: ['publicUrl'],
  SHIFEN_OUTGOING_ALLOW: ['outgoing', 'allow'],
  SHIFEN_LOG_LEVEL: ['logLevel'],
  SHIFEN_TIMEZONE: ['timezone'],
}
const SECRETS = ['SHIFEN_ADMIN_TOKEN', 'SHIFEN_SECRET_KEY', 'SHIFEN_MQTT_URL', 'SHIFEN_WATCHDOG_URL']
/** Set by people for the command line and the tests; no part of the service's configuration. */
const ELSEWHERE = new Set(['SHIFEN_TEST_ALL', 'SHIFEN_URL', 'SHIFEN_TOKEN', 'SHIFEN_CONFIG'])

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The file (`null`: `./shifen.yaml` if there is one) with the environment over it, checked and frozen.
 * Throws `ConfigError` that names the key and what is allowed.
 */
export function loadConfig(file: string | null, environment: Environment): Config {
  const values = readFile(file)
  for (const [name, value] of Object.entries(variables(environment))) {
    const path = VARIABLES[name]
    if (!path) {
      throw new ConfigError(`${name} is not a setting of this version; allowed: ${Object.keys(VARIABLES).join(', ')}`)
    }
    if (name === 'SHIFEN_MQTT_URL') values.brokers = withMainBroker(values.brokers, value)
    else put(values, path, value)
  }
  const checked = schema.safeParse(values)
  if (!checked.success) throw new ConfigError(explain(checked.error.issues))
  return deepFreeze(checked.data)
}

function readFile(file: string | null): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(file ?? './shifen.yaml', 'utf8')
  } catch (error) {
    if (file === null && (error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new ConfigError(`cannot read the configuration file ${file ?? './shifen.yaml'}: ${(error as Error).message}`)
  }
  try {
    const values: unknown = parseYaml(text) ?? {}
    if (typeof values === 'object' && values !== null && !Array.isArray(values))
      return values as Record<string, unknown>
  } catch (error) {
    throw new ConfigError(`the configuration file is not YAML: ${(error as Error).message.split('\n')[0]}`)
  }
  throw new ConfigError('the configuration file must hold keys and values')
}

/** Variables as they count: `X_FILE` is read into `X`; an empty one is not set. */
function variables(environment: Environment): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith('SHIFEN_') || value === undefined || value === '' || ELSEWHERE.has(name)) continue
    const target = name.replace(/_FILE$/, '')
    if (name.endsWith('_FILE') && SECRETS.includes(target)) found[target] = readSecret(name, value)
    else found[name] = value
  }
  return found
}

function readSecret(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new ConfigError(`cannot read the file that ${name} names: ${(error as Error).message}`)
  }
}

function put(values: Record<string, unknown>, [key, ...rest]: readonly [string, ...string[]], value: string): void {
  const [next, ...further] = rest
  if (next === undefined) {
    values[key] = value
    return
  }
  const inner = values[key]
  const group = typeof inner === 'object' && inner !== null ? { ...inner } : {}
  values[key] = group
  put(group, [next, ...further], value)
}

const isEachOnce = (values: readonly string[]) => new Set(values).size === values.length

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

function explain(issues: readonly z.core.$ZodIssue[]): string {
  const [issue] = issues
  if (!issue) return 'the configuration is not valid'
  if (issue.code === 'unrecognized_keys') {
    const where = issue.path.length > 0 ? ` under ${issue.path.join('.')}` : ''
    return `${issue.keys.join(', ')} is not a setting${where}; allowed: ${keysUnder(issue.path[0])}`
  }
  const key = issue.path.join('.')
  const variable = Object.entries(VARIABLES).find(([, path]) => path.join('.') === key)?.[0]
  const main = /^brokers\.\d+\.url$/.test(key) ? 'SHIFEN_MQTT_URL for the broker main' : undefined
  const where = variable ?? main
  return `${key}${where ? ` (${where})` : ''}: ${allowed(key, issue.message)}`
}

function keysUnder(group: PropertyKey | undefined): string {
  if (group === undefined) return Object.keys(schema.shape).join(', ')
  if (group === 'flood') return 'alarms, alarmsOfDevice, withinMs, positions'
  if (group === 'outgoing') return 'allow'
  if (group === 'http') return 'host, port, trustedProxies'
  if (group === 'watchdog') return Object.keys(watchdog.shape).join(', ')
  return group === 'brokers' ? BROKER_KEYS : 'host, port'
}

function allowed(key: string, message: string): string {
  if (key === 'http.port') return 'must be a port from 0 to 65535 (0: any free one)'
  if (key === 'mqtt.port') return 'must be a port from 0 to 65535 (0: any free one), or off'
  return message
}

function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) deepFreeze(inner as object)
  return Object.freeze(value)
}
