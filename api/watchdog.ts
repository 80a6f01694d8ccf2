/** Calls a URL while the service is well, so that somebody else notices when the calls stay away. */
export interface Watchdog {
  /** At every check of deadlines: it calls when it is time to. Never throws, and waits for no answer. */
  check(): void
  /** `null` when the last call was answered well, else what is wrong. */
  trouble(): string | null
  /** Ends a call that runs; resolves when it has. */
  stop(): Promise<void>
}

export interface WatchdogOptions {
  url: string
  everyMs: number
  now: () => number
  isWell: () => boolean
  onResult: (result: 'answered' | 'failed') => void
  /** Told when it begins to fail, when it fails for another reason, and with `null` when it is well again. */
  onTrouble: (trouble: string | null) => void
}

const ANSWER_WITHIN_MS = 10_000

/**
 * The first check calls, and the next one `everyMs` later. It has no timer of its own on purpose: a service that no
 * longer meets its deadlines makes no calls.
 */
export function createWatchdog({ url, everyMs, now, isWell, onResult, onTrouble }: WatchdogOptions): Watchdog {
  const ending = new AbortController()
  let calling: Promise<void> | null = null
  let calledAt = -Infinity
  let trouble: string | null = null

  async function call(): Promise<void> {
    const found = await askOnce(url, AbortSignal.any([ending.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]))
    if (ending.signal.aborted) return
    onResult(found === null ? 'answered' : 'failed')
    if (found !== trouble) onTrouble(found)
    trouble = found
  }

  return {
    check() {
      const at = now()
      if (calling !== null || ending.signal.aborted || at - calledAt < everyMs || !isWell()) return
      calledAt = at
      calling = call().finally(() => (calling = null))
    },
    trouble: () => trouble,
    async stop() {
      ending.abort()
      await calling
    },
  }
}

/** `null`, or why not: never the URL itself, which may be a secret. */
async function askOnce(url: string, signal: AbortSignal): Promise<string | null> {
  try {
    const response = await fetch(url, { signal, redirect: 'manual', headers: { 'user-agent': 'shifen' } })
    await response.body?.cancel()
    return response.ok ? null : `it answered ${response.status}`
  } catch (error) {
    if (!(error instanceof Error)) return String(error)
    if (error.name === 'TimeoutError') return `no answer within ${ANSWER_WITHIN_MS / 1_000} s`
    const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException
    return `no connection (${code ?? message})`
  }
}
