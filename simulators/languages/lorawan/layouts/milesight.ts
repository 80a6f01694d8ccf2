/**
 * Milesight on port 85: channel, type, value, low byte first. A channel with its high bit set tells an alarm; channel
 * FF tells about the device itself.
 */
import type { Values } from '../../language.ts'
import { le, signedLe } from '../bytes.ts'
import { type Frame, isFed, type Layout, numberOf, type Told } from '../layout.ts'

const frame = (...parts: number[][]): Frame => ({ fPort: 85, bytes: parts.flat() })

/** What each tells when it is switched on: protocol, power on, serial number, hardware, firmware, class A. */
const about = (serial: number[]) => [
  [0xff, 0x0b, 0xff],
  [0xff, 0x01, 0x01],
  [0xff, 0x16, ...serial],
  [0xff, 0x09, 0x03, 0x00],
  [0xff, 0x0a, 0x01, 0x02],
  [0xff, 0x0f, 0x00],
]
const LEAK_SERIAL = [0x61, 0x36, 0xc1, 0x13, 0x61, 0x43, 0x00, 0x00]
const METER_SERIAL = [0x67, 0x46, 0xd3, 0x88, 0x02, 0x58, 0x00, 0x00]

const withAbout = ({ why }: Told, serial: number[], frames: Frame[]): Frame[] =>
  why === 'join' ? [frame(...about(serial)), ...frames] : frames

const leakSensor = (model: string): Layout => ({
  id: model.toLowerCase(),
  vendor: 'Milesight',
  model,
  oui: '24e124',
  kind: 'water_leak',
  tells: ['water.leak', 'temperature.ambient', 'humidity.relative', 'batteryPercent'],
  frames(told) {
    const { values, why, levels } = told
    const climate = [
      [0x03, 0x67, ...signedLe(numberOf(values, 'temperature.ambient') * 10, 2)],
      [0x04, 0x68, ...le(numberOf(values, 'humidity.relative') * 2, 1)],
      [0x05, 0x00, levels['water.leak'] ? 1 : 0],
    ]
    const battery = [0x01, 0x75, ...le(numberOf(values, 'batteryPercent'), 1)]
    return withAbout(told, LEAK_SERIAL, [why === 'event' ? frame(...climate) : frame(battery, ...climate)])
  },
})

const BEGAN = 1
const ENDED = 2
const NO_TEMPERATURE_ALARM = 0
const TEMPERATURE_ALARM = 1

/** Current clamps: the charge that went through, each phase's current, the temperature of the cable. */
const clamps = (model: string, phases: readonly string[], type: number, perAmpere: number): Layout => ({
  id: model.toLowerCase(),
  vendor: 'Milesight',
  model,
  oui: '24e124',
  kind: 'power_meter',
  tells: [
    'meter.over_current',
    'meter.over_temperature',
    'temperature.device',
    // Three clamps are three channels: nothing in the bytes says on which phase each sits.
    ...(phases.length === 1 ? phases : []),
  ],
  frames(told) {
    const { values, why, levels, changed } = told
    const channelOf = (index: number) => (phases.length === 1 ? 4 : 4 + 2 * index)
    const amperes = phases.map((phase) => le(numberOf(values, phase) * perAmpere, 2))
    const celsius = signedLe(numberOf(values, 'temperature.device') * 10, 2)
    const alarms: number[][] = []
    if (changed.includes('meter.over_current') && (levels['meter.over_current'] || why === 'event')) {
      const state = levels['meter.over_current'] ? BEGAN : ENDED
      // Maximum, minimum and now are one sample here.
      amperes.forEach((now, index) => {
        alarms.push([0x80 + channelOf(index), type, ...now, ...now, ...now, state])
      })
    }
    if (changed.includes('meter.over_temperature') && (levels['meter.over_temperature'] || why === 'event')) {
      const state = levels['meter.over_temperature'] ? TEMPERATURE_ALARM : NO_TEMPERATURE_ALARM
      alarms.push([0x89, 0x67, ...celsius, state])
    }
    if (why === 'event') return alarms.length === 0 ? [] : [frame(...alarms)]
    const charge = phases.map((phase, index) => [3 + 2 * index, 0x97, ...le(ampereHours(values, phase) * 100, 4)])
    const report = frame(...charge, ...amperes.map((now, index) => [channelOf(index), type, ...now]), [
      0x09,
      0x67,
      ...celsius,
    ])
    return withAbout(told, METER_SERIAL, [report, ...(alarms.length === 0 ? [] : [frame(...alarms)])])
  },
})

/** A clamp counts charge, not energy: what its third of the meter's energy took at 230 V. */
const ampereHours = (values: Values, phase: string) =>
  numberOf(values, phase) === 0 ? 0 : numberOf(values, 'energy.active.import') / 3 / 230

/** A socket with a meter, on the first phase. */
const socket: Layout = {
  id: 'ws523',
  vendor: 'Milesight',
  model: 'WS523',
  oui: '24e124',
  kind: 'power_meter',
  tells: ['voltage.l1', 'current.l1', 'power_factor'],
  frames(told) {
    const { values, why } = told
    if (why === 'event' || !isFed(values, ['voltage.l1'])) return []
    const report = frame(
      [0x03, 0x74, ...le(numberOf(values, 'voltage.l1') * 10, 2)],
      [0x04, 0x80, ...le(numberOf(values, 'power.active.l1'), 4)],
      [0x05, 0x81, ...le(numberOf(values, 'power_factor') * 100, 1)],
      [0x06, 0x83, ...le(numberOf(values, 'energy.active.import') / 3, 4)],
      [0x07, 0xc9, ...le(Math.min(numberOf(values, 'current.l1') * 1000, LARGEST_MA), 2)],
      [0x08, 0x70, 0x01],
    )
    return withAbout(told, METER_SERIAL, [report])
  },
}

/** FFFF would say that the register could not be read. */
const LARGEST_MA = 0xfffc

const THREE_PHASES = ['current.l1', 'current.l2', 'current.l3']

export const milesight: readonly Layout[] = [
  leakSensor('EM300-SLD'),
  leakSensor('EM300-ZLD'),
  clamps('CT101', ['current.l1'], 0x98, 100),
  clamps('CT303', THREE_PHASES, 0x99, 10),
  clamps('CT305', THREE_PHASES, 0x99, 10),
  socket,
]
