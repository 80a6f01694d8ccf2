import type { DecodedTime } from '../../../rules/model.ts'
import { field, isObject, type JsonObject } from '../family.ts'
import { NO_TIME, writtenTime } from '../times.ts'

/** What the network servers' JSON has in common: EUIs, payloads, receptions, times. */

const EUI = /^[0-9a-f]{16}$/
const PADDED_BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const HEX = /^(?:[0-9a-f]{2})*$/i
const DEVICE_LENGTH_MAX = 128
/** LoRaWAN carries 242 bytes at most. */
const WRITTEN_LENGTH_MAX = 1_024

export const textOf = (raw: unknown): string | null => (typeof raw === 'string' && raw.trim() !== '' ? raw : null)

/** An object's field that is an object, else an empty one. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = field(object, key)
  return isObject(value) ? value : {}
}

/** The EUI in lower case (Protobuf's JSON has base64); what is none as it is, with a warning; `null` for nothing. */
export function deviceOf(raw: unknown, warnings: string[]): string | null {
  const text = textOf(raw)
  if (text === null || text.length > DEVICE_LENGTH_MAX) return null
  const eui = text.toLowerCase()
  if (EUI.test(eui)) return eui
  if (/^[A-Za-z0-9+/]{11}=$/.test(text)) return Buffer.from(text, 'base64').toString('hex')
  const bare = eui.replace(/[:-]/g, '')
  if (EUI.test(bare)) return bare
  warnings.push('invalid_dev_eui')
  return text
}

export interface Written {
  written: string
  bytes: Buffer | null
}

/** The payload's bytes from how they are written; `null` with a warning where they cannot be read. */
export function payloadOf(raw: unknown, encoding: 'base64' | 'hex', warnings: string[]): Written {
  if (typeof raw !== 'string') return { written: '', bytes: null }
  if (raw.length > WRITTEN_LENGTH_MAX) {
    warnings.push('payload_too_long')
    return { written: raw.slice(0, WRITTEN_LENGTH_MAX), bytes: null }
  }
  const valid = encoding === 'base64' ? PADDED_BASE64.test(raw) : HEX.test(raw)
  if (!valid) warnings.push(`invalid_${encoding}`)
  return { written: raw, bytes: valid ? Buffer.from(raw, encoding) : null }
}

/** A counter or port: a number, or a text that is one. */
export function countOf(raw: unknown): number | null {
  const number = typeof raw === 'string' && /^\d{1,10}$/.test(raw.trim()) ? Number(raw) : raw
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null
}

const RECEPTIONS_LOOKED_AT = 100

/** The reception by the gateway that heard best. Some servers give one object instead of a list. */
export function bestReception(raw: unknown): JsonObject {
  if (isObject(raw)) return raw
  if (!Array.isArray(raw)) return {}
  let best: JsonObject = {}
  let bestRssi = -Infinity
  for (const each of raw.slice(0, RECEPTIONS_LOOKED_AT) as unknown[]) {
    if (!isObject(each)) continue
    const rssi = field(each, 'rssi')
    const heard = typeof rssi === 'number' ? rssi : -Infinity
    if (bestRssi !== -Infinity && heard <= bestRssi) continue
    best = each
    bestRssi = heard
  }
  return best
}

/** The first of the times that can be read, by who took it. */
export function receptionTime(network: readonly unknown[], gateway: readonly unknown[]): DecodedTime {
  for (const raw of network) {
    const { device } = writtenTime(raw)
    if (device !== null) return { device, basis: 'network_rx', raw }
  }
  for (const raw of gateway) {
    const { device } = writtenTime(raw)
    if (device !== null) return { device, basis: 'gateway_rx', raw }
  }
  return NO_TIME
}
