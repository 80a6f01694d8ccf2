import { describe, expect, it } from 'vitest'
import { decodedOf, pointsOf, restarted, statesOf } from '../../support/family-message.ts'
import { plainMemory } from '../../support/memory.ts'

const gw = (command: string, sn = '12109132830001') => `/gw/acrelHW/AWT100/${command}/${sn}`
const data = (fields: object, more: object = {}) =>
  decodedOf({ topic: gw('data'), payload: { type: 'data', time: '20211124101800', meterSN: 'M1', ...fields }, ...more })
const platform = (body: object, more: object = {}) =>
  decodedOf({ topic: 'sys/dev/ADW300/123456', payload: body, ...more })

describe('what a meter measured', () => {
  it.each([
    [
      { ua: 221, ub: '220.9', uc: null },
      { 'voltage.l1': 221, 'voltage.l2': 220.9 },
    ],
    [
      { uab: 380, ubc: 381, uca: 382, pt: 100 },
      { 'voltage.l12': 38_000, 'voltage.l23': 38_100, 'voltage.l31': 38_200 },
    ],
    [
      { ia: 1.25, ib: 0, ic: 2.5, ct: 40 },
      { 'current.l1': 50, 'current.l2': 0, 'current.l3': 100 },
    ],
    [
      { p: 0.825, q: -0.1, s: 0.9, ct: 40, pt: 10 },
      { 'power.active': 330_000, 'power.reactive': -40_000, 'power.apparent': 360_000 },
    ],
    [
      { qa: 1, sb: 2 },
      { 'power.reactive.l1': 1_000, 'power.apparent.l2': 2_000 },
    ],
    [
      { pf: 0.98, pfa: 98, hz: 50 },
      { power_factor: 0.98, 'power_factor.l1': 0.98, frequency: 50 },
    ],
    [{ wh: 8.98, ct: 40, pt: 1 }, { 'energy.active.import': 359_200 }],
    [
      { u: 230, i: 5, p: 1.1 },
      { 'voltage.l1': 230, 'current.l1': 5, 'power.active': 1_100 },
    ],
  ])('%j', (fields, points) => expect(pointsOf(data(fields))).toEqual(points))

  it("the ratios of the site count where the meter tells none, and the meter's before them", () => {
    const binding = { ct: 40, pt: 2 }
    expect(pointsOf(data({ ia: 1, ua: 100 }, { binding }))).toEqual({ 'current.l1': 40, 'voltage.l1': 200 })
    expect(pointsOf(data({ ia: 1, ct: 5, pt: 1, ua: 100 }, { binding }))).toEqual({
      'current.l1': 5,
      'voltage.l1': 100,
    })
    expect(data({ ia: 1 }).warnings).toContain('ct_pt_not_told')
  })

  it('power that voltage and current cannot make is left out', () => {
    const decoded = data({ u: 230, i: 5, p: 1_150, ct: 1, pt: 1 })
    expect(pointsOf(decoded)).toEqual({ 'voltage.l1': 230, 'current.l1': 5 })
    expect(decoded.warnings).toContain('implausible:power.active')
  })

  it('a missing meter is offline and its values are not taken; a normal one is back', () => {
    const missing = data({ ua: 220, meterStatus: 'missing' })
    expect(statesOf(missing)).toEqual(['device.offline active'])
    expect(missing).toMatchObject({ measurements: [], health: { online: false } })
    expect(statesOf(data({ ua: 220, meterStatus: 'normal' }))).toEqual(['device.offline cleared'])
  })

  it('each channel of a meter is a device', () => {
    expect(data({ ua: 1, ch: 0 }).device?.key).toBe('acrel:M1')
    expect(data({ ua: 1, ch: 2 }).device?.key).toBe('acrel:M1-2')
  })

  it("local time needs the site's zone", () => {
    expect(data({}, { binding: { timezone: 'Asia/Shanghai' } }).time).toMatchObject({
      device: Date.UTC(2021, 10, 24, 2, 18),
      basis: 'local_unzoned',
    })
    expect(data({}).time).toMatchObject({ device: null, basis: 'local_unzoned' })
  })
})

describe('numbered points', () => {
  const point = (values: Record<number, unknown>) =>
    Object.entries(values).map(([id, val]) => ({ id: Number(id), val }))

  it('are the same fields', () => {
    const values = { 1: 220, 2: 221, 3: 222, 7: 1, 8: 1, 9: 1, 13: 0.6, 26: 50.01, 34: 1, 35: 40, 42: '12.5', 99: 5 }
    const decoded = decodedOf({ topic: gw('data', 'SN7'), payload: { type: 'data', data: [{ point: point(values) }] } })
    expect(decoded.device?.key).toBe('acrel:SN7')
    expect(pointsOf(decoded)).toEqual({
      ...{
        'voltage.l1': 220,
        'voltage.l2': 221,
        'voltage.l3': 222,
        'current.l1': 40,
        'current.l2': 40,
        'current.l3': 40,
      },
      ...{ 'power.active': 24_000, frequency: 50.01, 'energy.active.import': 500_000 },
    })
  })

  it.each([[{ data: { point: point({ 1: 220 }) } }], [{ point: point({ 1: 220 }) }]])('%j', (payload) => {
    expect(pointsOf(decodedOf({ topic: gw('data'), payload }))).toEqual({ 'voltage.l1': 220 })
  })

  it('earlier rows are history', () => {
    const rows = [1_700_000_000, 1_700_000_300].map((tp, index) => ({ tp, point: point({ 1: 220 + index }) }))
    const decoded = decodedOf({ topic: gw('data'), payload: { time: '20231114230000', data: rows } })
    expect(pointsOf(decoded)).toEqual({ 'voltage.l1': 221 })
    expect(decoded.time.device).toBe(1_700_000_300_000)
    expect(decoded.readings).toMatchObject([
      { time: 1_700_000_000_000, historical: true, measurements: [{ value: 220 }] },
    ])
  })
})

describe('commands of the overseas protocol', () => {
  it.each([
    ['heart', { type: 'heart' }, 'accept', 'gateway'],
    ['para', { type: 'para', meterSN: 'M1', upInterval: '5' }, 'accept', 'power_meter'],
    ['login', { type: 'login', gwSN: 'G', rssi: 48 }, 'accept', 'power_meter'],
    ['time', { type: 'time', timezone: '8' }, 'ignore', undefined],
    ['login', { type: 'login', res: 1 }, 'ignore', undefined],
  ])('%s %j: %s', (command, payload, disposition, kind) => {
    const decoded = decodedOf({ topic: gw(command), payload })
    expect([decoded.disposition, decoded.device?.kind]).toEqual([disposition, kind])
  })

  it('the interval is in minutes, the signal in percent', () => {
    expect(decodedOf({ topic: gw('para'), payload: { upInterval: '5' } }).health.reportIntervalS).toBe(300)
    expect(decodedOf({ topic: gw('login'), payload: { rssi: 48 } }).health.signalPercent).toBe(48)
    expect(decodedOf({ topic: gw('login'), payload: { rssi: '-71' } }).health).toEqual({ online: true, rssi: -71 })
  })

  it.each([['/plant'], ['/site-1/plant']])('below %s, a prefix of the site', (prefix) => {
    const decoded = decodedOf({ topic: `${prefix}/gw/acrelHW/AWT100/data/G1`, payload: { meterSN: 'M1', ua: 221 } })
    expect(decoded.device?.key).toBe('acrel:M1')
    expect(pointsOf(decoded)).toEqual({ 'voltage.l1': 221 })
    expect(decodedOf({ topic: `${prefix}/server/acrelHW/AWT100/data/G1`, payload: {} }).disposition).toBe('ignore')
  })

  it('what the platform sends and history are no live state', () => {
    expect(decodedOf({ topic: '/server/acrelHW/AWT100/data/1', payload: {} }).disposition).toBe('ignore')
    expect(decodedOf({ topic: gw('hstdata'), payload: { ua: 220 } }).historical).toBe(true)
  })

  it('alarms: named, flagged, unknown, bound', () => {
    const alarm = (payload: object, codes?: Record<string, string>) =>
      statesOf(
        decodedOf({
          topic: gw('alarm'),
          payload: { type: 'alarm', meterSN: 'M1', ...payload },
          binding: codes ? { codes } : {},
        }),
      )
    expect(alarm({ alarm: 'overVoltage' })).toEqual(['meter.over_voltage active'])
    expect(alarm({ alarmType: ['过压', 'E77'], status: 0 })).toEqual([
      'meter.over_voltage cleared',
      'generic.E77 cleared',
    ])
    expect(alarm({ over_current: 1, phaseLoss: 0, leakage: null, other: 5 })).toEqual([
      'meter.over_current active',
      'meter.phase_loss cleared',
      'meter.residual_current unknown',
    ])
    expect(alarm({ alarm: 'E77' }, { E77: 'meter.fire' })).toEqual(['meter.fire active'])
  })

  it('a binary heartbeat is checked', () => {
    const frame = (hex: string) => decodedOf({ topic: gw('heart'), payload: Buffer.from(hex, 'hex') })
    expect(frame('7b7b94beef7d7d').disposition).toBe('accept')
    expect(frame('7b7b94beee7d7d')).toMatchObject({ disposition: 'reject', reason: 'checksum' })
    expect(frame('7b7b94be')).toMatchObject({ disposition: 'reject', reason: 'truncated' })
  })
})

describe('the platform', () => {
  const envelope = { msgid: 7, sn: '123456', timestamp: 1_638_869_990 }

  it('login tells the interval in seconds', () => {
    const decoded = platform({ ...envelope, method: 'login', payload: { upInterval: 300 } })
    expect(decoded).toMatchObject({ health: { online: true, reportIntervalS: 300 }, device: { key: 'acrel:123456' } })
    const gateway = decodedOf({
      topic: 'sys/dev/AWT100/9',
      payload: { ...envelope, sn: '9', method: 'login', payload: {} },
    })
    expect(gateway.device?.kind).toBe('gateway')
  })

  it('run tells readings, in either case, of several meters; where there is voltage there is power', () => {
    const decoded = platform({
      ...envelope,
      method: 'run',
      payload: {
        data: [
          { sn: 'A', Ua: 220, EPI: '100.1' },
          { sn: 'B', ua: 0 },
        ],
      },
    })
    expect(pointsOf(decoded)).toEqual({ 'voltage.l1': 220, 'energy.active.import': 100_100 })
    expect(statesOf(decoded)).toEqual(['meter.power_outage cleared'])
    expect(decoded.others).toMatchObject([{ device: { key: 'acrel:B' }, conditions: [] }])
  })

  it('notices of use are no alarms', () => {
    for (const notice of ['RUN_START', 'RUN_STOP', 'POWER_UPS', 'POWER_OUTAGE', 'ELEC_LOAD']) {
      const decoded = platform({ ...envelope, method: 'notice', payload: { noticeType: [notice], [notice]: {} } })
      expect(decoded).toMatchObject({ disposition: 'accept', conditions: [], warnings: [`notice:${notice}`] })
    }
    const other = platform({ ...envelope, method: 'notice', payload: { noticeType: ['LOADCONTROL'] } })
    expect(statesOf(other)).toEqual(['generic.LOADCONTROL active'])
  })

  it.each([
    [{ ...envelope, method: 'login', res: 1 }, 'ignore'],
    [{ ...envelope, method: 'topology', payload: {} }, 'ignore'],
    [{ ...envelope, payload: {} }, 'reject'],
  ])('%j: %s', (body, disposition) => expect(platform(body).disposition).toBe(disposition))
})

describe('what was sent before', () => {
  it('is known by serial number and time, over a restart', () => {
    const memory = plainMemory()
    expect(data({ ua: 220 }, { memory }).disposition).toBe('accept')
    const again = data({ ua: 220 }, { memory: restarted(memory), atMs: 9 * 60_000 })
    expect(again).toMatchObject({ disposition: 'duplicate', measurements: [{ value: 220 }] })
    expect(data({ ua: 220, time: '20211124101900' }, { memory, atMs: 60_000 }).disposition).toBe('accept')
  })

  it('is known by msgid on the platform; a later one with another time is new', () => {
    const memory = plainMemory()
    const notice = {
      msgid: 124,
      method: 'notice',
      sn: '1',
      timestamp: 1_638_869_990,
      payload: { noticeType: ['GW_PWROFF'] },
    }
    expect(platform(notice, { memory }).disposition).toBe('accept')
    expect(platform(notice, { memory, atMs: 50_000 }).disposition).toBe('duplicate')
    expect(platform({ ...notice, timestamp: 1_638_870_990 }, { memory, atMs: 60_000 }).disposition).toBe('accept')
  })
})

describe('what cannot be read', () => {
  it.each([
    ['[]', 'invalid_shape'],
    ['"{}"', 'invalid_shape'],
    ['{"ua":NaN}', 'invalid_json'],
    ['{"ua":', 'invalid_json'],
  ])('%s', (payload, reason) => {
    expect(decodedOf({ topic: gw('data'), payload })).toMatchObject({ disposition: 'reject', reason })
    expect(decodedOf({ topic: 'sys/dev/ADW300/1', payload })).toMatchObject({ disposition: 'reject', reason })
  })

  it('invalid UTF-8, and alarms that nest without end', () => {
    expect(decodedOf({ topic: gw('data'), payload: Uint8Array.of(0xff, 0xfe) }).reason).toBe('invalid_utf8')
    const deep = `{"alarm":${'[{"alarm":'.repeat(20_000)}"x"${'}]'.repeat(20_000)}}`
    expect(decodedOf({ topic: gw('alarm'), payload: deep }).disposition).toBe('accept')
  })
})
