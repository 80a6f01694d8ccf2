import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Arrival {
  path: string
  /** The idempotency key: of a webhook its id, of a gateway its key. */
  id: string
  body: string
}

/** Answers 204 where a test says nothing else. */
export type Answering = (arrival: Arrival, response: ServerResponse) => void | Promise<void>

export const answerWith = (status: number, headers: Record<string, string> = {}): Answering => {
  return (_arrival, response) => void response.writeHead(status, headers).end()
}

/** Where notices go: a real HTTP server that keeps what came, in order, as a webhook's or a gateway's receiver. */
export async function startReceiver() {
  const arrivals: Arrival[] = []
  const receiver = {
    arrivals,
    url: '',
    answer: answerWith(204),
    /** Ids of what came to an address, each as often as it came. */
    idsAt: (path: string) => arrivals.filter((each) => each.path === path).map(({ id }) => id),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const key = request.headers['webhook-id'] ?? request.headers['idempotency-key']
      const arrival = { path: request.url ?? '', id: String(key), body: Buffer.concat(chunks).toString() }
      arrivals.push(arrival)
      void receiver.answer(arrival, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return receiver
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>
