import { describe, expect, it } from 'vitest'
import { carryCommand, carryThrough } from '../../gateway/commands.ts'
import { rejected } from '../../gateway/devices/decoded.ts'
import { type Family, USUAL_SILENCE } from '../../gateway/devices/family.ts'
import { families } from '../../gateway/devices/index.ts'
import type { Device } from '../../rules/model.ts'

const device: Device = {
  key: 1,
  id: 'valve-1',
  site: 'riverside',
  kind: 'valve',
  name: 'valve',
  location: '',
  building: null,
  zone: null,
  createdAt: 0,
  retiredAt: null,
  identity: null,
  gateway: null,
  family: null,
  vendor: null,
  model: null,
  placedAt: 0,
  silenceMs: null,
  mergedInto: null,
  tags: [],
}
const close = { id: 'c1', command: 'close', args: {} }
const nothing = () => undefined

describe('the message that carries a command', () => {
  it('goes to a device with its own login in its own topic', () => {
    const message = { topic: 'shifen/riverside/valve-1/command', payload: '{"id":"c1","command":"close"}' }
    expect(carryCommand(device, close, nothing)).toEqual({ ok: true, sending: { gateway: null, message } })
  })

  it('brings arguments where there are any', () => {
    const carried = carryCommand(device, { ...close, args: { percent: 30 } }, nothing)
    expect(carried).toMatchObject({
      sending: { message: { payload: '{"id":"c1","command":"close","args":{"percent":30}}' } },
    })
  })

  it('goes to a discovered native device under the name that it gave itself, through its gateway', () => {
    const renamed = { ...device, id: 'valve-1-2', identity: 'native:valve-1', family: 'native', gateway: 'broker:ems' }
    expect(carryCommand(renamed, close, nothing)).toMatchObject({
      ok: true,
      sending: { gateway: 'broker:ems', message: { topic: 'shifen/riverside/valve-1/command' } },
    })
  })

  it('does not exist where the family is unknown, in words', () => {
    const foreign = { ...device, identity: 'old:1', family: 'old', gateway: 'gw' }
    expect(carryCommand(foreign, close, nothing)).toEqual({
      ok: false,
      reason: 'devices of the family old take no commands through Shifen',
    })
  })

  describe('to a device of another family', () => {
    const family = (command: Family['command']): Family => ({
      id: 'demo',
      matches: () => false,
      decode: () => rejected('unknown_topic', 'no'),
      silence: USUAL_SILENCE,
      ...(command ? { command } : {}),
    })
    const foreign = { ...device, identity: 'demo:cellar/valve', family: 'demo', gateway: 'gw' }
    const carry = (command: Family['command'], recall: (source: string, key: string) => unknown = nothing) =>
      carryThrough([family(command)])(foreign, { ...close, args: { slowly: true } }, recall)

    it('is what its family writes, by its key and what it remembers of its gateway', () => {
      const carried = carry(
        (key, command, args, memory) => ({
          topic: `demo/${key.slice('demo:'.length)}/set`,
          payload: JSON.stringify({ command, args, base: memory.get('base') }),
        }),
        (source, key) => (source === 'gw' && key === 'base' ? 'b' : undefined),
      )
      const payload = '{"command":"close","args":{"slowly":true},"base":"b"}'
      expect(carried).toEqual({
        ok: true,
        sending: { gateway: 'gw', message: { topic: 'demo/cellar/valve/set', payload } },
      })
    })

    it.each([
      ['has none for it', (): null => null, 'the family demo has no message for close to demo:cellar/valve'],
      ['knows no commands', undefined, 'devices of the family demo take no commands through Shifen'],
      [
        'fails',
        (): null => {
          throw new Error('broken')
        },
        'the family demo failed to write close: broken',
      ],
    ] as const)('does not exist where its family %s', (_, command, reason) => {
      expect(carry(command)).toEqual({ ok: false, reason })
    })
  })

  it('is written by families without throwing and without an empty topic', () => {
    for (const family of families) {
      const foreign = { ...device, identity: `${family.id}:1`, family: family.id, gateway: 'gw' }
      for (const command of ['open', 'close', 'read', 'constructor']) {
        const carried = carryCommand(foreign, { ...close, command }, nothing)
        if (carried.ok) expect(carried.sending.message.topic).toMatch(/^[^+#]+$/)
        else expect(carried.reason).not.toMatch(/failed/)
      }
    }
  })
})
