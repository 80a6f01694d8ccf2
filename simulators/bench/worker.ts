import { parentPort, workerData } from 'node:worker_threads'
import { generate, type LoadJob } from './generator.ts'
import type { FromWorker } from './thread.ts'

/** The generator's own thread: runs the one job it was started with; any message ends the measured time. */
const port = parentPort
if (!port) throw new Error('the generator runs in a worker thread')

const tell = (message: FromWorker) => port.postMessage(message)
const stopped = new Promise<void>((resolve) => port.once('message', () => resolve()))

try {
  const result = await generate(workerData as LoadJob, { stopped, onStarted: () => tell({ kind: 'started' }) })
  tell({ kind: 'result', result })
} catch (error) {
  tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) })
}
port.close()
