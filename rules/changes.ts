import type { Alarm, ControlCommand, Device, Drill, Milestone, PlanKind, Sending, Site, Ticket } from './model.ts'
import type { AlarmEvent } from './alarms/machine.ts'

/** `called`: its ladder asked more people to take it, or to see to it. */
export type TicketChange = 'opened' | 'joined' | 'moved' | 'edited' | 'breached' | 'commanded' | 'called'

/** What changed, told after its commit. A ticket or alarm is whole, as it is now. */
export type Change =
  | { type: 'alarm'; alarm: Alarm; events: readonly AlarmEvent[] }
  | { type: 'ticket'; ticket: Ticket; what: TicketChange }
  | { type: 'breach'; ticket: string; milestone: Milestone }
  | { type: 'device'; device: Device; what: 'provisioned' | 'discovered' | 'updated' | 'retired' | 'adopted' }
  /** A login has ended: its sessions must. */
  | { type: 'credential'; username: string }
  /** A command that was sent, sent again or settled; `sending` is to go out now. */
  | { type: 'control'; command: ControlCommand; sending: Sending | null }
  /** It began or ended. */
  | { type: 'drill'; drill: Drill }
  | { type: 'site'; site: Site }
  | { type: 'mapping'; id: string }
  | { type: 'rule'; id: string }
  | { type: 'plan'; kind: PlanKind; id: string }
  | { type: 'notice' }

export type Listener = (changes: readonly Change[]) => void

export interface Changes {
  publish(changes: readonly Change[]): void
  /** Answers how to stop listening. */
  subscribe(listener: Listener): () => void
}

/** A listener that throws is the listener's fault and stops nobody else; `onError` is told. */
export function createChanges(onError: (error: unknown) => void): Changes {
  const listeners = new Set<Listener>()
  return {
    publish(changes) {
      if (changes.length === 0) return
      for (const listener of listeners) {
        try {
          listener(changes)
        } catch (error) {
          onError(error)
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
