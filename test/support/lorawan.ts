import { type Binding, type Memory, publishOf } from '../../gateway/devices/family.ts'
import { decodeFamily } from '../../gateway/devices/index.ts'
import type { Decoded } from '../../rules/model.ts'
import { plainMemory } from './memory.ts'

/** Messages of LoRaWAN network servers, as short as they may be. */

export const RECEIVED_MS = Date.UTC(2026, 2, 2, 8)

export interface Sent {
  profile?: string
  name?: string
  eui?: string
  hex?: string
  fPort?: number
  fCnt?: number | undefined
  devAddr?: string
  id?: string
  /** Milliseconds after `RECEIVED_MS`. */
  at?: number
  object?: unknown
  tags?: Record<string, string>
  binding?: Binding
}

/** ChirpStack 4's uplink. */
export function uplinkBody({ profile, name, eui = '0011223344556677', hex = '', at = 0, ...sent }: Sent) {
  return {
    deduplicationId: sent.id,
    time: new Date(RECEIVED_MS + at).toISOString(),
    deviceInfo: { deviceProfileName: profile, deviceName: name, devEui: eui, tags: sent.tags },
    devAddr: sent.devAddr ?? '00189440',
    fCnt: 'fCnt' in sent ? sent.fCnt : 1,
    fPort: sent.fPort ?? 85,
    data: Buffer.from(hex, 'hex').toString('base64'),
    object: sent.object,
  }
}

export function decodeOn(topic: string, body: unknown, memory: Memory = plainMemory(), at = 0, binding: Binding = {}) {
  const payload = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return decodeFamily(publishOf({ topic, payload, receivedAt: RECEIVED_MS + at, binding }), memory)
}

export function uplink(sent: Sent, memory: Memory = plainMemory()): Decoded {
  const { eui = '0011223344556677', at = 0, binding = {} } = sent
  return decodeOn(`application/app/device/${eui}/event/up`, uplinkBody(sent), memory, at, binding).decoded
}

/** `name=value` of each measurement. */
export const values = ({ measurements }: Pick<Decoded, 'measurements'>) =>
  measurements.map(({ name, value }) => `${name}=${value}`)

/** `code state` of each condition. */
export const states = ({ conditions }: Pick<Decoded, 'conditions'>) =>
  conditions.map(({ code, state }) => `${code} ${state}`)
