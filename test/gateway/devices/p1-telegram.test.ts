import { describe, expect, it } from 'vitest'
import { listener, points } from '../../support/families.ts'

/** What a DSMR 5 meter sends. */
const LINES = [
  '/ISk5\\2MT382-1000',
  '',
  '1-3:0.2.8(50)',
  '0-0:1.0.0(101209113020W)',
  '0-0:96.1.1(4B384547303034303436333935353037)',
  '1-0:1.8.1(123456.789*kWh)',
  '1-0:1.8.2(123456.789*kWh)',
  '1-0:2.8.1(123456.789*kWh)',
  '1-0:2.8.2(123456.789*kWh)',
  '0-0:96.14.0(0002)',
  '1-0:1.7.0(01.193*kW)',
  '1-0:2.7.0(00.000*kW)',
  '0-0:96.7.21(00004)',
  '0-0:96.7.9(00002)',
  '1-0:99.97.0(2)(0-0:96.7.19)(101208152415W)(0000000240*s)(101208151004W)(0000000301*s)',
  '1-0:32.32.0(00002)',
  '1-0:52.32.0(00001)',
  '1-0:72.32.0(00000)',
  '1-0:32.36.0(00000)',
  '1-0:52.36.0(00003)',
  '1-0:72.36.0(00000)',
  '0-0:96.13.0(303132333435363738393A3B3C3D3E3F303132333435363738393A3B3C3D3E3F303132333435363738393A3B3C3D3E3F' +
    '303132333435363738393A3B3C3D3E3F303132333435363738393A3B3C3D3E3F)',
  '1-0:32.7.0(220.1*V)',
  '1-0:52.7.0(220.2*V)',
  '1-0:72.7.0(220.3*V)',
  '1-0:31.7.0(001*A)',
  '1-0:51.7.0(002*A)',
  '1-0:71.7.0(003*A)',
  '1-0:21.7.0(01.111*kW)',
  '1-0:41.7.0(02.222*kW)',
  '1-0:61.7.0(03.333*kW)',
  '1-0:22.7.0(04.444*kW)',
  '1-0:42.7.0(05.555*kW)',
  '1-0:62.7.0(06.666*kW)',
  '0-1:24.1.0(003)',
  '0-1:96.1.0(3232323241424344313233343536373839)',
  '0-1:24.2.1(101209112500W)(12785.123*m3)',
]
const TELEGRAM = `${LINES.join('\r\n')}\r\n!`
const hear = (text: string | Uint8Array, topic = 'house/p1') => listener().hear(topic, text)
/** Bit by bit after the polynomial x^16 + x^15 + x^2 + 1, most significant bit first over reflected bytes. */
function crcOf(text: string): string {
  const reflect = (value: number, bits: number) =>
    Array.from({ length: bits }, (_, bit) => ((value >> bit) & 1) << (bits - 1 - bit)).reduce((a, b) => a | b, 0)
  let crc = 0
  for (const byte of Buffer.from(text, 'latin1')) {
    crc ^= reflect(byte, 8) << 8
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x8005 : 0)) & 0xffff
  }
  return reflect(crc, 16).toString(16).toUpperCase().padStart(4, '0')
}

describe('P1 telegrams', () => {
  it('tells what the OBIS codes mean', () => {
    const decoded = hear(`${TELEGRAM}${crcOf(TELEGRAM)}\r\n`)
    expect(decoded).toMatchObject({ disposition: 'accept', device: { key: 'p1:K8EG004046395507' } })
    expect(decoded.time).toMatchObject({ device: Date.UTC(2010, 11, 9, 10, 30, 20), basis: 'offset' })
    expect(points(decoded)).toEqual({
      'energy.active.import.tariff1': 123_456_789,
      'energy.active.import.tariff2': 123_456_789,
      'energy.active.export.tariff1': 123_456_789,
      'energy.active.export.tariff2': 123_456_789,
      'power.active.import': 1_193,
      'power.active.export': 0,
      'power.active': 1_193,
      'power.active.l1': -3_333,
      'power.active.l2': -3_333,
      'power.active.l3': -3_333,
      'voltage.l1': 220.1,
      'voltage.l2': 220.2,
      'voltage.l3': 220.3,
      'current.l1': 1,
      'current.l2': 2,
      'current.l3': 3,
      'grid.outages': 4,
      'grid.sags': 2,
      'grid.swells': 0,
    })
  })

  it('agrees with a checksum of another making: CRC-16/ARC of 123456789 is BB3D', () => {
    expect(crcOf('123456789')).toBe('BB3D')
  })

  it('summer time is two hours ahead', () => {
    const summer = TELEGRAM.replace('101209113020W', '100709113020S')
    expect(hear(`${summer}${crcOf(summer)}`).time.device).toBe(Date.UTC(2010, 6, 9, 9, 30, 20))
  })

  it('believes shortened line ends and meters that state no checksum', () => {
    const short = `${TELEGRAM}${crcOf(TELEGRAM)}\r\n`.replaceAll('\r\n', '\n')
    expect(hear(short).disposition).toBe('accept')
    expect(hear(`${TELEGRAM}\r\n`).disposition).toBe('accept')
  })

  it.each([
    ['a changed digit', `${TELEGRAM.replace('220.1', '221.1')}${crcOf(TELEGRAM)}`, 'checksum'],
    ['a telegram that was cut off', TELEGRAM.slice(0, 400), 'truncated'],
    ['a telegram that never ends', `${TELEGRAM.slice(0, 400)}${'x'.repeat(20_000)}!`, 'invalid_shape'],
  ])('%s is refused', (_, text, reason) => {
    expect(hear(text)).toMatchObject({ disposition: 'reject', reason })
    expect(hear(text, 'dsmr/raw')).toMatchObject({ disposition: 'reject', reason, device: { key: 'dsmr:default' } })
  })

  it('a meter that writes the storage number and a sign is read as well', () => {
    const lines = [
      '/ESY5Q3DA1024 V3.04',
      '',
      '1-0:1.8.0*255(00026107.7034231*kWh)',
      '1-0:16.7.0*255(-000514.11*W)',
      '!',
    ]
    expect(points(hear(lines.join('\r\n')))).toEqual({
      'energy.active.import': 26_107_703.4231,
      'power.active': -514.11,
    })
  })

  it('a value that is no number is left out', () => {
    const odd = TELEGRAM.replace('220.1*V', '22O.1*V')
    const decoded = hear(`${odd}${crcOf(odd)}`)
    expect(points(decoded)['voltage.l1']).toBeUndefined()
    expect(decoded.warnings).toContain('not_a_number:1-0:32.7.0')
  })

  it('the same telegram twice is one', () => {
    const { hear: listen } = listener()
    expect(listen('dsmr/raw', TELEGRAM).disposition).toBe('accept')
    expect(listen('dsmr/raw', TELEGRAM, { afterMs: 900 }).disposition).toBe('duplicate')
  })

  it('leaves other texts that begin with a slash alone', () => {
    const { hear: listen, family } = listener()
    listen('house/path', '/home/building/lift/one')
    expect(family()).toBeNull()
  })
})
