/** A client that does not read for so long is gone: what is made for it must not wait for ever. */
const READ_TIMEOUT_MS = 30_000

/**
 * An answer of many parts, the first made at once and each other when the client has read the one before. They end when
 * it goes away or reads nothing for 30 seconds.
 */
export function streamed(parts: AsyncGenerator<Uint8Array, void>): ReadableStream<Uint8Array> {
  let unread: NodeJS.Timeout | null = null
  const heed = () => {
    if (unread) clearTimeout(unread)
    unread = null
  }
  return new ReadableStream({
    async pull(controller) {
      heed()
      const part = await parts.next()
      if (part.done) return controller.close()
      controller.enqueue(part.value)
      unread = setTimeout(() => {
        controller.error(new Error('the client stopped reading'))
        void parts.return()
      }, READ_TIMEOUT_MS).unref()
    },
    async cancel() {
      heed()
      await parts.return()
    },
  })
}
