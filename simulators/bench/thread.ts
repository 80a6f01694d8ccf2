import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { LoadJob, LoadResult } from './generator.ts'
import { packageRoot } from '../package-root.ts'

export type FromWorker =
  { kind: 'started' } | { kind: 'result'; result: LoadResult } | { kind: 'failed'; reason: string }

export interface RunningLoad {
  /** Resolves when every connection is logged in and the warm-up is over. */
  started: Promise<void>
  /** Resolves when the job is over and everything sent is acknowledged. Rejects with why it failed. */
  result: Promise<LoadResult>
  /** Ends the measured time. */
  stop(): void
}

/** Starts a job on a thread of its own, so that what this thread does takes no time from it. */
export function startLoad(job: LoadJob, signal?: AbortSignal): RunningLoad {
  signal?.throwIfAborted()
  const worker = new Worker(join(packageRoot(), 'dist/simulators/bench/worker.js'), { workerData: job })
  const end = () => void worker.terminate()
  signal?.addEventListener('abort', end, { once: true })

  let markStarted: () => void = () => undefined
  const startedOnce = new Promise<void>((resolve) => (markStarted = resolve))
  const result = new Promise<LoadResult>((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      switch (message.kind) {
        case 'started':
          return markStarted()
        case 'result':
          return resolve(message.result)
        case 'failed':
          return reject(new Error(`load with ${job.clients.length} connections: ${message.reason}`))
      }
    })
    worker.on('error', reject)
    worker.on('exit', () => {
      signal?.removeEventListener('abort', end)
      reject(signal?.aborted ? (signal.reason as Error) : new Error('the load generator ended without a result'))
    })
  })
  const started = Promise.race([startedOnce, result.then(() => undefined)])
  for (const promise of [started, result]) promise.catch(() => undefined)
  return { started, result, stop: () => worker.postMessage('stop') }
}

/** Runs a job that ends by itself. */
export function runLoad(job: LoadJob, signal?: AbortSignal): Promise<LoadResult> {
  return startLoad(job, signal).result
}
