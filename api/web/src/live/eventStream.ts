import type { LiveEvent } from '../api/types.ts'

/** A frame of a `text/event-stream`. */
export interface Frame {
  event: string
  data: string
  /** The id that holds after this frame; `null` while none was sent. */
  id: string | null
}

/** Cuts text into frames as it arrives, whatever the pieces. */
export function createFrameReader() {
  let rest = ''
  let event = ''
  let data: string[] = []
  let id: string | null = null

  function takeLine(line: string): Frame | null {
    if (line === '') {
      const frame = data.length > 0 ? { event: event || 'message', data: data.join('\n'), id } : null
      event = ''
      data = []
      return frame
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') event = value
    else if (field === 'data') data.push(value)
    else if (field === 'id' && !value.includes('\0')) id = value
    return null
  }

  return {
    /** Returns the frames that this piece completed. */
    push(text: string): Frame[] {
      rest += text
      const frames: Frame[] = []
      for (;;) {
        const end = rest.search(/[\r\n]/)
        // A final CR may be the first half of a CRLF that is still on its way.
        if (end < 0 || (rest[end] === '\r' && end === rest.length - 1)) return frames
        const frame = takeLine(rest.slice(0, end))
        rest = rest.slice(end + (rest.startsWith('\r\n', end) ? 2 : 1))
        if (frame) frames.push(frame)
      }
    },
  }
}

/**
 * What a frame says, or `null` for a kind that this page does not know. Throws where the data is not what it should
 * be.
 */
export function liveEventOf(frame: Frame): LiveEvent | null {
  switch (frame.event) {
    case 'snapshot':
    case 'ticket':
    case 'alarm':
    case 'drill':
    case 'time':
      return { ...(JSON.parse(frame.data) as object), type: frame.event } as LiveEvent
    default:
      return null
  }
}
