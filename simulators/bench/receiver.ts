import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A web server on this machine that takes every notice and answers 200 at once. */
export interface Receiver {
  url: string
  stop(): Promise<void>
}

/** `onNotice` is told of each request that has been read: its path, its body, and when, at `now` of `performance`. */
export async function startReceiver(
  onNotice: (notice: { path: string; body: string; at: number }) => void,
): Promise<Receiver> {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      onNotice({ path: request.url ?? '', body, at: performance.now() })
      response.end()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
