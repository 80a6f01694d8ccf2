import type { DeviceKind } from '../model.ts'

export interface Control {
  /** A newer one ends an older one of these that is still open: the last word counts. */
  opposite?: string
  /** Whoever only dispatches may do it as well: it is the safe side, and at night nobody else is there. */
  dispatcherMay?: boolean
  /** What a device reports once it has done it; a reply that got lost is made good by that. */
  confirmedBy: { condition: string; state: 'active' | 'cleared' } | 'measurements'
}

/** What a kind can be told to do. What is not here accepts no commands: no lift is moved from afar. */
const CONTROLS: Partial<Record<DeviceKind, Readonly<Record<string, Control>>>> = {
  valve: {
    open: { opposite: 'close', confirmedBy: { condition: 'valve.open', state: 'active' } },
    close: { opposite: 'open', dispatcherMay: true, confirmedBy: { condition: 'valve.open', state: 'cleared' } },
  },
  power_meter: {
    read: { confirmedBy: 'measurements' },
  },
}

export function controlOf(kind: DeviceKind, command: string): Control | undefined {
  const own = CONTROLS[kind] ?? {}
  return Object.hasOwn(own, command) ? own[command] : undefined
}

/** Why a kind does not take a command, in words; `null` where it does. */
export function controlFault(kind: DeviceKind, command: string): string | null {
  if (controlOf(kind, command) !== undefined) return null
  const accepted = Object.keys(CONTROLS[kind] ?? {})
  if (accepted.length === 0) return `a device of the kind ${kind} accepts no commands`
  return `a device of the kind ${kind} accepts ${accepted.join(' and ')}, not ${command}`
}
