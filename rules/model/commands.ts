/** What a device is told to do, and what came of it. */

/**
 * `sent` is the one that is still open: sent again until the device answers or time is up. `superseded` by an opposite
 * one; `refused`: a rule asked for it and there is no way to send it.
 */
export const CONTROL_STATES = ['sent', 'done', 'failed', 'expired', 'superseded', 'refused'] as const
export type ControlState = (typeof CONTROL_STATES)[number]

export type ControlArgs = Readonly<Record<string, unknown>>

/** A command to one device (控制命令). Settled once and for all, but for a reply that comes after it expired. */
export interface ControlCommand {
  id: string
  device: string
  /** Where the device was then: whose rights cover the command. */
  site: string
  command: string
  args: ControlArgs
  state: ControlState
  /** Times sent. */
  attempts: number
  /** When it was last sent; `null`: never. */
  sentAt: number | null
  /** When it is sent again or expires; `null` once it is settled. */
  nextAt: number | null
  expiresAt: number
  createdAt: number
  settledAt: number | null
  /** What the device answered, or in words why it ended otherwise; `null` where its own state confirmed it. */
  reply: string | null
  /** A person's name; `null` where a rule asked. */
  requestedBy: string | null
  rule: string | null
  alarm: string | null
  ticket: string | null
}

/** What a rule sends when its alarm is raised. Closing is the safe side: no rule opens a valve. */
export interface RuleCommand {
  kind: 'valve'
  name: 'close'
  /** Every device of that kind of the same site whose zone is the alarming device's; without a zone none. */
  scope: 'zone'
}
