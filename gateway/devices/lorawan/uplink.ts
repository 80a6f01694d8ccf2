import type { Decoded, DecodedTime, DeviceKind } from '../../../rules/model.ts'
import { accepted, measureHealth, rejected } from '../decoded.ts'
import { isObject, type Memory, type Publish } from '../family.ts'
import { isImplausiblePower } from '../numbers.ts'
import { disagree } from '../times.ts'
import { settleChannels } from './channels.ts'
import { fill, hasNothing, nothingSaid, type Said } from './codec.ts'
import { boundKind, type Chosen, chooseCodec, kindByName, modelByName } from './codecs.ts'
import { judge, knownKind, openChannels } from './frames.ts'
import { readNormalized, readOutput } from './output.ts'

/** A network server's uplink, whatever its JSON looks like. */
export interface Uplink {
  /** The EUI in lower case; where there is none, the network's own id. */
  device: string
  /** Profile and model names, most certain first. */
  profiles: readonly string[]
  /** What a person called the device. */
  name: string | null
  fPort: number
  fCnt: number | null
  session: string
  messageId?: string | undefined
  /** The payload as it was written, for telling repetitions. */
  written: string
  bytes: Buffer | null
  /** What the server's codec made of them. */
  output: unknown
  normalized?: unknown
  /** When the network, or else a gateway, heard it. */
  time: DecodedTime
  rssi: unknown
  snr: unknown
  simulated: boolean
  warnings: string[]
}

export function decodeUplink(uplink: Uplink, { binding, receivedAt }: Publish, memory: Memory): Decoded {
  const frame = uplink.bytes === null ? null : { bytes: uplink.bytes, fPort: uplink.fPort, binding }
  const chosen = chooseCodec(namesOf(uplink, binding.profile), uplink.device, frame)
  const said = whatIsSaid(uplink, chosen, frame)
  const kind = kindOf(uplink.device, chosen, said, boundKind(binding, uplink.device), memory)
  const decoded = accepted(`lorawan:${uplink.device}`, kind, about(uplink, chosen, said))
  if (said.fault !== null) {
    if (hasNothing(said)) return rejected(said.fault.reason, said.fault.detail, decoded.device)
    said.warnings.push(said.fault.reason)
  }
  const { measurements, conditions, health, readings, historical } = said
  Object.assign(decoded, { measurements, conditions, health, readings, historical, simulated: uplink.simulated })
  decoded.warnings.push(...uplink.warnings, ...said.warnings)
  decoded.time = said.time ?? uplink.time
  if (uplink.fCnt !== null) decoded.seq = { type: 'fCnt', value: uplink.fCnt }
  measureHealth(decoded, 'rssi', uplink.rssi)
  measureHealth(decoded, 'snr', uplink.snr)
  dropImpossiblePower(decoded)
  if (historical) decoded.warnings.push('historical_no_live_ticket')
  else if (disagree(decoded.time.device, uplink.time.device)) decoded.warnings.push('time_inconsistent')
  // What a console simulates has a counter of its own and must not stand in the way of the device's.
  if (uplink.simulated) decoded.warnings.push('simulated_no_live_ticket')
  else judgeRepetition(decoded, uplink, memory, receivedAt)
  return decoded
}

function namesOf({ profiles, name }: Uplink, bound: string | undefined): string[] {
  const names = bound === undefined ? [...profiles] : [bound, ...profiles]
  if (name !== null) names.push(name)
  return names
}

type Bytes = Parameters<typeof chooseCodec>[2]

function whatIsSaid({ output, normalized, fPort }: Uplink, chosen: Chosen | null, frame: Bytes): Said {
  const said = nothingSaid()
  if (isObject(output)) readOutput(output, chosen, said)
  if (normalized !== undefined) {
    const normal = nothingSaid()
    readNormalized(normalized, normal)
    fill(said, normal)
  }
  if (frame === null || frame.bytes.length === 0 || fPort === 0) return said
  if (chosen !== null) {
    const read = hasNothing(said) ? said : nothingSaid()
    const { bytes, fPort: port, binding } = frame
    chosen.codec.decode({ bytes, fPort: port, binding, name: chosen.name }, read)
    if (read !== said) fill(said, read)
  } else if (hasNothing(said)) said.warnings.push('no_decoder_for_profile')
  return said
}

function about(uplink: Uplink, chosen: Chosen | null, { conditions }: Said): { vendor?: string; model?: string } {
  if (chosen === null) return {}
  const model = modelByName(chosen)
  const vendor = chosen.codec.maker
  const leaks = conditions.some(({ code }) => code === 'water.leak')
  // A device named EM300-TH was seen with the leak channel: such a name is no model.
  if (leaks && kindByName(chosen) !== 'water_leak') return { vendor }
  if (model !== undefined) return { vendor, model }
  const [profile] = uplink.profiles
  return profile === undefined ? { vendor } : { vendor, model: profile }
}

function kindOf(
  device: string,
  chosen: Chosen | null,
  said: Said,
  bound: DeviceKind | null,
  memory: Memory,
): DeviceKind {
  if (bound !== null) return bound
  if (said.conditions.some(({ code }) => code === 'water.leak')) return 'water_leak'
  if (said.readings.some(({ conditions }) => conditions.some(({ code }) => code === 'water.leak'))) return 'water_leak'
  const named = chosen === null ? null : kindByName(chosen)
  if (named !== null) return named
  if (said.kind !== null) return said.kind
  if (said.conditions.some(({ code }) => code === 'door.open')) return 'door'
  return knownKind(memory, device)
}

/** Power beyond what voltage and current of the one phase can make. */
function dropImpossiblePower(decoded: Decoded): void {
  const value = (name: string) => {
    const found = decoded.measurements.find((each) => each.name === name)?.value
    return typeof found === 'number' ? found : null
  }
  const watts = value('power.active')
  if (watts === null || !isImplausiblePower(watts, value('voltage.l1'), value('current.l1'))) return
  decoded.measurements = decoded.measurements.filter(({ name }) => name !== 'power.active')
  decoded.warnings.push('implausible:power.active')
}

/** Longer than any id of a network server; what is remembered of a device stays small. */
const ID_LENGTH = 128

function judgeRepetition(decoded: Decoded, uplink: Uplink, memory: Memory, receivedAt: number): void {
  const { historical, conditions, readings, time } = decoded
  const stored = readings.map((row) => row.time).filter((at) => at !== null)
  const rows = historical && stored.length === 0 && time.device !== null ? [time.device] : stored
  const settled = settleChannels(conditions, openChannels(memory, uplink.device))
  const judged = judge(memory, uplink.device, {
    messageId: uplink.messageId?.slice(0, ID_LENGTH),
    session: uplink.session.slice(0, ID_LENGTH),
    fCnt: uplink.fCnt,
    content: `${uplink.fPort}|${uplink.written}`,
    sentAt: uplink.time.device,
    receivedAt,
    codes: historical ? [] : conditions.map(({ code }) => code),
    rows,
    kind: decoded.device!.kind,
    open: historical ? openChannels(memory, uplink.device) : settled.open,
  })
  decoded.warnings.push(...judged.warnings)
  if (judged.disposition !== 'accept') {
    decoded.disposition = judged.disposition
    decoded.reason = judged.reason ?? ''
    return
  }
  if (!historical) decoded.conditions = settled.conditions.filter(({ code }) => !judged.superseded.includes(code))
  decoded.readings = readings.filter((row) => row.time === null || !judged.repeatedRows.includes(row.time))
}
