export type MessageName = 'one-point' | 'ten-point'

/** Payloads of one length whose values differ from each to the next and stay inside every default limit. */
export interface Message {
  name: MessageName
  points: number
  payloads: Buffer[]
}

/** How many different payloads a connection cycles through; also its count of packet ids. */
export const PAYLOADS = 128

export function telemetry(name: MessageName): Message {
  const values = name === 'one-point' ? onePoint : tenPoints
  const payloads = Array.from({ length: PAYLOADS }, (_, index) => Buffer.from(toPayload(values(index))))
  return { name, points: Object.keys(values(0)).length, payloads }
}

/** The topic below a device's own that telemetry goes to. */
export const telemetryTopic = (deviceTopic: string) => `${deviceTopic}/telemetry`

function onePoint(index: number): Record<string, string> {
  return { 'voltage.l1': spread(index, 216, 228, 1) }
}

/** A three-phase meter with a steady, nearly balanced load. */
function tenPoints(index: number): Record<string, string> {
  const volts = [0, 1, 2].map((phase) => spread(index + phase * 11, 216, 228, 1))
  const amps = [0, 1, 2].map((phase) => spread(index + phase, 11, 11.5, 2))
  const apparent = volts.reduce((sum, volt, phase) => sum + Number(volt) * Number(amps[phase]), 0)
  return {
    'voltage.l1': volts[0]!,
    'voltage.l2': volts[1]!,
    'voltage.l3': volts[2]!,
    'current.l1': amps[0]!,
    'current.l2': amps[1]!,
    'current.l3': amps[2]!,
    'power.active': (apparent * 0.95).toFixed(0),
    'power.reactive': (apparent * 0.31).toFixed(0),
    power_factor: '0.95',
    frequency: spread(index, 49.96, 50.04, 2),
  }
}

/** Numbers keep their written digits (`220.0`), so that all payloads are equally long. */
function toPayload(values: Record<string, string>): string {
  const points = Object.entries(values).map(([point, digits]) => `"${point}":${digits}`)
  return `{"values":{${points.join(',')}}}`
}

/** Walks the range in uneven steps, so that neighbours differ. */
function spread(index: number, from: number, to: number, digits: number): string {
  return (from + (((index * 37) % PAYLOADS) / PAYLOADS) * (to - from)).toFixed(digits)
}
