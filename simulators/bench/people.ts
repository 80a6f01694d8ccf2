import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ask } from './service.ts'

/** A team looks after so many sites: two on duty who can do it, and three to be told after them. */
const SITES_OF_TEAM = 10
const MEMBERS = [
  { name: 'first', roles: [] },
  { name: 'second', roles: [] },
  { name: 'supervisor', roles: ['supervisor'] },
  { name: 'engineer', roles: ['engineering_manager'] },
  { name: 'manager', roles: ['general_manager'] },
]
const ALL_DAY = { from: '00:00', to: '00:00' }

export const WEBHOOK_PATH = '/webhook'
export const CALL_PATH = '/call'

const siteName = (index: number) => `bench-site-${String(index + 1).padStart(4, '0')}`

export async function addSites(ask: Ask, count: number): Promise<string[]> {
  const sites = Array.from({ length: count }, (_, index) => siteName(index))
  for (const id of sites) await ask('POST', 'sites', { id, name: id })
  return sites
}

/** After an edit of rosters or a start so many sites' duty is looked at in a second: that is no part of a load. */
const SITES_A_SECOND = 20
const CALM_AFTER_MS = 3_000

export const untilCalm = (sites: number, signal?: AbortSignal): Promise<unknown> =>
  sleep(CALM_AFTER_MS + (sites / SITES_A_SECOND) * 1_000, undefined, signal ? { signal } : {})

/**
 * The channels of a property to a receiver on this machine, a webhook that hears of every ticket and a gateway for text
 * messages to people; and the people themselves, round the clock.
 */
export async function addPeople(ask: Ask, sites: readonly string[], receiver: string): Promise<void> {
  await ask('POST', 'channels', {
    ...{ id: 'webhook', name: 'webhook', kind: 'webhook', broadcasts: ['ticket.opened'] },
    options: { url: receiver + WEBHOOK_PATH },
    secrets: { secret: `whsec_${randomBytes(32).toString('base64')}` },
  })
  const body = '{"to":"{{phone}}","text":"{{text}}"}'
  await ask('POST', 'channels', {
    id: 'sms',
    name: 'sms',
    kind: 'http_sms',
    options: { url: receiver + CALL_PATH, body },
  })
  for (let from = 0; from < sites.length; from += SITES_OF_TEAM) {
    await addTeam(ask, sites.slice(from, from + SITES_OF_TEAM), from / SITES_OF_TEAM)
  }
}

async function addTeam(ask: Ask, sites: readonly string[], team: number): Promise<void> {
  const idOf = (name: string) => `team-${team}-${name}`
  for (const [place, { name, roles }] of MEMBERS.entries()) {
    const phone = `138${String(team * MEMBERS.length + place).padStart(8, '0')}`
    const skills = roles.length === 0 ? ['water'] : []
    await ask('POST', 'responders', { id: idOf(name), name: idOf(name), sites, skills, roles, phone })
  }
  const turns = [{ responders: [idOf('first'), idOf('second')] }]
  const rotation = { id: 'all', name: 'all', startsOn: '2026-01-01', turnDays: 1, turns, shift: ALL_DAY }
  await ask('POST', 'rosters', {
    ...{ id: `team-${team}`, name: `team ${team}`, sites, skills: ['water'] },
    rotations: [rotation],
  })
}
