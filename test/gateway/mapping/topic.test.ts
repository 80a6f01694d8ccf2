import { describe, expect, it } from 'vitest'
import { namedLevels, parseTopicFilter, topicIndex, topicLevels } from '../../../gateway/mapping/topic.ts'
import { filterOf } from '../../../rules/model.ts'

const filter = (source: string) => {
  const result = parseTopicFilter(source)
  if (!result.ok) throw new Error(result.message)
  return result.value
}
const index = (...sources: string[]) => topicIndex(sources.map((source) => [filter(source), source] as const))
const find = (topic: string, ...sources: string[]) => index(...sources).find(topicLevels(topic))

describe('a topic filter', () => {
  it.each([
    ['lifts/{device}/state', 'lifts/7/state', true],
    ['lifts/{}/state', 'lifts/7/state', true],
    ['lifts/+/state', 'lifts/7/8/state', false],
    ['lifts/#', 'lifts/7/8/state', true],
    ['lifts/#', 'lifts', true],
    ['lifts/7', 'lifts/7/state', false],
    ['lifts/7/state', 'lifts/7', false],
    ['/lifts/{device}', 'lifts/7', true],
    ['lifts/{device}', '/lifts/7', true],
    ['+/lifts/#', '$SYS/lifts/7', false],
    ['Lifts/+', 'lifts/7', false],
    ['lifts/{a}/{b}', 'lifts//x', true],
  ])('%s and %s: %s', (source, topic, matches) => {
    expect(find(topic, source) !== null).toBe(matches)
  })

  it('gives the levels that it names', () => {
    const named = filter('/{city}/lifts/{device}/#')
    expect(named.names).toEqual(['city', 'device'])
    expect(namedLevels(named, topicLevels('/hz/lifts/a 7/x/y'))).toEqual({ city: 'hz', device: 'a 7' })
  })

  it.each([
    ['#', /at least one level/],
    ['+/{x}', /at least one level/],
    ['lifts/#/state', /level 2.*at the end/],
    ['lifts/{device}x', /level 2, \{device\}x: .*alone/],
    ['lifts/a+', /alone/],
    ['lifts/{1}', /a name has letters/],
    ['lifts/{a}/{a}', /a is named twice/],
    ['$SYS/x', /broker/],
    ['shifen/default/+/telemetry', /native/],
    [`a/${'x'.repeat(300)}`, /256 bytes/],
  ])('%s is refused: %s', (source, why) => {
    expect(parseTopicFilter(source)).toEqual({ ok: false, message: expect.stringMatching(why) as string })
  })

  it('goes from the exact to the wide: text before +, + before #', () => {
    const all = ['a/#', 'a/+/c', 'a/b/c', 'a/b/#', '+/b/x']
    expect(find('a/b/c', ...all)).toBe('a/b/c')
    expect(find('a/x/c', ...all)).toBe('a/+/c')
    expect(find('a/b/z', ...all)).toBe('a/b/#')
    expect(find('a/x/z', ...all)).toBe('a/#')
    expect(find('z/b/x', ...all)).toBe('+/b/x')
    expect(find('z/b/y', ...all)).toBeNull()
  })

  it('is, without the names, what MQTT knows', () => {
    expect(filterOf('/lifts/{device}/{}/#')).toBe('lifts/+/+/#')
  })
})
