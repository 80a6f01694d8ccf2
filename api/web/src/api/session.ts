import type { Client } from './client.ts'
import type { Page, SessionInfo, SiteInfo } from './types.ts'

export const readSession = (client: Client) => client.get<SessionInfo>('session')
export const beginSession = (client: Client, token: string) => client.send<SessionInfo>('POST', 'session', { token })
export const endSession = (client: Client) => client.send<undefined>('DELETE', 'session')
export const listSites = (client: Client) => client.get<Page<SiteInfo>>('sites?limit=500')
