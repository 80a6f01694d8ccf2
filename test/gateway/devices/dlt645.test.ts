import { describe, expect, it } from 'vitest'
import { decodedOf, pointsOf, restarted, statesOf } from '../../support/family-message.ts'
import { plainMemory } from '../../support/memory.ts'

/** A frame: identifier and values as the standard writes them, highest byte first, one text a value. */
function frame(control: number, identifier: string, values: string[] = [], address = '000000000161'): Buffer {
  const low = (hex: string) => [...Buffer.from(hex, 'hex')].reverse()
  const data = [...low(identifier), ...values.flatMap(low)].map((byte) => (byte + 0x33) & 0xff)
  const head = [0x68, ...low(address), 0x68, control, data.length, ...data]
  return Buffer.from([...head, head.reduce((sum, byte) => (sum + byte) & 0xff, 0), 0x16])
}

const decode = (payload: Buffer | string, more: object = {}) => decodedOf({ topic: 'meter/1/up', payload, ...more })
const answer = (identifier: string, ...values: string[]) => decode(frame(0x91, identifier, values))

describe('identifiers of the 2007 edition', () => {
  it.each([
    ['00010000', ['00012345'], { 'energy.active.import': 123_450 }],
    ['00000000', ['00012345'], { 'energy.active.import': 123_450 }],
    ['00020000', ['00000100'], { 'energy.active.export': 1_000 }],
    ['00030000', ['00000100'], { 'energy.reactive.import': 1_000 }],
    ['00040000', ['00000100'], { 'energy.reactive.export': 1_000 }],
    ['00010200', ['00000100'], { 'energy.active.import.tariff2': 1_000 }],
    [
      '0001FF00',
      ['00000300', '00000100', '00000200'],
      { 'energy.active.import': 3_000, 'energy.active.import.tariff1': 1_000, 'energy.active.import.tariff2': 2_000 },
    ],
    ['00150000', ['00000100'], { 'energy.active.import.l1': 1_000 }],
    ['00290000', ['00000100'], { 'energy.active.import.l2': 1_000 }],
    ['003E0000', ['00000100'], { 'energy.active.export.l3': 1_000 }],
    ['02010100', ['2201'], { 'voltage.l1': 220.1 }],
    ['02010200', ['2202'], { 'voltage.l2': 220.2 }],
    ['02010300', ['2203'], { 'voltage.l3': 220.3 }],
    ['0201FF00', ['2201', '2202', 'FFFF'], { 'voltage.l1': 220.1, 'voltage.l2': 220.2 }],
    ['02020100', ['012345'], { 'current.l1': 12.345 }],
    ['02020100', ['812345'], { 'current.l1': -12.345 }],
    ['0202FF00', ['001000', '002000', '003000'], { 'current.l1': 1, 'current.l2': 2, 'current.l3': 3 }],
    ['02030000', ['012345'], { 'power.active': 1_234.5 }],
    ['02030000', ['812345'], { 'power.active': -1_234.5 }],
    ['02030200', ['000500'], { 'power.active.l2': 50 }],
    [
      '0203FF00',
      ['000600', '000100', '000200', '000300'],
      { 'power.active': 60, 'power.active.l1': 10, 'power.active.l2': 20, 'power.active.l3': 30 },
    ],
    ['02040000', ['800500'], { 'power.reactive': -50 }],
    ['02050000', ['000500'], { 'power.apparent': 50 }],
    ['02060000', ['0985'], { power_factor: 0.985 }],
    ['02060100', ['8985'], { 'power_factor.l1': -0.985 }],
    ['02800001', ['000100'], { 'current.neutral': 0.1 }],
    ['02800002', ['4998'], { frequency: 49.98 }],
    ['02800007', ['0255'], { 'temperature.device': 25.5 }],
  ])('%s %j', (identifier, values, points) => {
    const decoded = answer(identifier, ...values)
    expect(decoded).toMatchObject({
      disposition: 'accept',
      device: { key: 'dlt645:000000000161', kind: 'power_meter' },
    })
    expect(pointsOf(decoded)).toEqual(points)
  })

  it("the clock's battery is health", () => expect(answer('02800008', '0360').health).toEqual({ batteryVoltage: 3.6 }))

  it.each(['00010001', '01010000', '04000101', '02FF0000', '0201FF01'])(
    '%s is not known: told, not guessed',
    (identifier) => {
      expect(answer(identifier, '00012345')).toMatchObject({
        measurements: [],
        warnings: [`unmapped_identifier:${identifier}`],
      })
    },
  )

  it('what is no decimal number, and what is cut, is left out', () => {
    expect(answer('02010100', 'AB01')).toMatchObject({ measurements: [], warnings: ['not_a_number:voltage.l1'] })
    expect(answer('02010100', 'FFFF')).toMatchObject({ measurements: [], warnings: ['sentinel:voltage.l1'] })
    expect(answer('02020100', '2201')).toMatchObject({ measurements: [], warnings: ['truncated:current.l1'] })
  })

  it('combined energy gives way to import, and is never negative', () => {
    const both = Buffer.concat([frame(0x91, '00000000', ['00000900']), frame(0x91, '00010000', ['00000700'])])
    expect(pointsOf(decode(both))).toEqual({ 'energy.active.import': 7_000 })
    expect(answer('00000000', '80000100').measurements).toEqual([])
  })

  it("ratios of the site's transformers count", () => {
    const decoded = decode(frame(0x91, '02030000', ['000500']), { binding: { ct: 40, pt: 100 } })
    expect(pointsOf(decoded)).toEqual({ 'power.active': 200_000 })
  })
})

describe('identifiers of the 1997 edition', () => {
  it.each([
    ['9010', ['00012345'], { 'energy.active.import': 123_450 }],
    ['9012', ['00012345'], { 'energy.active.import.tariff2': 123_450 }],
    ['9020', ['00012345'], { 'energy.active.export': 123_450 }],
    ['901F', ['00000300', '00000100', 'AA'], { 'energy.active.import': 3_000, 'energy.active.import.tariff1': 1_000 }],
    ['B611', ['0220'], { 'voltage.l1': 220 }],
    ['B623', ['1234'], { 'current.l3': 12.34 }],
    ['B630', ['012345'], { 'power.active': 1_234.5 }],
    ['B650', ['0985'], { power_factor: 0.985 }],
  ])('%s %j', (identifier, values, points) => expect(pointsOf(decode(frame(0x81, identifier, values)))).toEqual(points))
})

describe('status words', () => {
  const word = (bits: number[]) =>
    bits
      .reduce((sum, bit) => sum | (1 << bit), 0)
      .toString(16)
      .padStart(4, '0')
  const active = (decoded: Parameters<typeof statesOf>[0]) =>
    statesOf(decoded).filter((state) => state.endsWith(' active'))

  it.each([
    [0, 'meter.under_voltage'],
    [1, 'meter.under_voltage'],
    [2, 'meter.over_voltage'],
    [4, 'meter.over_current'],
    [5, 'meter.overload'],
    [7, 'meter.phase_loss'],
  ])('bit %i of a phase: %s', (bit, code) => {
    const decoded = answer('04000505', word([bit]))
    expect(active(decoded)).toEqual([`${code} active`])
    expect(decoded.conditions.find(({ state }) => state === 'active')?.detail).toEqual({ phases: ['l2'] })
  })

  it.each([
    [2, 'meter.phase_imbalance'],
    [5, 'meter.power_outage'],
    [8, 'meter.phase_imbalance'],
  ])('bit %i of word 7: %s', (bit, code) => expect(active(answer('04000507', word([bit])))).toEqual([`${code} active`]))

  it('all seven at once, none set: everything is cleared', () => {
    const decoded = answer('040005FF', ...Array.from({ length: 7 }, () => '0000'))
    expect(active(decoded)).toEqual([])
    expect(statesOf(decoded)).toEqual(
      expect.arrayContaining(['meter.phase_loss cleared', 'device.battery_low cleared']),
    )
  })

  it('one phase does not clear what another has, over a restart', () => {
    const memory = plainMemory()
    decode(frame(0x91, '04000504', [word([7])]), { memory })
    const other = decode(frame(0x91, '04000505', ['0000']), { memory: restarted(memory) })
    expect(active(other)).toEqual(['meter.phase_loss active'])
    expect(active(decode(frame(0x91, '04000504', ['0000']), { memory, atMs: 60_000 }))).toEqual([])
  })
})

describe('how frames come', () => {
  const good = frame(0x91, '02010100', ['2201'])
  const hex = good.toString('hex')

  it.each([
    ['bytes', good],
    ['bytes after four FE', Buffer.concat([Buffer.alloc(4, 0xfe), good])],
    ['hex', hex],
    ['hex in capitals with blanks and a line end', `${hex.toUpperCase().replace(/../g, '$& ')}\r\n`],
    ['hex after FE', `FE FE FE FE ${hex}`],
    ['hex with 0x and commas', hex.replace(/../g, '0x$&, ')],
  ])('%s', (_, payload) => expect(pointsOf(decode(payload))).toEqual({ 'voltage.l1': 220.1 }))

  it('several of one meter are one message, of several meters several', () => {
    const current = frame(0x91, '02020100', ['001000'])
    const other = frame(0x91, '02010100', ['2305'], '000000000999')
    const decoded = decode(Buffer.concat([good, current, other]))
    expect(pointsOf(decoded)).toEqual({ 'voltage.l1': 220.1, 'current.l1': 1 })
    expect(decoded.others).toMatchObject([{ device: { key: 'dlt645:000000000999' }, measurements: [{ value: 230.5 }] }])
  })

  it('a broken one does not take the others with it', () => {
    const broken = Buffer.from(good)
    broken[broken.length - 2]! ^= 1
    const decoded = decode(Buffer.concat([broken, good]))
    expect(pointsOf(decoded)).toEqual({ 'voltage.l1': 220.1 })
    expect(decoded.warnings).toEqual(['broken_frame:checksum'])
    expect(decode(broken)).toMatchObject({ disposition: 'reject', reason: 'checksum' })
  })

  it('cut anywhere after its head it is truncated', () => {
    for (let cut = 9; cut < good.length; cut++) {
      expect(decode(good.subarray(0, cut)), `${cut} bytes`).toMatchObject({
        disposition: 'reject',
        reason: 'truncated',
      })
    }
    expect(decode(hex.slice(0, -1)).reason).toBe('truncated')
    // Less than its head is only a frame where the topic says so.
    expect(decodedOf({ topic: 'meter/1/dlt645/up', payload: good.subarray(0, 4) }).reason).toBe('truncated')
    expect(decode(good.subarray(0, 4)).device?.key).toBe('raw:meter/1/up')
  })

  it('a refusal is told, questions and acknowledgements are passed over', () => {
    const refused = decode(frame(0xd1, '02'))
    expect(refused).toMatchObject({ disposition: 'accept', measurements: [], warnings: ['meter_error:no_such_data'] })
    expect(decode(frame(0x11, '02010100')).disposition).toBe('ignore')
    expect(decode(frame(0x94, '')).disposition).toBe('ignore')
  })

  it.each([
    'hello, h world',
    '{"a":1}',
    '68.5',
    '6861',
    'hhhhhhhhhhhhhhhhhhhhh',
    '0123456789abcdef0123456789',
    '12345678901234567890',
  ])('the text %j is not taken for a frame', (text) => expect(decode(text).device?.key).toBe('raw:meter/1/up'))

  it('the same within five seconds is the same message, later it is a new reading', () => {
    const memory = plainMemory()
    expect(decode(good, { memory }).disposition).toBe('accept')
    expect(decode(good, { memory: restarted(memory), atMs: 4_000 })).toMatchObject({
      disposition: 'duplicate',
      measurements: [{}],
    })
    expect(decode(good, { memory, atMs: 6_000 }).disposition).toBe('accept')
  })
})
