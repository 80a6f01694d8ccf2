import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** `brokers:` of the configuration file: outside brokers beside the embedded one. */

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883 }
const TOPIC_FILTER_MAX_BYTES = 256

export interface Address {
  host: string
  port: number
  tls: boolean
  username?: string
  password?: string
}

const ADDRESS_ALLOWED = 'must be mqtt://host:port or mqtts://host:port, with user:password@ (percent-encoded) before it'

const url = z.string().transform((text, context): Address => {
  const address = parseAddress(text)
  if (address !== null) return address
  // Never the text itself: a password may stand in it.
  context.addIssue({ code: 'custom', message: ADDRESS_ALLOWED })
  return z.NEVER
})

const text = z.string().min(1, 'must not be empty')
const file = text.transform((path, context) => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    context.addIssue({ code: 'custom', message: `cannot read the file: ${(error as Error).message}` })
    return z.NEVER
  }
})
const topicFilter = z
  .string()
  .refine(isTopicFilter, 'must be MQTT topic filters such as "#" or "zigbee2mqtt/#", each of at most 256 bytes')

const broker = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be 1 to 32 of A-Z a-z 0-9 _ -'),
  url,
  site: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be the id of a site, 1 to 64 of A-Z a-z 0-9 _ -')
    .default('default'),
  topics: z.array(topicFilter).min(1, 'must name at least one topic filter').default(['#']),
  clientId: text.max(200, 'must have at most 200 characters').optional(),
  protocolVersion: z.union([z.literal(4), z.literal(5)], 'must be 4 (MQTT 3.1.1) or 5').default(4),
  username: text.optional(),
  password: text.optional(),
  passwordFile: file.optional(),
  caFile: file.optional(),
  certFile: file.optional(),
  keyFile: file.optional(),
  verifyCertificate: z.boolean('must be true or false').default(true),
})

export const BROKER_KEYS = Object.keys(broker.shape).join(', ')

const resolved = broker.transform((given, context) => {
  const { url: address, passwordFile, caFile: ca, certFile: cert, keyFile: key, verifyCertificate, ...rest } = given
  const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
  if (!address.tls && (ca ?? cert ?? key) !== undefined) fault('url', 'must be mqtts:// where certificates are given')
  if ((cert === undefined) !== (key === undefined)) fault('certFile', 'certFile and keyFile go together')
  const username = rest.username ?? address.username
  const password = rest.password ?? passwordFile?.trim() ?? address.password
  if (password !== undefined && username === undefined) fault('username', 'a password needs a username')
  const files = { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) }
  return {
    name: rest.name,
    host: address.host,
    port: address.port,
    tls: address.tls ? { ...files, verifyCertificate } : null,
    site: rest.site,
    topics: rest.topics,
    protocolVersion: rest.protocolVersion,
    ...(rest.clientId === undefined ? {} : { clientId: rest.clientId }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  }
})

export type BrokerConfig = z.infer<typeof resolved>

export const brokers = z
  .array(resolved, 'must be a list of brokers')
  .superRefine((list, context) => {
    const names = list.map(({ name }) => name)
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice !== undefined) context.addIssue({ code: 'custom', message: `the name ${twice} is there twice` })
  })
  .default([])

/** `SHIFEN_MQTT_URL` is the url of the broker named `main`, whatever else the file says about that one. */
export function withMainBroker(list: unknown, url: string): unknown {
  if (list !== undefined && !Array.isArray(list)) return list
  const others: unknown[] = (list as unknown[] | undefined) ?? []
  const isMain = (each: unknown) => typeof each === 'object' && each !== null && 'name' in each && each.name === 'main'
  if (!others.some(isMain)) return [{ name: 'main', url }, ...others]
  return others.map((each) => (isMain(each) ? { ...(each as object), url } : each))
}

function parseAddress(given: string): Address | null {
  try {
    const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(given)
    const usual = DEFAULT_PORTS[protocol]
    if (usual === undefined || hostname === '' || !/^\/?$/.test(pathname) || search !== '' || hash !== '') return null
    return {
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? usual : Number(port),
      tls: protocol === 'mqtts:',
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    }
  } catch {
    return null
  }
}

function isTopicFilter(filter: string): boolean {
  if (filter === '' || Buffer.byteLength(filter) > TOPIC_FILTER_MAX_BYTES) return false
  if (/[\u0000-\u001f\u007f-\u009f\ufffd]/.test(filter)) return false
  const levels = filter.split('/')
  return levels.every(
    (level, index) => level === '+' || (level === '#' && index === levels.length - 1) || !/[+#]/.test(level),
  )
}
