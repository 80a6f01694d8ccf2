import type { News } from './facts.ts'
import type { Sent } from './premises.ts'

/** An answer of the API; `status` 0: none came. */
export interface Answer {
  status: number
  body: unknown
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The login of a device or gateway, as the service told it. */
export interface Login {
  username: string
  password: string
  clientId: string
}

/** A message on its way to a device. */
export interface ToDevice {
  topic: string
  payload: string
}

export type ProviderAnswer = 'well' | 'nothing' | 'error' | 'too_many'

/** What a run stands on: a service with its time, either moved by hand in this process or as it goes outside of it. */
export interface Ground {
  /** UTC, as the service has it. */
  now(): number
  /** Resolves at a moment, or earlier where something came to be known. Never goes back. */
  until(atMs: number): Promise<void>
  /** When the service itself has something to do; `Infinity` where it sees to that by itself. */
  nextMs(): Promise<number>
  /** Lets the service do what is due. */
  tick(): Promise<void>
  /** Resolves when all of it is acknowledged. @throws Error, in a sentence, where the broker is gone. */
  deliver(sent: readonly Sent[]): Promise<void>
  /** Below `/api/v1/`, by somebody's token; `null`: the admin's. */
  ask(as: string | null, method: Method, path: string, body?: unknown): Promise<Answer>
  /** What came to be known since it was last asked, in order. */
  news(): Promise<News[]>
  /** What was sent to devices since it was last asked. */
  toDevices(): ToDevice[]
  /** Whose token it is from now on. */
  knowToken(name: string, token: string): void
  /** By device or gateway. @throws Error, in a sentence, where they cannot connect. */
  knowLogins(logins: ReadonlyMap<string, Login>): Promise<void>
  /** How the providers of a channel answer from now on. @throws Error where they are real. */
  provider(channel: string, answers: ProviderAnswer): void
  /** The service ends and begins anew on its data. @throws Error where it is not ours to end. */
  restart(downMs: number): Promise<void>
  close(): Promise<void>
}
