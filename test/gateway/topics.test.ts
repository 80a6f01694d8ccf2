import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CHANNELS, deviceTopic, formatTopic, parseTopic, TOPIC_MAX_BYTES, topicFault } from '../../gateway/topics.ts'

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/)

describe('the native topic grammar', () => {
  it('reads back whatever it writes', () => {
    fc.assert(
      fc.property(id, id, fc.constantFrom(...CHANNELS), (site, device, channel) => {
        const topic = { site, device, channel }
        expect(parseTopic(formatTopic(topic))).toEqual(topic)
        expect(topicFault(formatTopic(topic))).toBeNull()
        expect(formatTopic(topic).startsWith(`${deviceTopic(site, device)}/`)).toBe(true)
      }),
    )
  })

  it('answers any text without throwing, and what it accepts it writes back the same', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((text) => `shifen/default/${text}/event`),
    )
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parseTopic(text)
        if (parsed) expect(formatTopic(parsed)).toBe(text)
        topicFault(text)
      }),
    )
  })

  it.each([
    '',
    'shifen',
    'shifen/default/leak-1',
    'shifen/default/leak-1/',
    'shifen/default/leak-1/Telemetry',
    'shifen/default/leak-1/telemetry/',
    'shifen/default/leak-1/telemetry/more',
    'shifen/default/leak-1/command/replies',
    '/shifen/default/leak-1/telemetry',
    'shifen//leak-1/telemetry',
    'shifen/default//telemetry',
    'shifen/def ault/leak-1/telemetry',
    'shifen/default/泄漏/telemetry',
    'shifen/default/leak.1/telemetry',
    'shifen/default/leak-1/telemetry\n',
    `shifen/default/${'a'.repeat(65)}/telemetry`,
    'other/default/leak-1/telemetry',
    'shifen/__proto__/x/constructor',
  ])('does not know %j', (topic) => {
    expect(parseTopic(topic)).toBeNull()
  })

  it('takes site and device ids of 64 characters', () => {
    const longest = 'a'.repeat(64)
    expect(parseTopic(`shifen/${longest}/${longest}/event`)).toEqual({
      site: longest,
      device: longest,
      channel: 'event',
    })
  })
})

describe('a topic name that may not pass', () => {
  it.each([
    ['', 'empty'],
    ['a/+/b', 'wildcard'],
    ['a/#', 'wildcard'],
    ['a\u0000b', 'control'],
    ['a\nb', 'control'],
    ['a\rb', 'control'],
    ['a\u007fb', 'control'],
    ['a\u0085b', 'control'],
    ['a\ufffdb', 'broken'],
    ['水'.repeat(86), 'longer'],
    ['a'.repeat(TOPIC_MAX_BYTES + 1), 'longer'],
  ])('%j is refused', (topic, why) => {
    expect(topicFault(topic)).toContain(why)
  })

  it.each(['a', 'a'.repeat(TOPIC_MAX_BYTES), '$SYS/x', '小区/水', 'a//b', ' '])('%j passes', (topic) => {
    expect(topicFault(topic)).toBeNull()
  })
})
