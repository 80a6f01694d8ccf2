import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError, loadConfig } from '../../api/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'shifen-brokers-'))
afterAll(() => rmSync(folder, { recursive: true }))

const at = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const load = (brokers: unknown, environment: Record<string, string> = {}) =>
  loadConfig(at('shifen.yaml', JSON.stringify(brokers === undefined ? {} : { brokers })), environment).brokers
const sentence = (brokers: unknown, environment: Record<string, string> = {}) => {
  try {
    load(brokers, environment)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  throw new Error('the configuration was taken')
}

const MAIN = {
  name: 'main',
  host: 'mqtt.house',
  port: 1883,
  tls: null,
  site: 'default',
  topics: ['#'],
  protocolVersion: 4,
}

describe('outside brokers in the configuration', () => {
  it('are none, or the one named main that SHIFEN_MQTT_URL names', () => {
    expect(load(undefined)).toEqual([])
    expect(load(undefined, { SHIFEN_MQTT_URL: 'mqtt://mqtt.house' })).toEqual([MAIN])
    expect(load(undefined, { SHIFEN_MQTT_URL: 'mqtt://a:b%40c%3A@[::1]:2883' })).toEqual([
      { ...MAIN, host: '::1', port: 2883, username: 'a', password: 'b@c:' },
    ])
    expect(load(undefined, { SHIFEN_MQTT_URL: 'mqtts://mqtt.house/' })).toEqual([
      { ...MAIN, port: 8883, tls: { verifyCertificate: true } },
    ])
  })

  it('may stand in a file that SHIFEN_MQTT_URL_FILE names, since a password is in it', () => {
    const secret = at('url', 'mqtt://shifen:secret@mqtt.house\n')
    expect(load(undefined, { SHIFEN_MQTT_URL_FILE: secret })).toMatchObject([
      { username: 'shifen', password: 'secret' },
    ])
  })

  it('may be several; the variable takes the url of main in the file', () => {
    const west = {
      name: 'west',
      url: 'mqtt://west',
      site: 'west',
      topics: ['zigbee2mqtt/#', '+/x'],
      protocolVersion: 5,
    }
    const given = [west, { name: 'main', url: 'mqtt://old', site: 'east' }]
    expect(load(given, { SHIFEN_MQTT_URL: 'mqtt://mqtt.house' })).toEqual([
      { ...MAIN, name: 'west', host: 'west', site: 'west', topics: west.topics, protocolVersion: 5 },
      { ...MAIN, site: 'east' },
    ])
    expect(load([west], { SHIFEN_MQTT_URL: 'mqtt://mqtt.house' }).map(({ name }) => name)).toEqual(['main', 'west'])
  })

  it('take a login and certificates from keys and files', () => {
    const given = {
      ...{ name: 'main', url: 'mqtts://mqtt.house', clientId: 'own', username: 'shifen' },
      ...{ passwordFile: at('password', 'secret\n'), caFile: at('ca.pem', 'CA') },
      ...{ certFile: at('cert.pem', 'CERT'), keyFile: at('key.pem', 'KEY'), verifyCertificate: false },
    }
    const tls = { ca: 'CA', cert: 'CERT', key: 'KEY', verifyCertificate: false }
    const login = { clientId: 'own', username: 'shifen', password: 'secret' }
    expect(load([given])).toEqual([{ ...MAIN, port: 8883, tls, ...login }])
  })

  it.each<[string, object, RegExp]>([
    ['a name with a space', { name: 'a b' }, /^brokers\.0\.name: .*A-Z/],
    ['a name that is too long', { name: 'x'.repeat(33) }, /^brokers\.0\.name: .*1 to 32/],
    ['another scheme', { url: 'http://x' }, /^brokers\.0\.url .*mqtt:\/\/host:port/],
    ['a url with a path', { url: 'mqtt://x/y' }, /^brokers\.0\.url/],
    ['a url without a host', { url: 'mqtt://' }, /^brokers\.0\.url/],
    ['no topics', { topics: [] }, /^brokers\.0\.topics: .*at least one/],
    ['a filter with # in the middle', { topics: ['a/#/b'] }, /^brokers\.0\.topics\.0: .*topic filters/],
    ['a filter with + in a word', { topics: ['a+'] }, /^brokers\.0\.topics\.0/],
    ['MQTT 3', { protocolVersion: 3 }, /^brokers\.0\.protocolVersion: .*4 .*5/],
    ['a site that is no id', { site: 'a/b' }, /^brokers\.0\.site: .*id of a site/],
    [
      'an unknown key',
      { colour: 'red' },
      /^colour is not a setting under brokers\.0; allowed: name, url, site, topics/,
    ],
    ['a file that is not there', { caFile: '/nowhere.pem' }, /^brokers\.0\.caFile: cannot read the file/],
    ['certificates without TLS', { caFile: at('ca.pem', 'CA') }, /^brokers\.0\.url .*mqtts/],
    ['a password alone', { password: 'secret' }, /^brokers\.0\.username: .*username/],
  ])('are refused with the key and what is allowed: %s', (_name, given, expected) => {
    expect(sentence([{ name: 'main', url: 'mqtt://x', ...given }])).toMatch(expected)
  })

  it('need names of their own, and a list', () => {
    const twice = { name: 'a', url: 'mqtt://x' }
    expect(sentence([twice, twice])).toMatch(/^brokers: the name a is there twice/)
    expect(sentence({ main: 'mqtt://x' })).toMatch(/^brokers: must be a list/)
  })

  it('never show a password where the url is refused', () => {
    for (const url of ['mqtt://shifen:hidden@x/y', 'amqp://shifen:hidden@x', 'mqtt://shifen:hid%zzden@x']) {
      const told = sentence(undefined, { SHIFEN_MQTT_URL: url })
      expect(told).toMatch(/SHIFEN_MQTT_URL/)
      expect(told).not.toMatch(/hid/)
    }
  })
})
