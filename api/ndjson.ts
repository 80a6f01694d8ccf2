import { streamed } from './streamed.ts'

export const NDJSON_TYPE = 'application/x-ndjson'

/** An answer of one JSON value a line (newline-delimited JSON), streamed. */
export function ndjsonBody(lines: AsyncGenerator<unknown, void>): ReadableStream<Uint8Array> {
  return streamed(encoded(lines))
}

async function* encoded(lines: AsyncGenerator<unknown, void>): AsyncGenerator<Uint8Array, void> {
  for await (const line of lines) yield Buffer.from(ndjsonLine(line))
}

export const ndjsonLine = (value: unknown) => `${JSON.stringify(value)}\n`
