import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError, loadConfig } from '../../api/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'shifen-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (text: string) => {
  const path = join(folder, 'shifen.yaml')
  writeFileSync(path, text)
  return path
}
const sentence = (text: string, environment: Record<string, string> = {}) => {
  try {
    loadConfig(file(text), environment)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  throw new Error('the configuration was taken')
}

describe('the configuration', () => {
  it('needs nothing, and listens to this machine only', () => {
    expect(loadConfig(file(''), {})).toEqual({
      dataDir: './data',
      flood: { alarms: 10, alarmsOfDevice: 5, withinMs: 600_000, positions: {} },
      http: { host: '127.0.0.1', port: 8080, trustedProxies: [] },
      mqtt: { host: '127.0.0.1', port: 1883 },
      brokers: [],
      history: 'sqlite',
      outgoing: { allow: [] },
      logLevel: 'info',
      timezone: 'Asia/Shanghai',
    })
  })

  it('is the file with the environment over it, key by key', () => {
    const text = 'http:\n  host: 0.0.0.0\n  port: 8000\nmqtt:\n  port: off\ntimezone: Asia/Urumqi\n'
    const config = loadConfig(file(text), { SHIFEN_HTTP_PORT: '0', SHIFEN_TIMEZONE: 'UTC', OTHER: 'x' })
    expect(config).toMatchObject({ http: { host: '0.0.0.0', port: 0 }, mqtt: { port: 'off' }, timezone: 'UTC' })
  })

  it('takes an empty variable for one that is not set', () => {
    expect(loadConfig(file('timezone: UTC'), { SHIFEN_TIMEZONE: '' }).timezone).toBe('UTC')
  })

  it('reads a secret from the file that X_FILE names', () => {
    const secret = join(folder, 'token')
    writeFileSync(secret, 'a-secret-of-sixteen\n')
    expect(loadConfig(file(''), { SHIFEN_ADMIN_TOKEN_FILE: secret }).adminToken).toBe('a-secret-of-sixteen')
  })

  it('calls no watchdog unless it is told to, and then every minute', () => {
    expect(loadConfig(file(''), {}).watchdog).toBeUndefined()
    const secret = join(folder, 'watchdog')
    writeFileSync(secret, 'https://hc-ping.example/uuid\n')
    const { watchdog } = loadConfig(file(''), { SHIFEN_WATCHDOG_URL_FILE: secret })
    expect(watchdog).toEqual({ url: 'https://hc-ping.example/uuid', everyMs: 60_000 })
    expect(sentence('watchdog:\n  url: https://user:secret@x/')).toMatch(/^watchdog\.url.*without user:password/)
  })

  it('says where people reach the service, and what inside may be called', () => {
    const environment = { SHIFEN_PUBLIC_URL: 'https://a.example/shifen/', SHIFEN_OUTGOING_ALLOW: 'Hooks.internal, ::1' }
    expect(loadConfig(file(''), environment)).toMatchObject({
      publicUrl: 'https://a.example/shifen',
      outgoing: { allow: ['Hooks.internal', '::1'] },
    })
    expect(loadConfig(file('outgoing:\n  allow: [127.0.0.1]'), {}).outgoing).toEqual({ allow: ['127.0.0.1'] })
    expect(sentence('', { SHIFEN_PUBLIC_URL: 'https://u:p@a.example' })).toMatch(
      /^publicUrl \(SHIFEN_PUBLIC_URL\): must/,
    )
    expect(sentence('', { SHIFEN_PUBLIC_URL: 'ftp://a.example' })).toMatch(/^publicUrl/)
    expect(sentence('outgoing:\n  allow: [http://a/]')).toMatch(/^outgoing\.allow.*without a scheme/)
    expect(sentence('outgoing:\n  deny: [a]')).toMatch(/^deny is not a setting under outgoing; allowed: allow/)
  })

  it('cannot be changed afterwards', () => {
    const config = loadConfig(file(''), {})
    expect(() => Object.assign(config.http, { port: 1 })).toThrow(TypeError)
  })

  it('is refused in one sentence that names the key and what is allowed', () => {
    expect(sentence('colour: red')).toMatch(/^colour is not a setting; allowed: dataDir, http, mqtt/)
    expect(sentence('mqtt:\n  tls: true')).toMatch(/^tls is not a setting under mqtt; allowed: host, port/)
    expect(sentence('', { SHIFEN_COLOUR: 'red' })).toMatch(/^SHIFEN_COLOUR is not a setting.*SHIFEN_DATA_DIR/)
    expect(sentence('', { SHIFEN_HTTP_PORT: '-1' })).toMatch(/^http\.port \(SHIFEN_HTTP_PORT\): .*0 to 65535/)
    expect(sentence('', { SHIFEN_HTTP_PORT: '80.5' })).toMatch(/^http\.port/)
    expect(sentence('', { SHIFEN_LOG_LEVEL: 'loud' })).toMatch(/^logLevel \(SHIFEN_LOG_LEVEL\): .*info/)
    expect(sentence('', { SHIFEN_HISTORY: 'paper' })).toMatch(/^history \(SHIFEN_HISTORY\): .*sqlite/)
    expect(sentence('', { SHIFEN_MQTT_PORT: 'On' })).toMatch(/^mqtt\.port \(SHIFEN_MQTT_PORT\): .*off/)
    expect(sentence('', { SHIFEN_WATCHDOG_URL: 'ftp://x' })).toMatch(
      /^watchdog\.url \(SHIFEN_WATCHDOG_URL\): must be an http/,
    )
    expect(sentence('watchdog:\n  everyMs: 60000')).toMatch(/^watchdog\.url .*must be set/)
    expect(sentence('watchdog:\n  url: http://x/\n  everyMs: 1')).toMatch(/^watchdog\.everyMs: .*10 s/)
    expect(sentence('watchdog:\n  url: http://x/\n  every: 1')).toMatch(
      /^every is not a setting under watchdog; allowed: url, everyMs/,
    )
    expect(sentence('http: 8080')).toMatch(/^http/)
    for (const told of [sentence('a: ['), sentence('just a word'), sentence('[]')]) {
      expect(told).not.toContain('\n')
    }
  })

  it.each(['true', 'null', '[]', '"0x50"', '"1e3"', '" "'])('is refused where the file has %s for a port', (value) => {
    expect(sentence(`http:\n  port: ${value}`)).toMatch(/^http\.port/)
  })

  it('names the sites that one operator watches, each once', () => {
    const positions = (text: string) => loadConfig(file(`flood:\n  positions: ${text}`), {}).flood.positions
    expect(positions('{ night: [a, b], day: [c] }')).toEqual({ night: ['a', 'b'], day: ['c'] })
    expect(() => positions('{ night: [a], day: [a] }')).toThrow('flood.positions: each site in one position at most')
  })
})
