import { describe, expect, it } from 'vitest'
import type { DeviceDescription } from '../../simulators/devices/index.ts'
import { createLocalTime } from '../../simulators/local-time.ts'
import { createPremises, type Sent } from '../../simulators/premises.ts'
import { seededRandom } from '../../simulators/random.ts'
import { readAll } from '../../simulators/reading/read-all.ts'

/** 08:00 in Shanghai, a Monday. */
const START = Date.UTC(2026, 10, 23)
const site = { id: 'riverside', name: '滨江花园', timezone: 'Asia/Shanghai' }
const about = (id: string) => ({ id, name: id, location: `place of ${id}`, building: '1号楼' })
const LEAK: DeviceDescription = { ...about('leak-1'), kind: 'water_leak', reportEveryMs: 60_000 }
const METER: DeviceDescription = { ...about('meter-1'), kind: 'power_meter', reportEveryMs: 900_000 }
const behind = (id: string): DeviceDescription => ({ ...LEAK, ...about(id), speaks: 'zigbee2mqtt', gateway: 'gw-1' })

function premisesOf(devices: DeviceDescription[], seed = 1) {
  const time = createLocalTime(site.timezone)
  const premises = createPremises({ scenario: { site, devices }, random: seededRandom(seed), startMs: START, time })
  let nowMs = START
  return {
    premises,
    now: () => nowMs,
    /** Goes from moment to moment for so long; everything that was sent, with its second. */
    go: (forMs: number): [second: number, sent: Sent][] => {
      const end = nowMs + forMs
      const all: [number, Sent][] = []
      for (; premises.nextMs() <= end;) {
        nowMs = Math.max(nowMs, premises.nextMs())
        for (const sent of premises.due(nowMs).sent) all.push([(nowMs - START) / 1_000, sent])
      }
      nowMs = end
      return all
    },
  }
}

const textOf = (sent: [number, Sent][]) =>
  sent.map(([at, each]) => `${at} ${each.packet.topic} ${String(each.packet.payload)}`)
const topics = (sent: [number, Sent][]) => [...new Set(sent.map(([, { packet }]) => packet.topic))]

describe('premises', () => {
  it('connect with what every device knows, and say by whose login it comes', () => {
    const { premises, go } = premisesOf([LEAK, behind('leak-2')])
    premises.switchOn(START)
    const sent = go(0)
    expect(sent.map(([, { sender }]) => sender)).toContainEqual({ device: 'leak-1', gateway: null })
    expect(sent.map(([, { sender }]) => sender)).toContainEqual({ device: 'leak-2', gateway: 'gw-1' })
    expect(topics(sent).slice(0, 2)).toEqual(['shifen/riverside/leak-1/status', 'shifen/riverside/leak-1/telemetry'])
  })

  it('hand over what a broker says for a device as such, past its link', () => {
    const { premises, go } = premisesOf([behind('leak-2')])
    premises.trouble('leak-2', { kind: 'drop', share: 1 }, START)
    const packet = { device: 'leak-2', topic: 'a/b', payload: 'x', once: true }
    for (const said of ['live', 'will', 'kept'] as const) premises.publish(packet, said, START)
    const sent = go(0).map(([, { sender, retained, will }]) => ({ ...sender, retained, will }))
    const sender = { device: 'leak-2', gateway: 'gw-1' }
    expect(sent).toEqual([
      { ...sender, retained: false, will: true },
      { ...sender, retained: true, will: false },
    ])
  })

  it('report at their intervals and are at rest in between: meters at the full quarters of an hour', () => {
    const { premises, go } = premisesOf([LEAK, METER])
    premises.switchOn(START)
    go(0)
    const sent = go(3_600_000)
    const of = (device: string) => sent.filter(([, { sender }]) => sender.device === device).map(([at]) => at)
    expect(of('leak-1')).toHaveLength(60)
    expect(new Set(of('leak-1').map((at) => at % 60)).size).toBe(1)
    expect(of('meter-1')).toEqual([900, 1_800, 2_700, 3_600])
    expect(premises.nextMs()).toBeGreaterThan(START + 3_600_000)
  })

  it('let a fault begin at its moment, not for the time before it', () => {
    const { premises, go, now } = premisesOf([{ ...LEAK, reportEveryMs: 12 * 3_600_000 }])
    premises.switchOn(START)
    go(3_600_000)
    premises.suffer('leak-1', 'leak', now())
    const wet = go(5_000).find(([, { packet }]) => String(packet.payload).includes('"event":"water.leak"'))!
    expect(wet[0]).toBeGreaterThan(3_600)
    expect(wet[0]).toBeLessThanOrEqual(3_603)
    expect(premises.faults('leak-1')).toEqual(['leak'])
    expect(premises.repair('leak-1', now(), 'drip')).toEqual([])
    expect(premises.repair('leak-1', now())).toEqual(['leak'])
  })

  it('let the broker say the will of a device whose battery is dead, and nothing more', () => {
    const { premises, go, now } = premisesOf([LEAK])
    premises.switchOn(START)
    go(60_000)
    premises.suffer('leak-1', 'battery_dead', now())
    const sent = go(600_000)
    expect(sent).toHaveLength(1)
    expect(sent[0]![1]).toMatchObject({ will: true, packet: { topic: 'shifen/riverside/leak-1/status' } })
    premises.repair('leak-1', now())
    expect(topics(go(120_000))).toContain('shifen/riverside/leak-1/telemetry')
  })

  it('turn a loose contact to and fro, and leave it as it was', () => {
    const { premises, go, now } = premisesOf([LEAK])
    premises.switchOn(START)
    go(1_000)
    const trouble = { kind: 'chatter', everyMs: 500 } as const
    premises.trouble('leak-1', trouble, now())
    const levels = go(4_900).flatMap(
      ([, { packet }]) => /"event":"water.leak","active":(\w+)/.exec(String(packet.payload))?.[1] ?? [],
    )
    expect(levels).toEqual(['true', 'false', 'true', 'false', 'true', 'false', 'true', 'false', 'true', 'false'])
    premises.calm('leak-1', now(), trouble)
    expect(go(50_000).filter(([, { packet }]) => packet.topic.endsWith('/event'))).toEqual([])
  })

  it('hand a command to the device that it is for', () => {
    const { premises } = premisesOf([LEAK, { ...about('valve-1'), kind: 'valve' }])
    const command = JSON.stringify({ id: 'c1', command: 'close' })
    expect(premises.obey('shifen/riverside/valve-1/command', command)).toBe(true)
    expect(premises.obey('shifen/riverside/valve-2/command', command)).toBe(false)
    expect(() => premises.faults('nobody')).toThrow('there is no device nobody')
  })

  it('say the same with the same seed, and a device says the same whoever is beside it', () => {
    const run = (devices: DeviceDescription[], seed: number) => {
      const { premises, go } = premisesOf(devices, seed)
      premises.switchOn(START)
      return textOf(go(1_800_000))
    }
    expect(run([LEAK, METER], 3)).toEqual(run([LEAK, METER], 3))
    expect(run([LEAK, METER], 4)).not.toEqual(run([LEAK, METER], 3))
    const ofLeak = (text: string[]) => text.filter((line) => line.includes('leak-1'))
    expect(ofLeak(run([LEAK], 3))).toEqual(ofLeak(run([LEAK, METER], 3)))
  })
})

it('refuses a fault that a device cannot have', () => {
  const { premises } = premisesOf([LEAK])
  expect(() => premises.suffer('leak-1', 'phase_lost', START)).toThrow('leak-1 is a water_leak and cannot have')
})

describe('a building of 41 devices', () => {
  const devices = [...readAll(['demo'], {}).scenarios[0]!.devices]
  const switchedOn = (seed: number) => {
    const all = premisesOf(devices, seed)
    all.premises.switchOn(START)
    return all
  }
  const bodies = (sent: [number, Sent][]) =>
    sent
      .filter(([, { packet }]) => !packet.topic.endsWith('/status'))
      .map(([, { packet }]) => ({ ...packet, body: JSON.parse(String(packet.payload)) as Record<string, unknown> }))

  it.each([1, 2])('that is well says nothing of an emergency in three hours (seed %i)', (seed) => {
    const sent = bodies(switchedOn(seed).go(3 * 3_600_000))
    expect(sent.length).toBeGreaterThan(10_000)
    const events = sent.flatMap(({ body }) => (typeof body.event === 'string' ? body.event : []))
    expect(events.filter((event) => event !== 'door.open')).toEqual([])
    for (const { body } of sent) {
      for (const [name, value] of Object.entries(body.values ?? {})) {
        const isOff = name.startsWith('voltage.') && (Number(value) < 198 || Number(value) > 235.4)
        if (isOff || (value === true && name !== 'door.open' && name !== 'valve.open'))
          throw new Error(`${name} ${value}`)
      }
    }
  })

  it('numbers each device’s messages one by one, and repeats no level that has not changed', () => {
    const { premises, go, now } = switchedOn(7)
    const sent = go(60_000)
    for (const { id, kind } of devices) {
      if (kind === 'valve') continue
      premises.suffer(
        id,
        ({ water_leak: 'leak', elevator: 'entrapment' } as const)[kind as string] ?? 'phase_lost',
        now(),
      )
      sent.push(...go(20_000))
    }
    for (const { id } of devices) premises.repair(id, now())
    sent.push(...go(600_000))
    const [last, held] = [new Map<string, number>(), new Map<string, unknown>()]
    const odd: string[] = []
    for (const { device, payload, body } of bodies(sent)) {
      if (body.seq !== (last.get(device) ?? 0) + 1) odd.push(`${device} skips to ${String(payload)}`)
      last.set(device, Number(body.seq))
      if (body.active === undefined) continue
      const level = `${device} ${String(body.event)}`
      if (body.active === (held.get(level) ?? false)) odd.push(`${device} repeats ${String(payload)}`)
      held.set(level, body.active)
    }
    expect(odd).toEqual([])
    expect(last.size).toBe(41)
    expect(held.size).toBeGreaterThanOrEqual(40)
  })
})
