import { describe, expect, it } from 'vitest'
import type { Packet } from '../../../simulators/languages/language.ts'
import { createLink, KEPT_MAX, KEPT_ONCE_MAX, type Link, SEEN_AFTER_MS } from '../../../simulators/network/link.ts'
import type { LinkTrouble } from '../../../simulators/network/passage.ts'
import { seededRandom } from '../../../simulators/random.ts'
import { withinChance } from './within-chance.ts'

const PACKETS = 100_000
const EVERY_MS = 10_000

const packet = (payload: string, rest: Partial<Packet> = {}): Packet => ({
  ...{ device: 'leak-1', topic: 'shifen/a/leak-1/telemetry', payload, once: false },
  ...rest,
})

const link = (seed: number | string = 1, keeps = false) =>
  createLink({
    ...{ id: 'leak-1', random: seededRandom(seed), keeps },
    will: (ownMs) => packet(`gone at ${ownMs}`, { topic: 'shifen/a/leak-1/status' }),
    greet: (ownMs) => [packet(`whole at ${ownMs}`)],
  })

/** Sends numbers, one each `everyMs`, and answers what arrived when. */
function run(over: Link, count: number, everyMs = EVERY_MS) {
  const arrived: { atMs: number; text: string; dup: boolean }[] = []
  const collect = (untilMs: number) => {
    for (let nextMs = over.nextMs(); nextMs <= untilMs; nextMs = over.nextMs()) {
      for (const { packet: each, dup } of over.due(nextMs)) {
        arrived.push({ atMs: nextMs, text: Buffer.from(each.payload).toString(), dup })
      }
    }
  }
  for (let index = 0; index < count; index += 1) {
    collect(index * everyMs - 1)
    over.send([packet(String(index))], index * everyMs)
  }
  collect(count * everyMs + 1e9)
  return arrived
}

const troubled = (...troubles: LinkTrouble[]) => {
  const made = link()
  for (const each of troubles) made.trouble(each, 0)
  return made
}
const said = (over: Link, atMs: number) => over.due(atMs).map(({ packet: { payload } }) => String(payload))

describe('a link', () => {
  it('delivers what is sent when it is sent, without a trouble', () => {
    const over = link()
    expect(over.nextMs()).toBe(Infinity)
    over.send([packet('a'), packet('b')], 5)
    expect(over.nextMs()).toBe(5)
    expect(over.due(5)).toEqual([
      { packet: packet('a'), retained: false, will: false, dup: false },
      { packet: packet('b'), retained: false, will: false, dup: false },
    ])
    expect(over.nextMs()).toBe(Infinity)
  })

  it.each([0.01, 0.2])('drops a share of %d, no more and no less', (share) => {
    const over = troubled({ kind: 'drop', share })
    const lost = PACKETS - run(over, PACKETS).length
    withinChance(lost, PACKETS, share)
    expect(over.counts()).toMatchObject({ sent: PACKETS, dropped: lost })
  })

  it('delivers a share twice, each copy within its time after', () => {
    const arrived = run(troubled({ kind: 'duplicate', share: 0.05, afterMs: [100, 900] }), PACKETS)
    const copies = arrived.filter(({ dup }) => dup)
    withinChance(copies.length, PACKETS, 0.05)
    for (const { atMs, text } of copies) {
      const afterMs = atMs - Number(text) * EVERY_MS
      if (afterMs < 100 || afterMs > 900) throw new Error(`a copy came after ${afterMs} ms`)
    }
  })

  it('changes the bytes of a share, in every way', () => {
    const over = troubled({ kind: 'corrupt', share: 0.02 })
    let changed = 0
    const ways = new Set<string>()
    for (let index = 0; index < PACKETS; index += 1) {
      const payload = String(100_000 + index)
      over.send([packet(payload)], index)
      const bytes = Buffer.from(over.due(index)[0]!.packet.payload)
      if (bytes.equals(Buffer.from(payload))) continue
      changed += 1
      ways.add(bytes.length === payload.length ? 'flipped' : bytes.length < payload.length ? 'shortened' : 'added')
    }
    withinChance(changed, PACKETS, 0.02)
    expect([...ways].sort()).toEqual(['added', 'flipped', 'shortened'])
  })

  it('delays within the range and by its middle on average', () => {
    const [fromMs, toMs] = [200, 1_800]
    const delays = run(troubled({ kind: 'delay', delayMs: [fromMs, toMs] }), PACKETS).map(
      ({ atMs, text }) => atMs - Number(text) * EVERY_MS,
    )
    expect(Math.min(...delays.slice(0, 50_000))).toBe(fromMs)
    expect(delays.every((delayMs) => delayMs >= fromMs && delayMs <= toMs)).toBe(true)
    const mean = delays.reduce((sum, each) => sum + each, 0) / delays.length
    // Of evenly spread values the deviation is their width by the root of twelve; that of a mean, by that of its count.
    expect(Math.abs(mean - 1_000)).toBeLessThan((4 * (toMs - fromMs + 1)) / Math.sqrt(12 * PACKETS))
  })

  it('keeps the order through a delay, and still within its range', () => {
    const arrived = run(troubled({ kind: 'delay', delayMs: [0, 5_000] }), 20_000, 100)
    expect(arrived.map(({ text }) => Number(text))).toEqual(Array.from({ length: 20_000 }, (_, index) => index))
    expect(arrived.every(({ atMs, text }) => atMs - Number(text) * 100 <= 5_000)).toBe(true)
  })

  it('lets a share be overtaken, and only those', () => {
    const arrived = run(troubled({ kind: 'reorder', share: 0.1, byMs: [2 * EVERY_MS, 5 * EVERY_MS] }), PACKETS)
    let latest = -1
    const overtaken = arrived.filter(({ text }) => {
      latest = Math.max(latest, Number(text))
      return Number(text) < latest
    })
    withinChance(overtaken.length, PACKETS, 0.1)
  })

  it('has several troubles at once, each as if it were alone', () => {
    const over = troubled(
      { kind: 'drop', share: 0.1 },
      { kind: 'drop', share: 0.1 },
      { kind: 'duplicate', share: 0.5, afterMs: [1, 1] },
      { kind: 'delay', delayMs: [100, 100] },
      { kind: 'delay', delayMs: [20, 20] },
    )
    const arrived = run(over, PACKETS)
    const first = arrived.filter(({ dup }) => !dup)
    withinChance(first.length, PACKETS, 0.81)
    withinChance(arrived.length - first.length, first.length, 0.5)
    expect(first.every(({ atMs, text }) => atMs - Number(text) * EVERY_MS === 120)).toBe(true)
  })

  it('has the same draws whatever else ends', () => {
    const drop: LinkTrouble = { kind: 'drop', share: 0.5 }
    const alone = run(troubled(drop), 1_000)
    const noisy: LinkTrouble = { kind: 'corrupt', share: 0 }
    const over = troubled(drop, noisy)
    over.calm(0, noisy)
    expect(run(over, 1_000)).toEqual(alone)
  })
})

describe('a cut', () => {
  const cut = (keeps: boolean): LinkTrouble => ({ kind: 'cut', keeps })

  it('keeps nothing but what is said once, after the greeting', () => {
    const over = troubled(cut(false))
    over.send([packet('level'), packet('pressed', { once: true })], 1_000)
    expect(over.up()).toBe(false)
    over.calm(10_000)
    expect(over.up()).toBe(false)
    const backMs = over.nextMs()
    expect(backMs).toBeGreaterThanOrEqual(10_000)
    expect(said(over, backMs)).toEqual(['gone at 0', `whole at ${backMs}`, 'pressed'])
    expect(over.up()).toBe(true)
    expect(over.counts()).toMatchObject({ lost: 1, breaks: 1 })
  })

  it('brings what was kept in one burst, in order, before the greeting', () => {
    const over = troubled(cut(true))
    for (let index = 0; index < 100; index += 1) over.send([packet(String(index))], index * 1_000)
    over.calm(100_000)
    const seen = over.nextMs()
    expect(over.due(seen)).toMatchObject([{ will: true }])
    const backMs = over.nextMs()
    expect(said(over, backMs)).toEqual([
      ...Array.from({ length: 100 }, (_, index) => String(index)),
      `whole at ${backMs}`,
    ])
  })

  it.each([
    { keeps: true, max: KEPT_MAX, first: '10' },
    { keeps: false, max: KEPT_ONCE_MAX, first: '0' },
  ])('keeps no more than there is room for ($max)', ({ keeps, max, first }) => {
    const over = troubled(cut(keeps))
    for (let index = 0; index < max + 10; index += 1) over.send([packet(String(index), { once: true })], 0)
    over.calm(1)
    const words = said(over, 120_000).filter((word) => /^\d+$/.test(word))
    expect(words).toHaveLength(max)
    expect(words[0]).toBe(first)
    expect(over.counts().lost).toBe(10)
  })

  it('is seen by the broker, which says the will once', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const over = link(seed)
      over.trouble(cut(false), 1_000)
      const seenMs = over.nextMs()
      expect(seenMs - 1_000).toBeGreaterThanOrEqual(SEEN_AFTER_MS[0])
      expect(seenMs - 1_000).toBeLessThanOrEqual(SEEN_AFTER_MS[1])
      expect(over.due(seenMs)).toMatchObject([{ will: true, packet: { payload: 'gone at 1000' } }])
      expect(over.nextMs()).toBe(Infinity)
      over.calm(600_000)
      expect(over.due(700_000)).toMatchObject([{ will: false }])
      expect(over.turns().map(({ turn }) => turn)).toEqual(['broke', 'came_back'])
      expect(over.turns()).toEqual([])
    }
  })

  it('holds until the last of two ends', () => {
    const [first, second] = [cut(false), cut(false)]
    const over = troubled(first, second)
    over.calm(60_000, first)
    over.due(300_000)
    expect(over.up()).toBe(false)
    over.calm(300_000, second)
    over.due(400_000)
    expect(over.up()).toBe(true)
    expect(over.counts().breaks).toBe(1)
  })

  it('of a thousand devices ends spread over their waits, not in one moment', () => {
    const backs = Array.from({ length: 1_000 }, (_, index) => {
      const over = createLink({
        ...{ id: `leak-${index}`, random: seededRandom(7), keeps: false },
        ...{ will: () => null, greet: () => [packet('whole')] },
      })
      over.trouble(cut(false), 0)
      over.due(600_000)
      over.calm(600_000)
      return over.nextMs() - 600_000
    })
    expect(Math.min(...backs)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...backs)).toBeLessThanOrEqual(60_000)
    expect(Math.max(...backs)).toBeGreaterThan(45_000)
    const inOneSecond = Math.max(
      ...Array.from({ length: 60 }, (_, second) => backs.filter((each) => Math.floor(each / 1_000) === second).length),
    )
    expect(inOneSecond).toBeLessThan(60)
  })
})

describe('a flapping link', () => {
  it('breaks and comes back by its times, each time with its will and its greeting', () => {
    const flap: LinkTrouble = { kind: 'flap', upMs: [5_000, 9_000], downMs: [50_000, 70_000] }
    const over = troubled(flap)
    const words: string[] = []
    for (let nextMs = over.nextMs(); nextMs < 3_600_000; nextMs = over.nextMs()) words.push(...said(over, nextMs))
    const turns = over.turns()
    expect(turns.length).toBeGreaterThan(80)
    turns.forEach(({ turn, atMs }, index) => {
      const lastedMs = atMs - (turns[index - 1]?.atMs ?? 0)
      const [fromMs, toMs] = turn === 'broke' ? flap.upMs : flap.downMs
      expect(turn).toBe(index % 2 === 0 ? 'broke' : 'came_back')
      expect(lastedMs).toBeGreaterThanOrEqual(fromMs)
      expect(lastedMs).toBeLessThanOrEqual(toMs)
    })
    const kinds = words.map((word) => word.split(' ')[0])
    expect(kinds).toEqual(kinds.map((_, index) => (index % 2 === 0 ? 'gone' : 'whole')))
    expect(kinds.length).toBeGreaterThanOrEqual(turns.length - 1)
  })

  it('says the will at its return where the break was shorter than the broker needs to see it', () => {
    const over = troubled({ kind: 'flap', upMs: [1_000, 1_000], downMs: [2_000, 2_000] })
    expect(said(over, 3_000)).toEqual(['gone at 1000', 'whole at 3000'])
  })

  it.each([true, false])('keeps what is said while it is down as the device does (%s)', (keeps) => {
    const over = link(1, keeps)
    over.trouble({ kind: 'flap', upMs: [1_000, 1_000], downMs: [2_000, 2_000] }, 0)
    over.send([packet('level')], 1_500)
    expect(said(over, 3_000)).toEqual(
      keeps ? ['gone at 1000', 'level', 'whole at 3000'] : ['gone at 1000', 'whole at 3000'],
    )
  })
})

describe('a wrong clock and kept words', () => {
  it('is ahead by its skew and by its drift for as long as it has it, and right afterwards', () => {
    const over = link()
    over.trouble({ kind: 'clock', skewMs: -5_000, driftPpm: 200 }, 1_000_000)
    expect(over.clockOf(1_000_000)).toBe(995_000)
    expect(over.clockOf(1_000_000 + 86_400_000)).toBe(1_000_000 + 86_400_000 - 5_000 + 17_280)
    over.calm(2_000_000)
    expect(over.clockOf(2_000_000)).toBe(2_000_000)
  })

  it('hands the last words of each topic out once more', () => {
    const over = link()
    over.send([packet('old'), packet('new'), packet('on', { topic: 'status' })], 0)
    over.due(0)
    over.trouble({ kind: 'retained' }, 500)
    expect(over.due(500).map(({ packet: { payload }, retained }) => [payload, retained])).toEqual([
      ['new', true],
      ['on', true],
    ])
    expect(over.nextMs()).toBe(Infinity)
  })
})
