import { type SeededRandom, seededRandom } from '../../random.ts'
import type { Address, Values } from '../language.ts'
import type { Frame, Layout } from './layout.ts'

/** Who a device is in its network: the same for the same address, whatever the seed. */
export interface Node {
  address: Address
  layout: Layout
  /** 16 hex digits in lower case. */
  eui: string
  joinEui: string
  /** The application of its network server, a UUID, and where that counts them, a number. */
  application: { id: string; number: number }
  tenantId: string
  profileId: string
  /** EUI of the radio gateway that hears it. */
  heardBy: string
}

/** One uplink as its network server received it. */
export interface Uplink extends Frame {
  fCnt: number
  devAddr: string
  /** Begun anew with each join. */
  sessionKeyId: string
  /** Of the uplink, whichever gateways heard it. */
  id: string
  uplinkId: number
  atMs: number
  radio: Radio
}

export interface Radio {
  rssi: number
  snr: number
  /** 0 to 5: spreading factor 12 to 7. */
  dataRate: number
  hertz: number
}

export function hexOf(random: SeededRandom, digits: number): string {
  let hex = ''
  while (hex.length < digits) hex += random.integer(0, 0xffff_ffff).toString(16).padStart(8, '0')
  return hex.slice(0, digits)
}

export function uuidOf(random: SeededRandom): string {
  const hex = hexOf(random, 32)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
}

const named = (...names: string[]) => seededRandom(`lorawan/${names.join('/')}`)

/** The application that a gateway's devices belong to. */
export function applicationOf(gateway: string): Node['application'] {
  const random = named('application', gateway)
  return { id: uuidOf(random), number: random.integer(1, 99) }
}

export const euiOf = ({ site, id }: Address, { oui }: Layout): string =>
  oui + hexOf(named('device', site, id), 16 - oui.length)

export function nodeOf(address: Address, layout: Layout): Node {
  const network = gatewayOf(address)
  return {
    address,
    layout,
    eui: euiOf(address, layout),
    joinEui: `${layout.oui}${'0'.repeat(15 - layout.oui.length)}1`,
    application: applicationOf(network),
    tenantId: uuidOf(named('tenant', network)),
    profileId: uuidOf(named('profile', network, layout.id)),
    heardBy: `24e124fffe${hexOf(named('gateway', network), 6)}`,
  }
}

/** A network server publishes for its devices; without a name of its own it goes by its site. */
export const gatewayOf = ({ gateway, site }: Address): string => gateway ?? site

/** Channels of CN470, in Hz. */
const CHANNELS = [470_300_000, 470_500_000, 470_700_000, 470_900_000, 471_100_000, 471_300_000, 471_500_000]
const NOISE_DBM = -117
/** Above it a receiver tells no more. */
const SNR_MAX_DB = 10

/** How an uplink is heard; a device that does not know it itself is always heard alike. */
export function radioOf(values: Values, usualRssi: number, random: SeededRandom): Radio {
  const rssi = typeof values['rssi'] === 'number' ? values['rssi'] : usualRssi
  const snr = Math.round(Math.min(SNR_MAX_DB, (rssi - NOISE_DBM) / 3) * 10) / 10
  const dataRate = Math.min(5, Math.max(0, Math.floor((rssi - NOISE_DBM) / 4)))
  return { rssi, snr, dataRate, hertz: random.pick(CHANNELS) }
}
