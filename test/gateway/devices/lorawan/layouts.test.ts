import { describe, expect, it } from 'vitest'
import { states, uplink, values } from '../../../support/lorawan.ts'

/** Profile, port, bytes → kind, measurements, conditions, health (without rssi and snr). */
type Row = [string, number, string, string, string[], string[], Record<string, unknown>]

const rows: Row[] = [
  // Milesight
  ['Milesight EM300-SLD', 85, '01755C', 'water_leak', [], [], { batteryPercent: 92 }],
  ['Milesight EM300-ZLD', 85, '050001', 'water_leak', [], ['water.leak active'], {}],
  [
    'Milesight EM300-ZLD',
    85,
    '0367F6FF046800',
    'water_leak',
    ['temperature.ambient=-1', 'humidity.relative=0'],
    [],
    {},
  ],
  ['Milesight EM300-MLD', 85, '060001', 'water_leak', [], ['water.leak active'], {}],
  ['em300sld', 85, '050000', 'water_leak', [], ['water.leak cleared'], {}],
  ['EM300-DI', 85, '050001', 'unknown', [], [], {}],
  ['EM300-DI', 85, '05C80A000000', 'unknown', ['pulse.1=10'], [], {}],
  ['EM300-MCS', 85, '060001', 'door', [], ['door.open active'], {}],
  ['WS303', 85, '017564030001', 'water_leak', [], ['water.leak active'], { batteryPercent: 100 }],
  ['WS301', 85, '030001040000', 'door', [], ['door.open active'], {}],
  ['Milesight UC300', 85, '030001', 'unknown', [], [], {}],
  ['Milesight UC300', 85, '050001070001', 'unknown', [], [], {}],
  ['CT101', 85, '039710270000', 'power_meter', [], [], {}],
  ['CT101', 85, '0498B80B', 'power_meter', ['current.l1=30'], [], {}],
  ['CT101', 85, '0498FFFF', 'power_meter', [], [], {}],
  ['CT101', 85, '8498B80BD007C40901', 'power_meter', ['current.l1=25'], ['meter.over_current active'], {}],
  ['CT101', 85, '8498B80BD007C40902', 'power_meter', ['current.l1=25'], ['meter.over_current cleared'], {}],
  ['CT101', 85, '8498B80BD007C40904', 'power_meter', ['current.l1=25'], ['meter.over_current active'], {}],
  ['CT101', 85, '8498B80BD007C40905', 'power_meter', ['current.l1=25'], ['meter.over_current active'], {}],
  ['CT101', 85, '8498B80BD007C40908', 'power_meter', ['current.l1=25'], ['meter.over_current cleared'], {}],
  ['CT101', 85, '8498B80BD007C40900', 'power_meter', ['current.l1=25'], [], {}],
  ['CT101', 85, '8498B80BD007FFFF04', 'power_meter', [], ['meter.over_current active'], {}],
  ['Milesight CT305', 85, '0499E8030699D0070899FFFF', 'power_meter', ['current.ch1=100', 'current.ch2=200'], [], {}],
  ['CT310', 85, '8699B80BD007C40901', 'power_meter', ['current.ch2=250'], ['meter.over_current active'], {}],
  ['CT30x', 85, '09670A01', 'power_meter', ['temperature.device=26.6'], [], {}],
  ['CT303', 85, '0967FDFF', 'power_meter', [], ['meter.over_temperature active'], {}],
  ['CT303', 85, '0967FFFF', 'power_meter', [], [], {}],
  ['CT303', 85, '8967520301', 'power_meter', ['temperature.device=85'], ['meter.over_temperature active'], {}],
  ['CT303', 85, '8967E80000', 'power_meter', ['temperature.device=23.2'], ['meter.over_temperature cleared'], {}],
  [
    'Milesight WS523',
    85,
    '0374FC0804806400000005815C06831027000007C9C801087001',
    'power_meter',
    ['voltage.l1=230', 'power.active=100', 'power_factor=0.92', 'energy.active.import=10000', 'current.l1=0.456'],
    [],
    {},
  ],
  // Dragino
  [
    'LWL02',
    10,
    '0B7602000017000001',
    'water_leak',
    ['leak.count=23', 'leak.last_duration=60'],
    ['water.leak cleared'],
    { batteryVoltage: 2.934 },
  ],
  [
    'LWL02',
    10,
    '4B76020000180000050A',
    'water_leak',
    ['leak.count=24', 'leak.last_duration=300'],
    ['water.leak active'],
    { batteryVoltage: 2.934 },
  ],
  ['LDS02', 10, '8B7601000018000005', 'door', [], ['door.open active'], { batteryVoltage: 2.934 }],
  [
    'LDS01',
    10,
    'CB7603000018000005',
    'water_leak',
    [],
    ['water.leak active', 'door.open active'],
    { batteryVoltage: 2.934 },
  ],
  [
    'WL03A-LB',
    2,
    '0100000A00000A635CD2F2',
    'water_leak',
    ['leak.count=10', 'leak.last_duration=600'],
    ['water.leak active'],
    {},
  ],
  [
    'LWL03A',
    2,
    '0600000A00000A635CD2F2',
    'water_leak',
    ['leak.count=10', 'leak.last_duration=600'],
    ['water.leak cleared'],
    {},
  ],
  ['LWL03A', 5, '14010001FF0D02', 'water_leak', [], [], { batteryVoltage: 3.33 }],
  ['LDS03A', 2, '0100000A00000A635CD2F2', 'door', [], ['door.open active'], {}],
  ['Dragino LHT65', 2, 'CBF60B0D0376010ADD7FFF', 'unknown', [], [], {}],
  // Netvox
  [
    'Netvox R718WA',
    6,
    '0132011E00',
    'water_leak',
    [],
    ['device.battery_low cleared', 'water.leak cleared'],
    { batteryVoltage: 3, batteryLow: false },
  ],
  [
    'R718WB',
    6,
    '0112019F01000000000000',
    'water_leak',
    [],
    ['device.battery_low active', 'water.leak active'],
    { batteryVoltage: 3.1, batteryLow: true },
  ],
  [
    'R718WA2',
    6,
    '0146012400010000000000',
    'water_leak',
    [],
    ['device.battery_low cleared', 'water.leak active'],
    { batteryVoltage: 3.6 },
  ],
  [
    'R718WB2',
    6,
    '0147012400000000000000',
    'water_leak',
    [],
    ['device.battery_low cleared', 'water.leak cleared'],
    { batteryVoltage: 3.6 },
  ],
  [
    'R311W',
    6,
    '0106012001000000000000',
    'water_leak',
    [],
    ['device.battery_low cleared', 'water.leak active'],
    { batteryVoltage: 3.2 },
  ],
  [
    'R718WBA',
    6,
    '016B01240906157C010000',
    'water_leak',
    ['temperature.ambient=23.1', 'humidity.relative=55'],
    ['device.battery_low cleared', 'water.leak active'],
    { batteryVoltage: 3.6 },
  ],
  ['R718WB', 6, '0112000A0B202005200000', 'water_leak', [], [], {}],
  // Elsys
  [
    'ELSYS EMS',
    5,
    '01FF9C0229120A070DCE',
    'water_leak',
    ['temperature.ambient=-10', 'humidity.relative=41', 'leak.raw=10'],
    ['water.leak active'],
    { batteryVoltage: 3.534 },
  ],
  ['ELSYS EMS', 5, '1200', 'water_leak', ['leak.raw=0'], ['water.leak cleared'], {}],
  ['ELSYS EMS', 5, '12051200', 'water_leak', ['leak.raw=0'], ['water.leak cleared'], {}],
  ['ELSYS ERS', 5, '0100E2', 'unknown', ['temperature.ambient=22.6'], [], {}],
  // Browan, Radio Bridge, Rejeee
  [
    'Browan TBWL100',
    106,
    '110B382D35',
    'water_leak',
    ['temperature.device=24', 'humidity.relative=45', 'temperature.ambient=21'],
    ['water.leak active'],
    { batteryVoltage: 3.6 },
  ],
  [
    'Browan TBWL100',
    106,
    '600B387F35',
    'water_leak',
    ['temperature.device=24', 'temperature.ambient=21'],
    ['water.leak cleared'],
    { batteryVoltage: 3.6 },
  ],
  ['Browan', 106, '01', 'water_leak', [], ['water.leak active'], {}],
  ['Browan TBDW100', 100, '010B38', 'unknown', [], [], {}],
  ['RBS301-WAT', 2, '10080080', 'water_leak', ['leak.raw=128'], ['water.leak active'], {}],
  ['RBS301-WAT', 2, '11080100', 'water_leak', ['leak.raw=0'], ['water.leak cleared'], {}],
  [
    'RadioBridge Water Leak',
    2,
    '1201020030',
    'water_leak',
    [],
    ['device.battery_low active', 'device.tamper cleared'],
    { batteryVoltage: 3, batteryLow: true, tamper: false },
  ],
  ['RadioBridge Water Leak', 2, '120200', 'water_leak', [], ['device.tamper active'], { tamper: true }],
  ['RadioBridge Water Leak', 2, '120201', 'water_leak', [], ['device.tamper cleared'], { tamper: false }],
  ['RadioBridge door', 2, '120301', 'door', [], ['door.open active'], {}],
  ['Rejeee SL200', 1, '003F240901', 'water_leak', [], ['water.leak active'], {}],
  ['Rejeee SL200', 1, '003F240900', 'water_leak', [], ['water.leak cleared'], {}],
  // MOKO
  ['MOKO LW005-MP', 5, '69A57F58100101', 'power_meter', [], [], {}],
  [
    'MOKO LW005-MP',
    6,
    '69A57F5810092DF20FC365',
    'power_meter',
    ['voltage.l1=234.9', 'current.l1=-3.569', 'frequency=50.021'],
    [],
    {},
  ],
  ['MOKO LW005-MP', 7, '69A57F5810000078F926', 'power_meter', ['power.active=3096.9', 'power_factor=0.38'], [], {}],
  ['MOKO LW005-MP', 8, '69A57F581000B41F420167', 'power_meter', ['energy.active.import=3688900.625'], [], {}],
  ['MOKO LW005-MP', 9, '69A57F5810010A8C0A28', 'power_meter', ['voltage.l1=270'], ['meter.over_voltage active'], {}],
  ['MOKO LW005-MP', 10, '69A57F58100009060772', 'power_meter', ['voltage.l1=231'], ['meter.under_voltage cleared'], {}],
  [
    'MOKO LW005-MP',
    11,
    '69A57F5810014268 3E80'.replace(' ', ''),
    'power_meter',
    ['current.l1=17'],
    ['meter.over_current active'],
    {},
  ],
  ['MOKO LW005-MP', 12, '69A57F58100100A4108FC0', 'power_meter', ['power.active=4200'], ['meter.overload active'], {}],
  ['MOKO LW005-MP', 12, '69A57F581001A4108FC0', 'power_meter', ['power.active=-2353.6'], ['meter.overload active'], {}],
  ['MOKO LW005-MP', 13, '69A57F581001', 'power_meter', [], [], {}],
  // Eastron
  [
    'Eastron SDM630',
    1,
    '001435FC010C4366000043660000436A0000',
    'power_meter',
    ['voltage.l1=230', 'voltage.l2=230', 'voltage.l3=234'],
    [],
    {},
  ],
  [
    'Eastron SDM630',
    1,
    '001435FC030C3F80000040000000C0400000',
    'power_meter',
    ['current.l1=1', 'current.l2=2', 'current.l3=-3'],
    [],
    {},
  ],
  [
    'Eastron SDM630',
    1,
    '001435FC040C3F8000003F000000C2C60000',
    'power_meter',
    ['power_factor.l1=1', 'power_factor.l2=0.5', 'power_factor.l3=-0.99'],
    [],
    {},
  ],
  ['Eastron SDM630', 1, '001435FC0504443A4000', 'power_meter', ['energy.active.import=745000'], [], {}],
  [
    'Eastron SDM630',
    1,
    '001435FC0114443A40004248320D3F80000043944000411C0000',
    'power_meter',
    ['energy.active.import=745000', 'frequency=50.04888', 'power_factor=1', 'current.total=9.75'],
    [],
    {},
  ],
  ['Eastron SDM630', 1, '001435FC0904443A4000', 'power_meter', [], [], {}],
  [
    'SDM230',
    1,
    '01354BEC01143C83126F436D3798000000003F8000004248320D',
    'power_meter',
    ['energy.active.import=16', 'voltage.l1=237.2172', 'current.l1=0', 'power_factor=1', 'frequency=50.04888'],
    [],
    {},
  ],
]

describe('what the bytes of each maker say', () => {
  it.each(rows)('%s on port %i: %s', (profile, fPort, hex, kind, measured, conditions, health) => {
    const decoded = uplink({ profile, fPort, hex })
    expect(decoded.disposition).toBe('accept')
    expect(decoded.device?.kind).toBe(kind)
    expect(values(decoded)).toEqual(measured)
    expect(states(decoded)).toEqual(conditions)
    expect(decoded.health).toMatchObject(health)
  })

  it('placeholders of registers that failed are told', () => {
    expect(uplink({ profile: 'CT101', hex: '0498FFFF' }).warnings).toContain('sentinel:current.l1')
    expect(uplink({ profile: 'CT303', hex: '0967FFFF' }).warnings).toContain('sentinel:temperature.device')
    expect(uplink({ profile: 'EM300-ZLD', hex: '0367FFFF' }).warnings).toContain('sentinel:temperature.ambient')
    expect(uplink({ profile: 'WS523', hex: '0480FFFFFFFF' }).warnings).toContain('sentinel:power.active')
    expect(uplink({ profile: 'WS523', hex: '0480F6FFFFFF' })).toMatchObject({
      measurements: [],
      warnings: ['implausible:power.active'],
    })
  })

  it('drops power that voltage and current cannot make', () => {
    const decoded = uplink({ profile: 'WS523', hex: '0374FC080480A086010007C9E803' })
    expect(values(decoded)).toEqual(['voltage.l1=230', 'current.l1=1'])
    expect(decoded.warnings).toContain('implausible:power.active')
  })

  it('tells the threshold of a plug, and its own time', () => {
    const decoded = uplink({ profile: 'LW005-MP', fPort: 11, hex: '69A57F58100142683E80' })
    expect(decoded.conditions[0]?.detail).toEqual({ thresholdA: 16 })
    expect(decoded.time).toEqual({ device: Date.UTC(2026, 2, 2, 12, 15, 20), basis: 'epoch_s', raw: 1772453720 })
  })

  it('reads an Eastron with its two bytes of check behind', () => {
    const decoded = uplink({ profile: 'SDM230', hex: '01354BEC01143C83126F436D3798000000003F8000004248320DF792' })
    expect(values(decoded)).toContain('voltage.l1=237.2172')
  })

  it('reads a batch as the site says', () => {
    const binding = { profile: 'SDM630', fields: { '2.1': 'power.active (kW)', '2.3': 'frequency' } }
    const decoded = uplink({ binding, hex: '001435FC020C3FC000004366000042480000' })
    expect(values(decoded)).toEqual(['power.active=1500', 'frequency=50'])
  })
})

describe('bytes that end too soon', () => {
  it.each([
    ['EM300-ZLD', 85, '0500'],
    ['EM300-ZLD', 85, '05'],
    ['CT101', 85, '8498B80BD007C409'],
    ['LWL02', 10, '4B'],
    ['LWL03A', 3, '0100000A'],
    ['R718WA', 6, '0132'],
    ['ELSYS EMS', 5, '12'],
    ['RBS301', 2, '1008'],
    ['Rejeee', 1, '09'],
    ['LW005-MP', 10, '69A57F5810'],
    ['SDM630', 1, '0014'],
  ])('%s on port %i: %s is rejected', (profile, fPort, hex) => {
    const decoded = uplink({ profile, fPort, hex })
    expect(decoded).toMatchObject({ disposition: 'reject', reason: 'truncated' })
    expect(decoded.detail).toMatch(/bytes on port \d+; at least \d+ were expected/)
  })

  it('what could be read counts', () => {
    const decoded = uplink({ profile: 'EM300-ZLD', hex: '0500010367' })
    expect(states(decoded)).toEqual(['water.leak active'])
    expect(decoded.warnings).toContain('truncated')
  })

  it('no bytes at all, or none but MAC commands, say nothing', () => {
    expect(uplink({ profile: 'EM300-ZLD', hex: '' })).toMatchObject({ disposition: 'accept', conditions: [] })
    expect(uplink({ profile: 'EM300-ZLD', hex: '050001', fPort: 0 })).toMatchObject({ conditions: [] })
  })

  it('never throws, whatever the bytes', () => {
    for (const [profile, fPort, hex] of rows) {
      for (let length = 0; length < hex.length; length += 2) {
        const decoded = uplink({ profile, fPort, hex: hex.slice(0, length) })
        expect(decoded.reason).not.toBe('internal_error')
        const flipped = uplink({ profile, fPort, hex: `${hex.slice(0, length)}FF${hex.slice(length + 2)}` })
        expect(flipped.reason).not.toBe('internal_error')
      }
    }
  })
})
