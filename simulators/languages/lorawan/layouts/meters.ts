import { be, floatBe, le, signedBe } from '../bytes.ts'
import { type Frame, isFed, type Layout, numberOf } from '../layout.ts'

const PHASES = ['l1', 'l2', 'l3'] as const

/**
 * Its registers in batches, an uplink each: serial number, which batch, length, numbers. Reports only, at its interval:
 * it has no event.
 */
const eastron: Layout = {
  id: 'sdm630',
  vendor: 'Eastron',
  model: 'SDM630',
  oui: '8cf957',
  kind: 'power_meter',
  tells: [...PHASES.flatMap((phase) => [`voltage.${phase}`, `current.${phase}`]), 'energy.active.import'],
  frames({ values, why }) {
    const volts = PHASES.map((phase) => `voltage.${phase}`)
    if (why === 'event' || !isFed(values, volts)) return []
    const batch = (number: number, numbers: number[]): Frame => ({
      fPort: 1,
      bytes: [...SERIAL, number, 4 * numbers.length, ...numbers.flatMap(floatBe)],
    })
    const factor = numberOf(values, 'power_factor')
    return [
      batch(
        1,
        volts.map((point) => numberOf(values, point)),
      ),
      batch(
        3,
        PHASES.map((phase) => numberOf(values, `current.${phase}`)),
      ),
      batch(4, [factor, factor, factor]),
      batch(5, [numberOf(values, 'energy.active.import') / 1000]),
    ]
  },
}
const SERIAL = [0x00, 0x14, 0x35, 0xfc]

/** UTC+8, in half hours. */
const ZONE = 0x10
const IMPULSES_PER_KWH = 3_200

/** Its limits as it is delivered in China: 220 V +7 % / -10 %. */
const OVER_V = 235.4
const UNDER_V = 198

/** A plug with a meter, on the first phase: time, zone, then what the port is for. */
const moko: Layout = {
  id: 'lw005',
  vendor: 'MOKO',
  model: 'LW005-MP',
  oui: 'd02544',
  kind: 'power_meter',
  tells: [
    'meter.over_voltage',
    'meter.under_voltage',
    'meter.over_current',
    'voltage.l1',
    'current.l1',
    'power_factor',
    'frequency',
  ],
  frames({ values, levels, changed, why, atMs }) {
    if (!isFed(values, ['voltage.l1'])) return []
    const on = (fPort: number, ...parts: number[][]): Frame => ({
      fPort,
      bytes: [...be(Math.floor(atMs / 1000), 4), ZONE, ...parts.flat()],
    })
    const volts = be(numberOf(values, 'voltage.l1') * 10, 2)
    const amperes = signedBe(numberOf(values, 'current.l1') * 1000, 2)
    const alarms = [
      { fPort: 9, code: 'meter.over_voltage', now: volts, threshold: be(OVER_V * 10, 2) },
      { fPort: 10, code: 'meter.under_voltage', now: volts, threshold: be(UNDER_V * 10, 2) },
      {
        fPort: 11,
        code: 'meter.over_current',
        now: amperes,
        threshold: be(numberOf(values, 'current.rated') * 1000, 2),
      },
    ]
      .filter(({ code }) => changed.includes(code) && (levels[code] === true || why === 'event'))
      .map(({ fPort, code, now, threshold }) => on(fPort, [levels[code] ? 1 : 0], now, threshold))
    if (why === 'event') return alarms
    const impulses = (numberOf(values, 'energy.active.import') / 3 / 1000) * IMPULSES_PER_KWH
    const impulsesAnHour = (numberOf(values, 'power.active.l1') / 1000) * IMPULSES_PER_KWH
    return [
      on(5, [0x01, 0x01]),
      on(6, volts, amperes, be(numberOf(values, 'frequency') * 1000, 2)),
      on(7, signedBe(numberOf(values, 'power.active.l1') * 10, 4), le(numberOf(values, 'power_factor') * 100, 1)),
      on(8, be(impulses, 4), be(impulsesAnHour, 2)),
      ...alarms,
    ]
  },
}

export const meters: readonly Layout[] = [eastron, moko]
