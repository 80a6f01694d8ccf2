import { createFrameReader } from '../../api/web/src/live/eventStream.ts'
import type { AlarmView, TicketView } from '../../api/web/src/api/types.ts'
import type { Service } from '../../api/service.ts'
import { ADMIN_TOKEN } from './process.ts'

export interface LiveFrame {
  id: string | null
  event: string
  data: {
    serverTime: string
    ticket?: TicketView
    alarm?: AlarmView
    tickets?: TicketView[]
    alarms?: AlarmView[]
  }
}

export interface LiveClient {
  /** Everything that came. */
  readonly frames: readonly LiveFrame[]
  readonly ended: boolean
  /** Resolves with the first frame that fits, also one that came already. */
  until(fits: (frame: LiveFrame) => boolean): Promise<LiveFrame>
  close(): Promise<void>
}

/** Reads the live stream without a socket. */
export async function openLive(
  service: Service,
  {
    token = ADMIN_TOKEN,
    cookie,
    lastEventId,
  }: { token?: string; cookie?: string; lastEventId?: string | undefined } = {},
): Promise<LiveClient> {
  const headers = new Headers(cookie === undefined ? { authorization: `Bearer ${token}` } : { cookie })
  if (lastEventId !== undefined) headers.set('last-event-id', lastEventId)
  const response = await service.fetch(new Request('http://localhost/api/v1/live', { headers }))
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  const framer = createFrameReader()
  const frames: LiveFrame[] = []
  let ended = false
  let wake: () => void = () => undefined
  const reading = (async () => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      for (const { id, event, data } of framer.push(decoder.decode(value, { stream: true }))) {
        frames.push({ id, event, data: JSON.parse(data) as LiveFrame['data'] })
      }
      wake()
    }
  })()
    .catch(() => undefined)
    .finally(() => {
      ended = true
      wake()
    })
  return {
    frames,
    get ended() {
      return ended
    },
    async until(fits) {
      for (;;) {
        const found = frames.find(fits)
        if (found) return found
        if (ended) throw new Error('the stream ended first')
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    async close() {
      await reader.cancel().catch(() => undefined)
      await reading
    },
  }
}
