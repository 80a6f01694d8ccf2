import type { LiveEvent } from '../api/types.ts'
import { createFrameReader, liveEventOf } from './eventStream.ts'

/** The service states its time every 10 s: a stream silent for longer than two of those is dead, whatever TCP says. */
const SILENCE_MS = 25_000
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 15_000

export type ConnectionState = 'connecting' | 'live' | 'waiting'

export interface ConnectionOptions {
  /** Opens the stream; throws when it cannot. */
  open: (lastEventId: string | null, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>
  /** A new stream is open; its events follow. */
  onOpen: () => void
  /** Events that arrived together. */
  onEvents: (events: readonly LiveEvent[]) => void
  onState: (state: ConnectionState) => void
  /** In [0, 1). */
  random: () => number
  silenceMs?: number
  firstWaitMs?: number
}

export interface Connection {
  /** Ends a wait before the next try. */
  retryNow(): void
  /** Leaves the stream for a new one: nobody knows what became of it. */
  renew(): void
  close(): void
}

/**
 * Keeps one event stream open until closed: after every end or error it waits (doubling, with jitter, so that a hundred
 * screens do not return in the same instant) and goes on from the last event id.
 *
 * This reads the stream with `fetch` rather than `EventSource`, which hides the answer's status (a 401 must lead to the
 * login), gives up for good on some errors, and notices no silence.
 */
export function keepConnected(options: ConnectionOptions): Connection {
  const { open, onOpen, onEvents, onState, random, silenceMs = SILENCE_MS, firstWaitMs = FIRST_WAIT_MS } = options
  let closed = false
  let lastEventId: string | null = null
  let failures = 0
  let abort = new AbortController()
  let endWait: () => void = () => {}

  async function readOnce(): Promise<void> {
    abort = new AbortController()
    let watchdog: ReturnType<typeof setTimeout> | undefined
    const heard = () => {
      clearTimeout(watchdog)
      watchdog = setTimeout(() => abort.abort(), silenceMs)
    }
    try {
      heard()
      const body = await open(lastEventId, abort.signal)
      onOpen()
      onState('live')
      const reader = body.getReader()
      const decoder = new TextDecoder()
      const frames = createFrameReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done || closed) return
        heard()
        take(frames.push(decoder.decode(value, { stream: true })))
      }
    } finally {
      clearTimeout(watchdog)
      abort.abort()
    }
  }

  function take(frames: ReturnType<ReturnType<typeof createFrameReader>['push']>): void {
    if (frames.length === 0) return
    try {
      onEvents(frames.map(liveEventOf).filter((event) => event !== null))
    } catch (error) {
      // What cannot be read may be lost for good if skipped: start again from a snapshot.
      lastEventId = null
      throw error
    }
    lastEventId = frames[frames.length - 1]!.id ?? lastEventId
    failures = 0
  }

  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      endWait = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async function run(): Promise<void> {
    while (!closed) {
      onState('connecting')
      await readOnce().catch(() => undefined)
      if (closed) return
      onState('waiting')
      await wait(waitMsAfter(failures++, firstWaitMs, random))
    }
  }

  void run()
  return {
    retryNow: () => endWait(),
    renew() {
      abort.abort()
      endWait()
    },
    close() {
      closed = true
      abort.abort()
      endWait()
    },
  }
}

/** Doubles from `firstWaitMs` to 15 s; half of it is chance. */
export function waitMsAfter(failures: number, firstWaitMs: number, random: () => number): number {
  const fullMs = Math.min(LONGEST_WAIT_MS, firstWaitMs * 2 ** Math.min(failures, 16))
  return fullMs / 2 + (fullMs / 2) * random()
}
