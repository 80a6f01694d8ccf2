import { measure, measureHealth, report } from '../decoded.ts'
import { type Codec, deviceTime, endsBefore, type Frame, onlyStored, type Said, storedRow } from './codec.ts'

/**
 * Big-endian. LWL01 and LWL02 on port 10 (the vendor's codec wants ten bytes; nine were seen), LWL03A and WL03A-LB on
 * ports 2 (state), 3 (log) and 5 (device). Sources: Dragino's payload tables; "alarm" is a setting there, no alarm.
 */
export const dragino: Codec = {
  maker: 'Dragino',
  names: /DRAGINO|LWL0\d|LDS0\d|WL03A/,
  models: /LWL0\d[A-Z]?|LDS0\d[A-Z]?|WL03A(?:-[A-Z]+)?/,
  kinds: [
    [/LWL0\d|WL03A/, 'water_leak'],
    [/LDS0\d/, 'door'],
  ],
  euiPrefix: 'a84041',
  unmistakable: ({ bytes, fPort }) => fPort === 10 && isContactState(bytes),
  decode(frame, into) {
    const { bytes, fPort, name } = frame
    const code = codeOf03(name)
    if (code !== null && fPort === 2) readState(frame, code, into)
    else if (code !== null && fPort === 3) readLog(frame, code, into)
    else if (code !== null && fPort === 5) readDevice(frame, into)
    else if (fPort === 10 && (/L[WD][LS]0[12]/.test(name) || isContactState(bytes))) readContact(frame, into)
    else into.warnings.push(`no_decoder_for_port:${fPort}`)
  },
  output: {
    BAT_V: { health: 'batteryVoltage' },
    BAT: { health: 'batteryVoltage' },
    Bat_V: { health: 'batteryVoltage' },
    BatV: { health: 'batteryVoltage' },
    WATER_LEAK_STATUS: { code: 'water.leak' },
    WATER_LEAK_TIMES: { point: 'leak.count' },
    LAST_WATER_LEAK_DURATION: { point: 'leak.last_duration', scale: 60 },
    DOOR_OPEN_STATUS: { code: 'door.open' },
  },
}

const DOOR_MODE = 1
const LEAK_MODE = 2
const BOTH_MODE = 3

const millivolts = (bytes: Buffer) => bytes.readUInt16BE(0) & 0x3fff

function isContactState(bytes: Buffer): boolean {
  if (bytes.length !== 9 && bytes.length !== 10) return false
  return bytes[2]! >= DOOR_MODE && bytes[2]! <= BOTH_MODE && millivolts(bytes) >= 1_800 && millivolts(bytes) <= 4_000
}

function readContact(frame: Frame, into: Said): void {
  if (endsBefore(3, frame, into)) return
  const { bytes } = frame
  measureHealth(into, 'batteryVoltage', millivolts(bytes), 0.001)
  const [status = 0, , mode] = bytes
  const leaking = (status & 0x40) !== 0
  const open = (status & 0x80) !== 0
  if (mode === LEAK_MODE || mode === BOTH_MODE) report(into, 'water.leak', leaking, Number(leaking))
  if (mode === DOOR_MODE || mode === BOTH_MODE) report(into, 'door.open', open, Number(open))
  if (mode !== undefined && (mode < DOOR_MODE || mode > BOTH_MODE)) into.warnings.push(`unknown_mode:${mode}`)
  if (mode === LEAK_MODE && !endsBefore(9, frame, into)) measureLeaks(bytes, 3, into)
}

const ROW_BYTES = 11

/** The leak rope and the door contact of the 03A series have one layout: only the model tells which it is. */
const codeOf03 = (name: string) =>
  /WL03|LWL03/.test(name) ? 'water.leak' : name.includes('LDS03') ? 'door.open' : null

function readState(frame: Frame, code: string, into: Said): void {
  if (endsBefore(1, frame, into)) return
  const { bytes } = frame
  const state = bytes[0]! & 1
  report(into, code, state === 1, state)
  if (endsBefore(7, frame, into)) return
  if (code === 'water.leak') measureLeaks(bytes, 1, into)
  if (!endsBefore(ROW_BYTES, frame, into)) into.time = deviceTime(bytes.readUInt32BE(7), into)
}

function measureLeaks(bytes: Buffer, at: number, into: Pick<Said, 'measurements' | 'warnings'>): void {
  measure(into, 'leak.count', bytes.readUIntBE(at, 3))
  measure(into, 'leak.last_duration', bytes.readUIntBE(at + 3, 3), 60)
}

function readLog(frame: Frame, code: string, into: Said): void {
  if (endsBefore(ROW_BYTES, frame, into)) return
  for (let at = 0; at + ROW_BYTES <= frame.bytes.length; at += ROW_BYTES) readLogRow(frame.bytes, at, code, into)
  if (frame.bytes.length % ROW_BYTES !== 0) into.warnings.push('truncated:log')
  onlyStored(into)
}

/** A row of the log: status, how often it was so, for how many minutes the last time, when. */
export function readLogRow(bytes: Buffer, at: number, code: string, into: Said): void {
  const row = storedRow(bytes.readUInt32BE(at + 7), into)
  if (row === null) return
  const state = bytes[at]! & 1
  report(row, code, state === 1, state)
  if (code === 'water.leak') measureLeaks(bytes, at + 1, { ...row, warnings: into.warnings })
}

function readDevice(frame: Frame, into: Said): void {
  if (!endsBefore(7, frame, into)) measureHealth(into, 'batteryVoltage', frame.bytes.readUInt16BE(5), 0.001)
}
