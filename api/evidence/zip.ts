import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'

export interface ZipEntry {
  /** Letters, digits, `.`, `_` and `-`, in folders by `/`. */
  name: string
  /** Asked for when all before it are written. */
  content: () => Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>
}

export const SUMS_NAME = 'SHA256SUMS'

/** A ZIP of these files and, after them, of their checksums in the form that `sha256sum -c` takes. */
export async function* zipOf(entries: readonly ZipEntry[], mtime: Date): AsyncGenerator<Uint8Array, void> {
  const zip = new ZipFile()
  const sums: string[] = []
  let open: Readable | null = null
  const add = (name: string, content: () => AsyncIterable<Uint8Array>) =>
    zip.addReadStreamLazy(name, { mtime }, (begin) => {
      open = Readable.from(content(), { objectMode: false })
      begin(null, open)
    })
  for (const entry of entries) add(entry.name, () => summed(entry, sums))
  add(SUMS_NAME, () => bytesOf(sums))
  const output = zip.outputStream as Readable
  zip.on('error', (error: Error) => output.destroy(error))
  zip.end()
  try {
    for await (const part of output) yield part as Uint8Array
  } finally {
    // The client may have gone away in the middle of a file.
    ;(open as Readable | null)?.destroy()
  }
}

async function* summed({ name, content }: ZipEntry, sums: string[]): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const part of bytesOf(content())) {
    hash.update(part)
    yield part
  }
  sums.push(`${hash.digest('hex')}  ${name}\n`)
}

async function* bytesOf(parts: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>) {
  for await (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part
}
