import { get, type IncomingMessage } from 'node:http'

export interface StreamEvent {
  event: string
  data: string
}

export interface LiveStream {
  close(): void
}

/** Reads Server-Sent Events from text that is cut anywhere; comments, ids and retry times are passed over. */
export function createEventReader(onEvent: (event: StreamEvent) => void): (text: string) => void {
  let rest = ''
  let event = ''
  let data: string[] = []
  return (text) => {
    rest += text
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end).replace(/\r$/, '')
      rest = rest.slice(end + 1)
      if (line === '') {
        if (data.length > 0) onEvent({ event: event || 'message', data: data.join('\n') })
        event = ''
        data = []
      } else if (line.startsWith('event:')) event = line.slice(6).trimStart()
      else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
    }
  }
}

/**
 * Opens a live stream; resolves when its first event (the snapshot) has been read. `onFailure` is told when the stream
 * ends afterwards without having been closed here.
 */
export function openStream(
  url: string,
  token: string,
  onEvent: (event: StreamEvent) => void,
  onFailure: (error: Error) => void,
): Promise<LiveStream> {
  return new Promise((resolve, reject) => {
    let closed = false
    const fail = (error: Error) => {
      if (closed) return
      reject(error)
      onFailure(error)
    }
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' }
    const request = get(url, { headers, agent: false }, (response: IncomingMessage) => {
      if (response.statusCode !== 200) {
        fail(new Error(`the live stream was answered ${response.statusCode}`))
        request.destroy()
        return
      }
      const stream = {
        close() {
          closed = true
          request.destroy()
        },
      }
      const read = createEventReader((event) => {
        resolve(stream)
        onEvent(event)
      })
      response.setEncoding('utf8')
      response.on('data', read)
      response.on('error', fail)
      response.on('end', () => fail(new Error('the live stream was ended by the service')))
    })
    request.on('error', fail)
    request.on('socket', (socket) => socket.setNoDelay(true))
  })
}
