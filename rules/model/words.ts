/** The words of the house and what has them: kinds, states, sites, devices, people. */

export const DEVICE_KINDS = [
  'water_leak',
  'elevator',
  'power_meter',
  'gateway',
  'valve',
  'rain_gauge',
  'pump',
  'door',
  'unknown',
] as const
export type DeviceKind = (typeof DEVICE_KINDS)[number]

/** Most urgent first. */
export const PRIORITIES = ['critical', 'high', 'medium', 'low'] as const
export type Priority = (typeof PRIORITIES)[number]

export const ALARM_STATES = ['normal', 'unacked', 'acked', 'rtn_unacked'] as const
export type AlarmState = (typeof ALARM_STATES)[number]

/** Why an alarm neither notifies nor opens tickets: a person's wish, its design, or work on what it watches. */
export const MUTE_KINDS = ['out_of_service', 'shelved', 'suppressed'] as const
export type MuteKind = (typeof MUTE_KINDS)[number]

export const TICKET_STATES = [
  'pending_dispatch',
  'assigned',
  'accepted',
  'en_route',
  'on_site',
  'on_hold',
  'completed',
  'signed_off',
  'closed',
  'cancelled',
] as const
export type TicketState = (typeof TICKET_STATES)[number]

/** Work is still owed in these: an alarm of the same problem joins the ticket instead of opening another. */
export const WORKING_STATES = [
  'pending_dispatch',
  'assigned',
  'accepted',
  'en_route',
  'on_site',
  'on_hold',
] as const satisfies readonly TicketState[]

export const TICKET_CATEGORIES = ['water_leak', 'elevator', 'power', 'device', 'other'] as const
/** One of `TICKET_CATEGORIES`, or what a site adds. */
export type TicketCategory = string

export const MILESTONES = [
  'respond',
  'dispatch',
  'accept',
  'arrive',
  'first_handling',
  'complete',
  'follow_up',
] as const
export type Milestone = (typeof MILESTONES)[number]

export const CLOCK_STATES = ['running', 'met', 'breached', 'met_late', 'cancelled'] as const
export type ClockState = (typeof CLOCK_STATES)[number]

export const ROLES = ['admin', 'engineer', 'dispatcher', 'responder', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/** Who did what nobody asked for. */
export const SYSTEM = 'system'
/** Who is told of as having done what a resident does by himself, without a login. */
export const RESIDENT_NAME = 'resident'

/** Who asks. `sites` is `null` for all sites. */
export interface Principal {
  id: string
  name: string
  role: Role
  sites: readonly string[] | null
}

export interface Site {
  id: string
  name: string
  timezone: string
  /** Of its service desk, as people dial it; empty: not told. */
  phone: string
  /** Whether residents may report on its public page. */
  publicReports: boolean
}

/** A site without a page for its residents, unless it is told otherwise. */
export type NewSite = Pick<Site, 'id' | 'name' | 'timezone'> & Partial<Site>

export interface Device {
  /** Row number: short, never reused; what the journal refers to. */
  key: number
  id: string
  site: string
  kind: DeviceKind
  name: string
  location: string
  building: string | null
  /** Devices of one zone belong together: a leak closes the valve of its zone. */
  zone: string | null
  createdAt: number
  retiredAt: number | null
  /** How its family calls it, `family:id`; `null` where the device was added by hand. */
  identity: string | null
  /** The gateway or outside broker that it was discovered behind. */
  gateway: string | null
  family: string | null
  vendor: string | null
  model: string | null
  /** When a person said where it is; `null` for a discovered device until then. */
  placedAt: number | null
  /** After so long without a word it is silent; `null`: what its kind's rule says. */
  silenceMs: number | null
  /** The row number of the device that it was merged into. */
  mergedInto: number | null
  /** A person's own words for it, which rules may name. */
  tags: readonly string[]
}

/** A credential for many devices, which are discovered by what they say. */
export interface Gateway {
  id: string
  site: string
  /** MQTT topic filters that it may publish and subscribe to. */
  topics: readonly string[]
  createdAt: number
}
