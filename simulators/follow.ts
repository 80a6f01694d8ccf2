/** The service's live stream, as a program outside reads it. */
import { setTimeout as sleep } from 'node:timers/promises'

export interface LiveEvent {
  event: string
  data: unknown
}

export interface FollowOptions {
  /** As `http://host:port`. */
  httpUrl: string
  token: string
  /** Ends it. */
  signal: AbortSignal
  onEvent: (event: LiveEvent) => void
  /** Why the stream broke off; it is connected anew, from a snapshot, as often as needed. */
  onTrouble: (reason: string) => void
}

/** The stream tells the time every ten seconds: longer silence than this means that it is dead. */
const STREAM_SILENT_MS = 35_000
const FOLLOW_AGAIN_MS = 1_000

/** Hands over events until the signal. */
export async function followService({ httpUrl, token, signal, onEvent, onTrouble }: FollowOptions): Promise<void> {
  while (!signal.aborted) {
    try {
      await readStream(httpUrl, token, signal, onEvent)
    } catch (error) {
      if (!signal.aborted) onTrouble((error as Error).message)
    }
    await sleep(FOLLOW_AGAIN_MS, undefined, { signal }).catch(() => undefined)
  }
}

async function readStream(
  httpUrl: string,
  token: string,
  signal: AbortSignal,
  onEvent: (event: LiveEvent) => void,
): Promise<void> {
  const silence = new AbortController()
  let alarm = setTimeout(() => silence.abort(), STREAM_SILENT_MS)
  try {
    const response = await fetch(new URL('/api/v1/live', httpUrl), {
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
      signal: AbortSignal.any([signal, silence.signal]),
    })
    if (!response.ok || !response.body) {
      throw new Error(`the live stream was answered ${response.status}: ${await sentenceOf(response)}`)
    }
    let waiting = ''
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      clearTimeout(alarm)
      alarm = setTimeout(() => silence.abort(), STREAM_SILENT_MS)
      const blocks = (waiting + text).split(/\r?\n\r?\n/)
      waiting = blocks.pop() ?? ''
      for (const event of blocks.map(parseLiveEvent)) if (event) onEvent(event)
    }
    if (!signal.aborted) throw new Error('the live stream ended')
  } finally {
    clearTimeout(alarm)
  }
}

/** One block of a Server-Sent Events stream, or `null` for a comment. */
export function parseLiveEvent(block: string): LiveEvent | null {
  let event = 'message'
  const data: string[] = []
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith('event:')) event = line.slice(6).trim()
    if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
  }
  return data.length === 0 ? null : { event, data: JSON.parse(data.join('\n')) as unknown }
}

/** What an answer other than 2xx says for itself. */
export async function sentenceOf(response: Response): Promise<string> {
  const text = await response.text()
  try {
    const problem = JSON.parse(text) as { title?: string; detail?: string }
    return problem.detail ?? problem.title ?? response.statusText
  } catch {
    return response.statusText
  }
}
