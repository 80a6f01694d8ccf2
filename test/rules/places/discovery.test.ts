import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { carryCommand } from '../../../gateway/commands.ts'
import type { DeviceMessage, Discovered, Rejection } from '../../../rules/model.ts'
import { ADMIN, EngineBench, LEAK, type Saying, saying, START } from '../../support/engine.ts'

const HOUR_MS = 3_600_000
let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

const KEY = 'z2m:Lavabo SDB Étage'
const ID = 'z2m-Lavabo-SDB-tage'

const behind = (more: Partial<Discovered> = {}): Discovered => ({
  gateway: 'gw-1',
  site: 'default',
  key: KEY,
  family: 'zigbee2mqtt',
  kind: 'water_leak',
  vendor: null,
  model: null,
  silenceMs: 25 * HOUR_MS,
  ...more,
})

function heard(said: Saying, more: Partial<Discovered> = {}, message: Partial<DeviceMessage> = {}): DeviceMessage {
  const discovered = behind(more)
  return { ...saying(discovered.key, bench.clock.now(), said), ...message, discovered }
}

const wet: Saying = { levels: { 'water.leak': true } }
const dry: Saying = { levels: { 'water.leak': false } }
const device = (id: string) => bench.engine.device(id)!.device
const rejections = async () =>
  (await bench.engine.ingest({ messages: [], rejections: [] })) &&
  (bench.store.sqlite.prepare('select reason, detail from rejections order by id').all() as Rejection[])

describe('a device that nobody knows', () => {
  it('is discovered by its first message, not yet placed, and that message counts', async () => {
    await bench.take(heard(wet, { model: 'SJCGQ11LM', vendor: 'Aqara' }))
    expect(device(ID)).toMatchObject({
      site: 'default',
      kind: 'water_leak',
      name: 'Lavabo SDB Étage',
      identity: KEY,
      gateway: 'gw-1',
      family: 'zigbee2mqtt',
      vendor: 'Aqara',
      model: 'SJCGQ11LM',
      placedAt: null,
      silenceMs: 25 * HOUR_MS,
    })
    expect(await bench.ticket()).toMatchObject({ device: ID, category: 'water_leak', ageUnknown: false })
    expect(bench.changes).toContainEqual(expect.objectContaining({ type: 'device', what: 'discovered' }))
  })

  it('takes no user name of a gateway, which would lose its login when the device is retired', async () => {
    await bench.command({ type: 'add_gateway', id: ID, site: 'default', topics: ['zigbee2mqtt/#'] })
    await bench.take(heard(wet))
    expect(bench.engine.device(ID)).toBeUndefined()
    expect(device(`${ID}-2`)).toMatchObject({ identity: KEY })
  })

  it('keeps nobody waiting, however many come at once', async () => {
    const many = Array.from({ length: 300 }, (_, number) => heard(wet, { key: `z2m:flood-${number}` }))
    let turns = 0
    let over = false
    const count = () => void (over || ((turns += 1), setImmediate(count)))
    setImmediate(count)
    await bench.take(...many)
    over = true
    expect(turns).toBeGreaterThan(10)
    const tickets = await bench.tickets()
    expect(tickets.filter(({ origin }) => origin === 'alarm')).toHaveLength(300)
  })

  it('is the same one ever after, also after a restart', async () => {
    await bench.take(heard(wet), heard(dry))
    await bench.restart()
    await bench.take(heard(wet))
    expect(await bench.tickets()).toHaveLength(1)
    const count = bench.store.sqlite.prepare('select count(*) as n from devices where identity = ?').get(KEY)
    expect(count).toEqual({ n: 1 })
  })

  it('is another one behind another gateway, with an id of its own', async () => {
    await bench.take(heard(dry), heard(wet, { gateway: 'gw-2' }))
    expect(device(`${ID}-2`)).toMatchObject({ gateway: 'gw-2', identity: KEY })
    expect((await bench.ticket()).device).toBe(`${ID}-2`)
  })

  it('whose family tells no kind is what its first condition is about, and learns its kind once', async () => {
    await bench.take(heard({ values: { 'temperature.ambient': 20 } }, { kind: 'unknown' }))
    expect(device(ID).kind).toBe('unknown')
    await bench.take(heard(wet, { kind: 'unknown' }))
    expect(device(ID).kind).toBe('water_leak')
    expect(await bench.tickets()).toHaveLength(1)
    await bench.take(heard({}, { kind: 'power_meter' }))
    expect(device(ID).kind).toBe('water_leak')
  })

  it('that was added by hand keeps its place when it speaks through a gateway', async () => {
    await bench.take({ ...heard(wet, { key: `native:${LEAK}`, family: 'native', silenceMs: null }), device: LEAK })
    expect((await bench.ticket()).device).toBe(LEAK)
    expect(device(LEAK).identity).toBeNull()
  })

  it('of a site that does not exist, or of another site, is a rejection', async () => {
    const taken = await bench.take(heard(wet, { site: 'nowhere' }))
    expect(taken.rejections).toMatchObject([{ reason: 'unknown_site' }])
    await bench.command({ type: 'create_site', site: { id: 'north', name: 'N', timezone: 'UTC' } })
    const native = { key: `native:${LEAK}`, family: 'native', site: 'north' }
    await bench.take({ ...heard(wet, native), device: LEAK })
    expect(await rejections()).toMatchObject([{ reason: 'unknown_site' }, { reason: 'not_allowed' }])
    expect(await bench.tickets()).toEqual([])
  })

  it('of another site of the same outside broker is another device, whatever it is called', async () => {
    await bench.command({ type: 'create_site', site: { id: 'north', name: 'N', timezone: 'UTC' } })
    const native = { key: `native:${LEAK}`, family: 'native', gateway: 'broker:main', site: 'north' }
    for (let start = 0; start < 2; start++) {
      const taken = await bench.take({ ...heard(wet, native), device: LEAK })
      expect(taken.rejections).toEqual([])
      expect(await bench.tickets()).toMatchObject([{ device: 'north-leak-1', site: 'north' }])
      await bench.restart()
    }
    const valve = { ...device('north-leak-1'), kind: 'valve' as const }
    const carried = carryCommand(valve, { id: 'c1', command: 'close', args: {} }, () => undefined)
    expect(carried).toMatchObject({
      sending: { gateway: 'broker:main', message: { topic: 'shifen/north/leak-1/command' } },
    })
    await bench.leak()
    expect(await bench.tickets()).toHaveLength(2)
  })

  it('is silent after what suits it: a battery sensor after 25 h, a mains meter after 15 minutes', async () => {
    const meter = { key: 'z2m:meter', kind: 'power_meter' as const, silenceMs: 15 * 60_000 }
    await bench.take(heard(dry), heard({ values: { 'voltage.l1': 230 } }, meter))
    await bench.pass(15 * 60_000 + 1)
    expect((await bench.alarms()).map(({ rule, device: id }) => [rule, id])).toEqual([
      ['power_meter.silent', 'z2m-meter'],
    ])
    await bench.pass(25 * HOUR_MS - 15 * 60_000 - 1)
    expect(await bench.alarms()).toHaveLength(1)
    await bench.pass(1)
    expect((await bench.alarms()).map(({ rule }) => rule)).toContain('water_leak.silent')
  })

  it('known only from retained state is silent, too, when it never speaks', async () => {
    await bench.take(heard(dry, {}, { retained: true, heard: false }))
    await bench.pass(25 * HOUR_MS + 1)
    expect((await bench.alarm()).rule).toBe('water_leak.silent')
  })
})

describe('retained state of unknown age', () => {
  const kept = { retained: true, heard: false }

  it('that is wet and was never recorded raises its alarm, and a ticket that says that its age is unknown', async () => {
    await bench.take(heard(wet, {}, kept))
    expect(await bench.ticket()).toMatchObject({ device: ID, ageUnknown: true })
    await bench.take(heard(wet, {}, kept))
    expect(await bench.alarm()).toMatchObject({ count: 1, messages: 1 })
  })

  it('with a recent time of its own is not of unknown age', async () => {
    await bench.take(heard(wet, {}, { ...kept, deviceAt: START - 60_000 }))
    expect((await bench.ticket()).ageUnknown).toBe(false)
  })

  it('that is already recorded changes nothing, and a kept pulse is long over', async () => {
    await bench.take(heard(dry))
    const before = await bench.count('readings')
    await bench.take(heard(dry, {}, kept), heard({ pulses: ['water.leak'] }, {}, kept))
    expect(await bench.count('readings')).toBe(before)
    expect(await bench.tickets()).toEqual([])
  })

  it('does not put an older reading over a later one', async () => {
    const meter = { key: 'z2m:m', kind: 'power_meter' as const }
    const volts = (value: number) => ({ values: { 'voltage.l1': value } })
    await bench.take(heard(volts(230), meter, { deviceAt: START }))
    await bench.take(heard(volts(229), meter, { ...kept, deviceAt: START - 1_000 }))
    expect(bench.engine.device('z2m-m')!.state.points.get('voltage.l1')?.value).toBe(230)
  })
})

describe('the death of a gateway', () => {
  const bridge = { key: 'z2m:bridge', kind: 'gateway' as const, silenceMs: null }
  const gone = { unreachable: ['z2m:*'], heard: false }
  const state = () => bench.engine.device(ID)!.state

  it('makes what its devices said unknown, clears nothing and opens no ticket', async () => {
    await bench.take(heard(wet))
    await bench.take(heard({ levels: { 'gateway.offline': true } }, bridge, gone))
    expect(state().conditions.get('water.leak')?.state).toBe('unknown')
    expect(state().health.online).toBe(false)
    expect(await bench.alarms()).toMatchObject([{ rule: 'water_leak.wet', state: 'unacked', active: true }])
    await bench.take(heard(dry))
    await bench.pass(2_000)
    expect((await bench.alarm()).state).toBe('rtn_unacked')
  })

  it('is known after a restart', async () => {
    await bench.take(heard(dry))
    await bench.take(heard({ levels: { 'gateway.offline': true } }, bridge, gone))
    await bench.restart()
    expect(state().conditions.get('water.leak')?.state).toBe('unknown')
  })
})

describe('what a family remembers', () => {
  it('commits with its batch and survives a restart; what is forgotten is gone', async () => {
    const remembered = [
      { source: 'gw-1', key: 'a', value: { alias: [1, 2] } },
      { source: 'gw-1', key: 'b', value: 1 },
    ]
    await bench.engine.ingest({ messages: [], rejections: [], remembered })
    await bench.engine.ingest({ messages: [], rejections: [], remembered: [{ ...remembered[1]!, value: undefined }] })
    for (let start = 0; start < 2; start++) {
      expect(bench.engine.recall('gw-1', 'a')).toEqual({ alias: [1, 2] })
      expect(bench.engine.recall('gw-1', 'b')).toBeUndefined()
      expect(bench.engine.recall('gw-2', 'a')).toBeUndefined()
      await bench.restart()
    }
  })

  it('is as it was when the batch cannot be committed', async () => {
    const remembered = [{ source: 'gw-1', key: 'a', value: 1 }]
    bench.store.sqlite.exec('create trigger no before insert on remembered begin select raise(abort, "no"); end')
    await expect(bench.engine.ingest({ messages: [heard(wet)], rejections: [], remembered })).rejects.toThrow()
    expect(bench.engine.recall('gw-1', 'a')).toBeUndefined()
    bench.store.sqlite.exec('drop trigger no')
    await bench.engine.ingest({ messages: [heard(wet)], rejections: [], remembered })
    expect(bench.engine.recall('gw-1', 'a')).toBe(1)
    expect(await bench.tickets()).toHaveLength(1)
  })

  it('is no earlier on disk than the messages that it is about, also where one of them breaks something', async () => {
    bench.store.sqlite.exec(`
      create table written (what text);
      create trigger r after insert on readings begin insert into written values ('reading'); end;
      create trigger m after insert on remembered begin insert into written values ('remembered'); end`)
    const broken = { ...saying('nobody', START, wet) }
    const remembered = [{ source: 'gw-1', key: 'a', value: 1 }]
    const taken = bench.engine.ingest({ messages: [broken, heard(wet)], rejections: [], remembered })
    await expect(taken).resolves.toBeDefined()
    const written = bench.store.sqlite.prepare('select what from written').pluck().all()
    expect(written).toEqual(['reading', 'remembered'])
  })
})

describe('a device that is retired', () => {
  it('is shown as a rejection when it goes on talking, once in ten minutes, and comes back with its history', async () => {
    await bench.take(heard(wet))
    await bench.command({ type: 'retire_device', id: ID })
    bench.clock.advance(1_000)
    await bench.take(heard(wet), heard(wet))
    expect(await rejections()).toMatchObject([
      { reason: 'retired_device', detail: expect.stringContaining('adopt') as string },
    ])
    bench.clock.advance(10 * 60_000)
    await bench.take(heard(wet))
    expect(await rejections()).toHaveLength(2)
    await bench.command({ type: 'adopt_device', id: ID })
    await bench.take(heard(dry))
    expect(bench.engine.device(ID)!.state.conditions.get('water.leak')?.state).toBe('cleared')
    expect(await bench.tickets()).toHaveLength(1)
    await expect(bench.command({ type: 'adopt_device', id: ID })).rejects.toThrow(/not retired/)
  })
})

describe('a device that is placed', () => {
  it('takes its open tickets and alarms with it', async () => {
    await bench.take(heard(wet))
    await bench.command({ type: 'create_site', site: { id: 'north', name: 'N', timezone: 'UTC' } })
    await bench.command({ type: 'update_device', id: ID, name: '3F', location: '3 栋 3F', site: 'north' })
    expect(device(ID)).toMatchObject({ name: '3F', site: 'north', placedAt: START })
    expect(await bench.ticket()).toMatchObject({ site: 'north', location: '3 栋 3F' })
    expect(await bench.alarm()).toMatchObject({ site: 'north' })
    await bench.restart()
    await bench.take(heard(dry))
    expect(device(ID)).toMatchObject({ site: 'north', location: '3 栋 3F' })
  })

  it('is not yet placed by a new name alone', async () => {
    await bench.take(heard(dry))
    await bench.command({ type: 'update_device', id: ID, name: 'new' })
    expect(device(ID)).toMatchObject({ name: 'new', placedAt: null })
  })

  it('with topics of its own stays at its site', async () => {
    await bench.command({ type: 'create_site', site: { id: 'north', name: 'N', timezone: 'UTC' } })
    await expect(bench.command({ type: 'update_device', id: LEAK, site: 'north' })).rejects.toThrow(
      /topics name its site/,
    )
    await expect(bench.command({ type: 'update_device', id: LEAK, site: 'south' })).rejects.toThrow(/does not exist/)
  })
})

describe('a device that came under a new name', () => {
  const renamed = { key: 'z2m:renamed' }

  it('is merged into the one that was there, which keeps both histories and hears the new name', async () => {
    await bench.take(heard(dry, {}, { measurements: [{ name: 'temperature.ambient', value: 20, unit: 'Cel' }] }))
    await bench.command({ type: 'update_device', id: ID, location: 'B2' })
    await bench.take(heard(wet, renamed))
    await bench.command({ type: 'merge_device', id: 'z2m-renamed', into: ID })
    expect(device(ID)).toMatchObject({ location: 'B2', identity: 'z2m:renamed', placedAt: START })
    expect(device('z2m-renamed')).toMatchObject({ retiredAt: START, mergedInto: device(ID).key })
    expect(await bench.ticket()).toMatchObject({ device: ID })
    expect(await bench.alarm()).toMatchObject({ device: ID, state: 'unacked' })
    for (let start = 0; start < 2; start++) {
      await bench.take(heard(dry, renamed))
      bench.clock.advance(5_000)
      await bench.take(heard(wet, renamed))
      expect(await bench.tickets()).toHaveLength(1)
      expect(bench.engine.device(ID)!.state.points.get('temperature.ambient')?.value).toBe(20)
      await bench.restart()
    }
    await expect(bench.command({ type: 'adopt_device', id: 'z2m-renamed' })).rejects.toThrow(/merged/)
  })

  it('keeps one alarm and one ticket where both had one', async () => {
    await bench.take(heard(wet), heard(wet, renamed))
    expect(await bench.tickets()).toHaveLength(2)
    await bench.command({ type: 'merge_device', id: 'z2m-renamed', into: ID })
    const open = (await bench.alarms()).filter(({ endedAt }) => endedAt === null)
    expect(open.map((alarm) => alarm.device)).toEqual([ID])
    expect((await bench.tickets()).map((ticket) => ticket.device).sort()).toEqual([ID, 'z2m-renamed'])
  })

  it('stays wet where the other one had dried', async () => {
    await bench.take(heard(wet))
    await bench.take(heard(dry))
    bench.clock.advance(60_000)
    await bench.take(heard(wet, renamed))
    await bench.engine.tick()
    await bench.command({ type: 'merge_device', id: 'z2m-renamed', into: ID })
    const open = (await bench.alarms()).filter(({ endedAt }) => endedAt === null)
    expect(open).toMatchObject([{ device: ID, active: true, state: 'unacked' }])
  })

  it('is heard by its own topics, too, where it was added by hand', async () => {
    await bench.provision('leak-2', 'water_leak')
    await bench.command({ type: 'merge_device', id: LEAK, into: 'leak-2' })
    const native = { key: `native:${LEAK}`, family: 'native', gateway: 'broker:main' }
    const taken = await bench.take({ ...heard(wet, native), device: LEAK })
    expect(taken.rejections).toEqual([])
    expect(await bench.ticket()).toMatchObject({ device: 'leak-2' })
  })

  it('stays where its topics name another site: what it says there would be refused', async () => {
    await bench.command({ type: 'create_site', site: { id: 'north', name: 'N', timezone: 'UTC' } })
    await bench.provision('leak-north', 'water_leak', 'north')
    const merge = bench.command({ type: 'merge_device', id: LEAK, into: 'leak-north' })
    await expect(merge).rejects.toThrow(/topics of leak-1 name site default/)
  })

  it('is refused for itself, for one that does not exist, and for who may not see it', async () => {
    await bench.take(heard(dry))
    const merge = (id: string, into: string) => bench.command({ type: 'merge_device', id, into })
    await expect(merge(ID, ID)).rejects.toThrow(/itself/)
    await expect(merge(ID, 'nobody')).rejects.toThrow(/does not exist/)
    const other = { ...ADMIN, sites: ['north'] }
    await expect(bench.command({ type: 'merge_device', id: ID, into: LEAK }, other)).rejects.toThrow(/does not exist/)
  })
})
