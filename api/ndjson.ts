/** A client that does not read for so long is gone: what is made for it must not wait for ever. */
const READ_TIMEOUT_MS = 30_000

export const NDJSON_TYPE = 'application/x-ndjson'

/**
 * An answer of one JSON value a line (newline-delimited JSON), the first made at once and each other when the client
 * has read the one before. The lines end when it goes away or reads nothing for 30 seconds.
 */
export function ndjsonBody(lines: AsyncGenerator<unknown, void>): ReadableStream<Uint8Array> {
  let unread: NodeJS.Timeout | null = null
  const heed = () => {
    if (unread) clearTimeout(unread)
    unread = null
  }
  return new ReadableStream({
    async pull(controller) {
      heed()
      const line = await lines.next()
      if (line.done) return controller.close()
      controller.enqueue(Buffer.from(`${JSON.stringify(line.value)}\n`))
      unread = setTimeout(() => {
        controller.error(new Error('the client stopped reading'))
        void lines.return()
      }, READ_TIMEOUT_MS).unref()
    },
    async cancel() {
      heed()
      await lines.return()
    },
  })
}
