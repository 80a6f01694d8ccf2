import { vi } from 'vitest'

/** Waits until it holds: a busy machine may take seconds over what takes milliseconds. */
export const eventually = <T>(holds: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(holds, { timeout: 10_000, interval: 10 })
