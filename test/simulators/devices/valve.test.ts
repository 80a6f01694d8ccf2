import { describe, expect, it } from 'vitest'
import { startDevice } from '../../../simulators/devices/index.ts'
import type { Packet } from '../../../simulators/languages/language.ts'
import { seededRandom } from '../../../simulators/random.ts'

const START_MS = Date.UTC(2026, 10, 23)
const about = { id: 'valve-1', name: 'valve', location: 'B2', building: 'B' }
const COMMAND = 'shifen/site/valve-1/command'

const startOf = (seed: number) => ({ site: 'site', random: seededRandom(seed), startMs: START_MS })

function valve(seed = 1, travelMs = 8_000) {
  const device = startDevice({ ...about, kind: 'valve', spec: { travelMs } }, startOf(seed))
  let nowMs = START_MS
  return {
    device,
    tell: (id: string, command: string) => device.obey(COMMAND, JSON.stringify({ id, command })),
    /** Second by second; what it said, with the second in which it did. */
    go: (seconds: number): [number, Packet][] =>
      Array.from({ length: seconds }, (_, index): [number, Packet][] => {
        nowMs += 1_000
        return device.advance({ atMs: nowMs, hourOfDay: 8 }).packets.map((packet) => [index + 1, packet])
      }).flat(),
  }
}

const replies = (said: [number, Packet][]) =>
  said
    .filter(([, { topic }]) => topic === 'shifen/site/valve-1/command/reply')
    .map(([at, { payload }]) => [at, JSON.parse(String(payload)) as unknown])
const events = (said: [number, Packet][]) =>
  said
    .filter(([, { topic }]) => topic.endsWith('/event'))
    .map(([at, { payload }]) => {
      const { event, active } = JSON.parse(String(payload)) as { event: string; active: boolean }
      return [at, event, active]
    })

describe('a simulated valve', () => {
  it('is open, and stays so', () => {
    const { device, go } = valve()
    expect(device.active()).toEqual(['valve.open'])
    expect([events(go(300)), device.active()]).toEqual([[], ['valve.open']])
  })

  it('takes its time to close, then says that it is closed and answers', () => {
    const { device, go, tell } = valve()
    tell('c1', 'close')
    const said = go(20)
    expect(events(said)).toEqual([[8, 'valve.open', false]])
    expect(replies(said)).toEqual([[8, { id: 'c1', ok: true, message: 'closed' }]])
    expect(device.active()).toEqual([])
  })

  it('answers a command that comes twice or again once each time it is there, and moves once', () => {
    const { go, tell } = valve()
    tell('c1', 'close')
    go(3)
    tell('c1', 'close')
    const said = go(10)
    expect(replies(said)).toHaveLength(1)
    tell('c1', 'close')
    const again = go(10)
    expect([replies(again), events(again)]).toEqual([[[1, { id: 'c1', ok: true, message: 'closed' }]], []])
  })

  it('lets the last word count', () => {
    const { device, go, tell } = valve()
    tell('c1', 'close')
    go(4)
    tell('c2', 'open')
    const said = go(20)
    expect(replies(said)).toEqual([
      [1, { id: 'c1', ok: false, message: 'overtaken by open' }],
      [4, { id: 'c2', ok: true, message: 'open' }],
    ])
    expect([events(said), device.active()]).toEqual([[], ['valve.open']])
  })

  it('says no to what it does not know, and nothing to what is no command', () => {
    const { device, go, tell } = valve()
    tell('c1', 'explode')
    for (const payload of ['', 'close', '{}', '[]', 'null', '{"id":1,"command":"close"}']) device.obey(COMMAND, payload)
    const said = go(20)
    expect(replies(said)).toEqual([[1, { id: 'c1', ok: false, message: 'explode is nothing that a valve does' }]])
    expect(device.active()).toEqual(['valve.open'])
  })

  it('does the same with the same seed and commands', () => {
    const run = (seed: number) => {
      const { go, tell } = valve(seed)
      tell('c1', 'close')
      return JSON.stringify(go(600))
    }
    expect(run(7)).toBe(run(7))
    expect(run(8)).not.toBe(run(7))
  })
})

describe('a device that is no valve', () => {
  it('listens to nothing', () => {
    const spec = { roomCelsius: 19, roomHumidity: 68 }
    const sensor = startDevice({ ...about, kind: 'water_leak', spec }, startOf(1))
    expect(sensor.obey('shifen/site/valve-1/command', '{"id":"c1","command":"close"}')).toBe(false)
  })
})
