import type { Client } from 'aedes'
import { MINUTE_MS, type MqttLogin } from '../rules/model.ts'

/** Who is connected, and how often a session published outside its rights. */
export interface Sessions {
  begin(client: Client, login: MqttLogin): void
  end(client: Client): void
  login(client: Client): MqttLogin | undefined
  /** Closes every session of a user name now. */
  cut(username: string): void
  /** Whether a login was made before its user was cut off. */
  isStale(login: MqttLogin, since: number): boolean
  cutCount(username: string): number
  connected(): number
  /** Counts one; `true` when that was too many in a minute. */
  offend(client: Client, now: number): boolean
}

const OFFENCES_A_MINUTE = 100

export function createSessions(): Sessions {
  const logins = new Map<Client, MqttLogin>()
  const byUser = new Map<string, Set<Client>>()
  const cuts = new Map<string, number>()
  const offences = new WeakMap<Client, { from: number; count: number }>()
  const cutCount = (username: string) => cuts.get(username) ?? 0

  return {
    begin(client, login) {
      logins.set(client, login)
      const clients = byUser.get(login.clientId) ?? new Set()
      byUser.set(login.clientId, clients.add(client))
    },
    end(client) {
      const login = logins.get(client)
      logins.delete(client)
      if (!login) return
      const clients = byUser.get(login.clientId)
      clients?.delete(client)
      if (clients?.size === 0) byUser.delete(login.clientId)
    },
    login: (client) => logins.get(client),
    cut(username) {
      cuts.set(username, cutCount(username) + 1)
      for (const client of [...(byUser.get(username) ?? [])]) client.conn.destroy()
    },
    isStale: (login, since) => cutCount(login.clientId) !== since,
    cutCount,
    connected: () => logins.size,
    offend(client, now) {
      const current = offences.get(client)
      const fresh = current === undefined || now - current.from >= MINUTE_MS
      const counted = fresh ? { from: now, count: 1 } : { from: current.from, count: current.count + 1 }
      offences.set(client, counted)
      return counted.count > OFFENCES_A_MINUTE
    },
  }
}
