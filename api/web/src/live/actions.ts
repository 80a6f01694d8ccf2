import { inject, reactive } from 'vue'
import type { InjectionKey } from 'vue'
import type { TicketAction } from '../../../../rules/model.ts'
import { actOnAlarm } from '../api/alarms.ts'
import type { AlarmActionBody } from '../api/alarms.ts'
import { ApiProblem } from '../api/client.ts'
import type { Client, Told } from '../api/client.ts'
import { newIdempotencyKey } from '../api/idempotencyKey.ts'
import { actOnTicket } from '../api/tickets.ts'
import type { Action, AlarmAction, TicketActionBody } from '../api/types.ts'
import type { LiveStore } from './store.ts'

/** How the last action on a ticket or an alarm went. `problem` is `null` where the service could not be reached. */
export type Attempt = { kind: 'pending'; action: Action } | { kind: 'failed'; action: Action; problem: Told | null }

export interface Actions {
  /** The attempt that is running or has failed for this ticket or alarm. */
  attempt(id: string): Attempt | null
  forget(id: string): void
  /** Resolves to whether it was done; a failure is kept as the subject's attempt. */
  onTicket(id: string, action: TicketAction, body: TicketActionBody): Promise<boolean>
  onAlarm(id: string, action: AlarmAction, body?: AlarmActionBody): Promise<boolean>
}

export const actionsKey: InjectionKey<Actions> = Symbol('actions')

export function useActions(): Actions {
  const actions = inject(actionsKey)
  if (!actions) throw new Error('no actions provided')
  return actions
}

export function createActions(client: Client, live: Pick<LiveStore, 'takeTicketAnswer' | 'takeAlarmAnswer'>): Actions {
  const attempts = reactive(new Map<string, Attempt>())
  // Keys of requests whose outcome is not known: asking for the same again is then the same request.
  const openKeys = new Map<string, string>()

  async function attemptOnce<T>(
    id: string,
    action: Action,
    body: TicketActionBody | AlarmActionBody,
    send: (idempotencyKey: string) => Promise<T>,
    take: (answer: T) => void,
  ): Promise<boolean> {
    if (attempts.get(id)?.kind === 'pending') return false
    const intent = JSON.stringify([id, action, body])
    const idempotencyKey = openKeys.get(intent) ?? newIdempotencyKey(crypto)
    openKeys.set(intent, idempotencyKey)
    attempts.set(id, { kind: 'pending', action })
    try {
      take(await send(idempotencyKey))
      openKeys.delete(intent)
      attempts.delete(id)
      return true
    } catch (error) {
      const refused = error instanceof ApiProblem
      if (refused) openKeys.delete(intent)
      attempts.set(id, {
        kind: 'failed',
        action,
        problem: refused ? error.told : null,
      })
      return false
    }
  }

  return {
    attempt: (id) => attempts.get(id) ?? null,
    forget: (id) => attempts.delete(id),
    onTicket: (id, action, body) =>
      attemptOnce(
        id,
        action,
        body,
        (key) => actOnTicket(client, id, action, body, key),
        // Rework answers with the new ticket, which the stream brings.
        (ticket) => live.takeTicketAnswer(ticket),
      ),
    onAlarm: (id, action, body = {}) =>
      attemptOnce(
        id,
        action,
        body,
        (key) => actOnAlarm(client, id, action, body, key),
        (alarm) => live.takeAlarmAnswer(alarm),
      ),
  }
}
