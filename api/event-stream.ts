import type { ServerResponse } from 'node:http'

/** A Server-Sent Events answer with bounds: what a client does not read is not kept for it without limit. */
export interface EventStream {
  readonly body: ReadableStream<Uint8Array>
  /** `id` is what the client resumes after. */
  send(event: string, data: unknown, id?: string): void
  close(): void
}

export interface EventStreamOptions {
  /** The socket's answer, destroyed when the client has stopped reading; absent without a socket. */
  outgoing: ServerResponse | undefined
  onClose: () => void
}

const QUEUE_MAX_BYTES = 1024 * 1024
const WRITE_TIMEOUT_MS = 5_000

export function createEventStream({ outgoing, onClose }: EventStreamOptions): EventStream {
  let queue: Uint8Array[] = []
  let queuedBytes = 0
  let waiting: ReadableStreamDefaultController<Uint8Array> | null = null
  let stalled: NodeJS.Timeout | null = null
  /** What a stream begins with, a snapshot or what was missed, may be longer than the queue of one that runs. */
  let begun = false
  let closed = false

  function close(): void {
    if (closed) return
    closed = true
    if (stalled) clearTimeout(stalled)
    queue = []
    onClose()
  }

  /** The client can come back and resume; it is not worth its memory while it does not read. */
  function drop(): void {
    close()
    outgoing?.destroy()
    waiting?.error(new Error('the client stopped reading'))
  }

  function take(): Uint8Array | null {
    if (queue.length === 0) return null
    begun = true
    const all = queue.length === 1 ? queue[0]! : Buffer.concat(queue)
    queue = []
    queuedBytes = 0
    if (stalled) clearTimeout(stalled)
    stalled = null
    return all
  }

  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const bytes = take()
        if (bytes !== null) return controller.enqueue(bytes)
        if (closed) return controller.close()
        waiting = controller
        return new Promise<void>((resolve) => (resume = resolve))
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  )
  let resume: (() => void) | null = null

  function send(event: string, data: unknown, id?: string): void {
    if (closed) return
    const text = `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    const bytes = Buffer.from(text)
    queue.push(bytes)
    queuedBytes += bytes.length
    if (waiting !== null) {
      const controller = waiting
      waiting = null
      controller.enqueue(take()!)
      resume?.()
    } else if (begun && queuedBytes > QUEUE_MAX_BYTES) {
      drop()
    } else {
      stalled ??= setTimeout(drop, WRITE_TIMEOUT_MS)
    }
  }

  return {
    body,
    send,
    close() {
      const controller = waiting
      close()
      controller?.close()
      resume?.()
    },
  }
}
