import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeviceMessage } from '../../../rules/model.ts'
import { EngineBench, saying } from '../../support/engine.ts'

let bench: EngineBench

beforeEach(async () => {
  bench = await EngineBench.open()
})
afterEach(() => bench.close())

const KEY = 'sparkplug:G/E/M1'

function from(key: string, said: Parameters<typeof saying>[2], more: Partial<DeviceMessage> = {}): DeviceMessage {
  const about = { gateway: 'gw', site: 'default', family: 'sparkplug_b', vendor: null, model: null, silenceMs: null }
  const discovered = { ...about, key, kind: 'power_meter' as const }
  return { ...saying(key, bench.clock.now(), said), discovered, ...more }
}

function statesOf(key: string): Record<string, string> {
  const found = [...bench.engine.devices()].find(({ device }) => device.identity === key)
  return Object.fromEntries([...found!.state.conditions].map(([code, { state }]) => [code, state]))
}

describe('a death', () => {
  it('of a device: what it said is unknown, that it is offline is known', async () => {
    await bench.take(from(KEY, { levels: { 'meter.phase_loss': false, 'device.offline': false } }))
    await bench.take(from(KEY, { levels: { 'device.offline': true } }, { unreachable: [KEY] }))
    expect(statesOf(KEY)).toEqual({ 'meter.phase_loss': 'unknown', 'device.offline': 'active' })
  })

  it('of a node: what its devices said is unknown', async () => {
    await bench.take(from(KEY, { levels: { 'meter.phase_loss': true } }))
    const node = 'sparkplug:G/E'
    await bench.take(from(node, { levels: { 'gateway.offline': true } }, { unreachable: [`${node}/*`] }))
    expect(statesOf(KEY)).toEqual({ 'meter.phase_loss': 'unknown' })
    expect(statesOf(node)).toEqual({ 'gateway.offline': 'active' })
  })

  it('that is told over and over writes nothing more of its devices', async () => {
    await bench.take(from(KEY, { levels: { 'meter.phase_loss': true } }))
    const node = 'sparkplug:G/E'
    const gone = () => from(node, { levels: { 'gateway.offline': true } }, { unreachable: [`${node}/*`] })
    await bench.take(gone())
    const rows = await bench.count('readings')
    await bench.take(gone(), gone())
    expect(await bench.count('readings')).toBe(rows + 2)
  })
})
