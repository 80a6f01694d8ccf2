import { measure, report } from '../decoded.ts'
import { type Codec, endsBefore, type Frame, onlyStored, type Said, storedRow } from './codec.ts'
import { type Channel, CHANNELS, DIGITAL_INPUT, DOOR, leak, level, temperature } from './milesight-channels.ts'

const IS_LEAK_SENSOR = /EM300[-_ ]?[SZM]LD|WS303/
const IS_DOOR_SENSOR = /EM300[-_ ]?MCS|WS301/
const IS_PULSE_COUNTER = /EM300[-_ ]?DI/
const IS_CLIMATE_SENSOR = /EM300[-_ ]?TH/

/** Milesight's devices: channel, type, value; little-endian. What each channel holds is in milesight-channels.ts. */
export const milesight: Codec = {
  maker: 'Milesight',
  names: /MILESIGHT|(?:^|[^A-Z0-9])(?:EM[35]\d\d|CT10\d|CT3(?:0|1)[\dX]|WS52[\dX]|WS30[13])/,
  models: /EM[35]\d\d[-_ ]?[A-Z]*|CT10\d|CT3[01][\dX]|WS52[\dX]|WS30[13]/,
  kinds: [
    [IS_LEAK_SENSOR, 'water_leak'],
    [/CT10\d|CT3[01][\dX]|WS52[\dX]/, 'power_meter'],
    [IS_DOOR_SENSOR, 'door'],
  ],
  euiPrefix: '24e124',
  decode,
  output: {
    battery: { health: 'batteryPercent' },
    active_power: { point: 'power.active' },
    power_sum: { point: 'energy.active.import' },
    power_consumption: { point: 'energy.active.import' },
    magnet_status: { code: 'door.open' },
  },
  modelOutput: [
    [
      /CT\d/,
      {
        temperature: { point: 'temperature.device' },
        current: { point: 'current.l1' },
        current_chn1: { point: 'current.ch1' },
        current_chn2: { point: 'current.ch2' },
        current_chn3: { point: 'current.ch3' },
      },
    ],
    [
      /WS52/,
      {
        voltage: { point: 'voltage.l1' },
        current: { point: 'current.l1', scale: 0.001 },
        power_factor: { point: 'power_factor', scale: 0.01 },
      },
    ],
  ],
}

/** What an EM300 sends. A leak channel beside others is a digital input, unless the model is known to have one. */
const OF_A_LEAK_SENSOR = new Set([0x0175, 0x0367, 0x0468, 0x0500, 0x20ce])

function decode(frame: Frame, into: Said): void {
  const { bytes, name } = frame
  let ofLeakSensor = true
  let at = 0
  while (at < bytes.length) {
    if (endsBefore(at + 2, frame, into)) break
    const id = (bytes[at]! << 8) | bytes[at + 1]!
    ofLeakSensor &&= OF_A_LEAK_SENSOR.has(id) || id >= 0xff00
    const channel = channelOf(id, bytes.length - at, frame)
    if (channel === undefined) {
      into.warnings.push(`unknown_channel:${id.toString(16).padStart(4, '0')}`)
      break
    }
    if (endsBefore(at + 2 + channel.byteLength, frame, into)) break
    channel.read?.(bytes, at + 2, into, frame)
    at += 2 + channel.byteLength
  }
  if (!ofLeakSensor && !IS_LEAK_SENSOR.test(name)) {
    into.conditions = into.conditions.filter(({ code }) => code !== 'water.leak')
  }
  settleRows(into)
}

/** One stored reading alone is what the message says, at its own time; of several each is a row. */
function settleRows(into: Said): void {
  if (into.measurements.length > 0 || into.conditions.length > 0 || into.readings.length === 0) return
  onlyStored(into)
  if (into.readings.length > 1) return
  const [row] = into.readings
  into.measurements = row!.measurements
  into.conditions = row!.conditions
  into.readings = []
}

function channelOf(id: number, remaining: number, { name }: Frame): Channel | undefined {
  if (id === 0x20ce) return { byteLength: storedLength(name, remaining), read: readStored }
  if (IS_PULSE_COUNTER.test(name)) return DIGITAL_INPUT.get(id) ?? CHANNELS.get(id)
  if (IS_DOOR_SENSOR.test(name)) return DOOR.get(id) ?? CHANNELS.get(id)
  if ((id === 0x0300 && name.includes('WS303')) || (id === 0x0600 && name.includes('MLD'))) return leak
  return CHANNELS.get(id)
}

/** Time, temperature, humidity, and what the model adds. One named EM300-TH was seen with the leak channel. */
function storedLength(name: string, remaining: number): number {
  if (IS_PULSE_COUNTER.test(name)) return 13
  return IS_CLIMATE_SENSOR.test(name) && remaining % 10 !== 0 ? 7 : 8
}

function readStored(bytes: Buffer, at: number, into: Said, { name }: Frame): void {
  const row = storedRow(bytes.readUInt32LE(at), into)
  if (row === null) return
  const values = { ...row, warnings: into.warnings }
  if (!name.includes('MLD')) {
    temperature(values, 'temperature.ambient', bytes.readUInt16LE(at + 4))
    measure(values, 'humidity.relative', bytes[at + 6], 0.5)
  }
  if (IS_PULSE_COUNTER.test(name)) measureStoredPulses(values, bytes, at)
  else if (IS_DOOR_SENSOR.test(name)) report(values, 'door.open', bytes[at + 7] === 1, bytes[at + 7])
  else if (storedLength(name, bytes.length - at + 2) === 8) level(values, 'water.leak', bytes[at + 7]!, into.warnings)
}

function measureStoredPulses(into: Pick<Said, 'measurements' | 'warnings'>, bytes: Buffer, at: number): void {
  if (bytes[at + 7] === 2) measure(into, 'pulse.1', bytes.readUInt32LE(at + 9))
}
