import { describe, expect, it } from 'vitest'
import { shippedRules } from '../../../rules/alarms/defaults.ts'
import { parseRule } from '../../../rules/alarms/rule-schema.ts'
import { compileRules } from '../../../rules/alarms/ruleset.ts'
import type { DeviceKind } from '../../../rules/model.ts'
import { HOUR, MINUTE, type Saying, SECOND } from '../../support/engine.ts'
import { deviceBench } from '../../support/messages.ts'

/** Rules raised by messages 5 s apart, when then no more comes for a while (shorter than silence). */
function raisedBy(kind: DeviceKind, ...messages: Saying[]): string[] {
  const bench = deviceBench(kind)
  for (const message of messages) {
    bench.say(message)
    bench.pass(5 * SECOND)
  }
  bench.pass(2 * MINUTE)
  return [...new Set(bench.raised)].sort()
}

const single = (volt: number) => ({ values: { 'voltage.l1': volt } })
const three = (l1: number, l2: number, l3: number) => ({
  values: { 'voltage.l1': l1, 'voltage.l2': l2, 'voltage.l3': l3 },
})
const level = (code: string) => ({ levels: { [code]: true } })
const pulse = (code: string) => ({ pulses: [code] })

describe('every shipped rule', () => {
  it('parses and compiles', () => {
    const rules = compileRules(shippedRules.map(parseRule))
    expect(rules.byId.size).toBe(shippedRules.length)
  })

  it('has its own id, below its kind, and both titles', () => {
    for (const { id, kind, title } of shippedRules) {
      expect(id.startsWith(kind === 'any' ? 'service.' : `${kind}.`)).toBe(true)
      expect(title.zh).toMatch(/\p{Script=Han}/u)
      expect(title.en).toMatch(/^[A-Z]/)
    }
  })

  it('is critical, and opens a ticket, where the design says so', () => {
    const critical = shippedRules.filter(({ priority }) => priority === 'critical')
    expect(critical.map(({ id }) => id).sort()).toEqual([
      'elevator.alarm_button',
      'elevator.entrapment',
      'elevator.overspeed',
      'elevator.overtravel_bottom',
      'elevator.overtravel_top',
      'elevator.unintended_movement',
      'power_meter.fire',
      'power_meter.main_supply_lost',
      'power_meter.short_circuit',
      'power_meter.supply_lost',
      'water_leak.wet',
    ])
    expect(critical.filter(({ opensTicket }) => opensTicket !== true)).toEqual([])
  })
})

describe('a leak sensor', () => {
  it.each<[string, Saying, string[]]>([
    ['is wet', level('water.leak'), ['water_leak.wet']],
    ['sends a wet pulse', pulse('water.leak'), ['water_leak.wet']],
    ['is dry', { levels: { 'water.leak': false } }, []],
    ['does not know', {}, []],
    ['has 15 % of battery', { health: { batteryPercent: 15 } }, ['water_leak.battery_low']],
    ['has 15.1 % of battery', { health: { batteryPercent: 15.1 } }, []],
    ['says that its battery is low', { health: { batteryLow: true } }, ['water_leak.battery_low']],
    ['reports the condition', level('device.battery_low'), ['water_leak.battery_low']],
    ['has a good battery', { health: { batteryPercent: 100, batteryLow: false } }, []],
  ])('that %s', (_name, message, expected) => {
    expect(raisedBy('water_leak', message)).toEqual(expected)
  })

  it('has a low battery until it is at 20 %', () => {
    const bench = deviceBench('water_leak')
    bench.say({ health: { batteryPercent: 10 } })
    bench.say({ health: { batteryPercent: 19.9 } })
    expect(bench.alarms.get('water_leak.battery_low')?.active).toBe(true)
    bench.say({ health: { batteryPercent: 20 } })
    expect(bench.alarms.get('water_leak.battery_low')?.active).toBe(false)
  })

  it('is silent after 25 hours', () => {
    const bench = deviceBench('water_leak')
    bench.say({})
    bench.pass(25 * HOUR)
    expect(bench.raised).toEqual([])
    bench.pass(1)
    expect(bench.raised).toEqual(['water_leak.silent'])
  })

  it('that clears for 130 ms is one occurrence', () => {
    const bench = deviceBench('water_leak')
    bench.say(level('water.leak'))
    bench.say({ levels: { 'water.leak': false } })
    bench.now += 130
    bench.say(level('water.leak'))
    expect(bench.alarms.get('water_leak.wet')).toMatchObject({ state: 'unacked', count: 1 })
  })
})

describe('a lift', () => {
  const codes = [
    'entrapment',
    'alarm_button',
    'overspeed',
    'overtravel_top',
    'overtravel_bottom',
    'unintended_movement',
    'mislevelling',
    'door_fault',
    'emergency_stop',
    'power_loss',
    'out_of_service',
    'fire_mode',
  ]
  it.each(codes)('raises %s, as a level and as a pulse, and nothing where it is cleared', (code) => {
    expect(raisedBy('elevator', level(`elevator.${code}`))).toEqual([`elevator.${code}`])
    expect(raisedBy('elevator', pulse(`elevator.${code}`))).toEqual([`elevator.${code}`])
    expect(raisedBy('elevator', { levels: { [`elevator.${code}`]: false } })).toEqual([])
  })

  it('has its safety circuit open: an emergency stop', () => {
    expect(raisedBy('elevator', level('elevator.safety_circuit'))).toEqual(['elevator.emergency_stop'])
    expect(
      raisedBy('elevator', level('elevator.emergency_stop'), { levels: { 'elevator.safety_circuit': false } }),
    ).toEqual(['elevator.emergency_stop'])
  })

  it('has a door fault only where it lasts 10 s', () => {
    const bench = deviceBench('elevator')
    bench.say(level('elevator.door_fault'))
    bench.pass(10 * SECOND - 1)
    expect(bench.raised).toEqual([])
    bench.pass(1)
    expect(bench.raised).toEqual(['elevator.door_fault'])
  })

  it('that runs raises nothing', () => {
    expect(raisedBy('elevator', { values: { 'lift.floor': 3, 'lift.speed': 1.75, 'lift.floor_label': 'B2' } })).toEqual(
      [],
    )
  })

  it('is silent after 15 minutes', () => {
    const bench = deviceBench('elevator')
    bench.say({})
    bench.pass(15 * MINUTE)
    expect(bench.raised).toEqual([])
    bench.pass(1)
    expect(bench.raised).toEqual(['elevator.silent'])
  })
})

describe('the voltages of a meter', () => {
  it.each<[string, Saying, string[]]>([
    ['one phase at 198.0 V', single(198), []],
    ['one phase at 197.9 V', single(197.9), ['power_meter.under_voltage']],
    ['one phase at 22.0 V', single(22), ['power_meter.under_voltage']],
    ['one phase at 21.9 V', single(21.9), ['power_meter.supply_lost']],
    ['one phase at 0 V', single(0), ['power_meter.supply_lost']],
    ['one phase at 235.4 V', single(235.4), []],
    ['one phase at 235.5 V', single(235.5), ['power_meter.over_voltage']],
    ['one phase at 220 V', single(220), []],
    ['three phases at 220 V', three(220, 221, 219), []],
    ['three phases at 198.0 V', three(198, 198, 198), []],
    ['three phases at 235.4 V', three(235.4, 235.4, 235.4), []],
    ['three phases, one at 197.9 V', three(200, 197.9, 200), ['power_meter.under_voltage']],
    ['three phases, the last at 235.5 V', three(233, 234, 235.5), ['power_meter.over_voltage']],
    ['three phases, none left', three(0, 0, 0), ['power_meter.supply_lost']],
    ['three phases, a rest of 21.9 V', three(21.9, 3, 0), ['power_meter.supply_lost']],
    ['three phases, one dead', three(0, 221, 219), ['power_meter.phase_lost']],
    ['three phases, the last dead', three(220, 221, 21.9), ['power_meter.phase_lost']],
    ['three phases, two dead', three(0, 0, 176.1), ['power_meter.phase_lost', 'power_meter.under_voltage']],
    ['three phases, two dead, one nearly', three(0, 0, 176), ['power_meter.under_voltage']],
    ['three phases, one at 22.0 V', three(22, 221, 219), ['power_meter.under_voltage']],
    ['two of three phases reported', { values: { 'voltage.l1': 220, 'voltage.l2': 0 } }, ['power_meter.phase_lost']],
    ['no voltage reported', { values: { 'power.active': 5_000 } }, []],
  ])('%s', (_name, message, expected) => {
    expect(raisedBy('power_meter', message)).toEqual(expected)
  })

  it('are lost at once, and out of their limits only after 10 s', () => {
    const bench = deviceBench('power_meter')
    bench.say(single(0))
    expect(bench.raised).toEqual(['power_meter.supply_lost'])
    const low = deviceBench('power_meter')
    low.say(single(190))
    low.pass(10 * SECOND - 1)
    expect(low.raised).toEqual([])
    low.pass(1)
    expect(low.raised).toEqual(['power_meter.under_voltage'])
  })

  it('are back within their limits at 200.0 and 233.0 V', () => {
    for (const [out, between, back, id] of [
      [190, 199.9, 200, 'power_meter.under_voltage'],
      [240, 233.1, 233, 'power_meter.over_voltage'],
    ] as const) {
      const bench = deviceBench('power_meter')
      bench.say(single(out))
      bench.pass(10 * SECOND)
      bench.say(single(between))
      expect(bench.alarms.get(id)?.active).toBe(true)
      bench.say(single(back))
      expect(bench.alarms.get(id)).toMatchObject({ active: false, state: 'rtn_unacked' })
    }
  })

  it('lost are no under-voltage any more', () => {
    const bench = deviceBench('power_meter')
    bench.say(single(190))
    bench.pass(10 * SECOND)
    bench.say(single(0))
    expect(bench.alarms.get('power_meter.under_voltage')?.active).toBe(false)
    expect(bench.alarms.get('power_meter.supply_lost')?.active).toBe(true)
  })

  it('are unbalanced over 4 % of negative-sequence voltage for a minute, or 2 % for a quarter of an hour', () => {
    expect(raisedBy('power_meter', three(231, 231, 205))).toEqual([])
    expect(raisedBy('power_meter', three(231, 231, 204))).toEqual(['power_meter.unbalance'])
    expect(raisedBy('power_meter', { values: { 'voltage.l1': 230, 'voltage.l2': 200 } })).toEqual([])
    const bench = deviceBench('power_meter')
    bench.say(three(231, 231, 204))
    bench.pass(MINUTE - 1)
    expect(bench.raised).toEqual([])
    bench.pass(1)
    expect(bench.alarms.get('power_meter.unbalance')).toMatchObject({ state: 'unacked', priority: 'medium' })
    bench.say(three(231, 231, 212))
    expect(bench.alarms.get('power_meter.unbalance')).toMatchObject({ active: true })
    bench.pass(15 * MINUTE)
    expect(bench.alarms.get('power_meter.unbalance')).toMatchObject({ priority: 'low' })
  })
})

describe('what else a meter says', () => {
  it.each<[string, Saying, string[]]>([
    [
      'current over the rated one',
      { values: { 'current.rated': 63, 'current.l2': 63.1 } },
      ['power_meter.over_current'],
    ],
    ['current at the rated one', { values: { 'current.rated': 63, 'current.l1': 63 } }, []],
    ['current without a rated one', { values: { 'current.l1': 500 } }, []],
    ['a residual current of 300 mA', { values: { 'current.residual': 0.3 } }, []],
    ['a residual current of 301 mA', { values: { 'current.residual': 0.301 } }, ['power_meter.residual_current']],
    ['80.0 degrees', { values: { 'temperature.device': 80 } }, []],
    ['80.1 degrees', { values: { 'temperature.device': 80.1 } }, ['power_meter.over_temperature']],
  ])('%s', (_name, message, expected) => {
    expect(raisedBy('power_meter', message)).toEqual(expected)
  })

  it.each([
    ['power_outage', 'supply_lost'],
    ['short_circuit', 'short_circuit'],
    ['fire', 'fire'],
    ['phase_loss', 'phase_lost'],
    ['over_voltage', 'over_voltage'],
    ['under_voltage', 'under_voltage'],
    ['over_current', 'over_current'],
    ['overload', 'over_current'],
    ['phase_imbalance', 'unbalance'],
    ['residual_current', 'residual_current'],
    ['over_temperature', 'over_temperature'],
  ])('%s raises %s, as a level and as a pulse, also while its readings are normal', (code, rule) => {
    const expected = [`power_meter.${rule}`]
    expect(raisedBy('power_meter', level(`meter.${code}`))).toEqual(expected)
    expect(raisedBy('power_meter', pulse(`meter.${code}`))).toEqual(expected)
    expect(raisedBy('power_meter', three(220, 220, 220), pulse(`meter.${code}`), three(221, 220, 220))).toEqual(
      expected,
    )
    expect(raisedBy('power_meter', { levels: { [`meter.${code}`]: false } })).toEqual([])
  })

  it('is silent after 15 minutes', () => {
    const bench = deviceBench('power_meter')
    bench.say(single(220))
    bench.pass(15 * MINUTE)
    expect(bench.raised).toEqual([])
    bench.pass(1)
    expect(bench.raised).toEqual(['power_meter.silent'])
  })

  it('normally raises nothing', () => {
    const values = {
      ...three(221.3, 219.8, 220.4).values,
      'current.l1': 12.5,
      'current.rated': 63,
      'current.residual': 0.02,
      'power.active': 8_000,
      'power.active.l1': 2_700,
      power_factor: 0.97,
      frequency: 50.01,
      'energy.active.import': 1_234_567,
      'temperature.device': 41,
    }
    expect(raisedBy('power_meter', { values }, { values })).toEqual([])
  })
})

describe('a gateway that is gone', () => {
  it.each(['gateway.offline', 'device.offline'])('is told, whether it or a bridge says %s', (code) => {
    const gone = { levels: { [code]: true } }
    expect(raisedBy('gateway', gone)).toEqual(['gateway.offline'])
    expect(raisedBy('gateway', { levels: { [code]: false } })).toEqual([])
  })
})
