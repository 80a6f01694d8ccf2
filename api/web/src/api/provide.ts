import { inject } from 'vue'
import type { InjectionKey } from 'vue'
import type { Client } from './client.ts'

export const clientKey: InjectionKey<Client> = Symbol('client')

export function useClient(): Client {
  const client = inject(clientKey)
  if (!client) throw new Error('no client provided')
  return client
}
