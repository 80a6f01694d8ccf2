import { describe, expect, it } from 'vitest'
import { carryCommand } from '../../gateway/commands.ts'
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
