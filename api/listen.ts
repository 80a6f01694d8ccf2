import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}

/** The real one; 0 before it listens. */
export const portOf = (server: Server): number => (server.address() as AddressInfo | null)?.port ?? 0

export const addressOf = (scheme: 'http' | 'mqtt', host: string, port: number): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
