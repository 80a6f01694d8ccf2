import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFrameReader, liveEventOf } from '../../../../api/web/src/live/eventStream.ts'

const read = (...pieces: string[]) => {
  const reader = createFrameReader()
  return pieces.flatMap((piece) => reader.push(piece))
}

describe('frames', () => {
  it('reads event, id and data', () => {
    expect(read('id: 7\nevent: time\ndata: {"a":1}\n\n')).toEqual([{ id: '7', event: 'time', data: '{"a":1}' }])
  })

  it('keeps the id for frames without one, joins data lines, skips comments and empty frames', () => {
    expect(read('id:1\ndata:a\n\n', ': still here\n\n', 'event: x\n\n', 'data: b\ndata:  c\nretry: 5\n\n')).toEqual([
      { id: '1', event: 'message', data: 'a' },
      { id: '1', event: 'message', data: 'b\n c' },
    ])
  })

  it('gives the same frames however the text is cut, with any line end', () => {
    const text = 'id: 1\nevent: ticket\ndata: {"x":"水"}\n\n: ping\n\nevent: time\ndata: 1\ndata: 2\n\n'
    const whole = read(text)
    fc.assert(
      fc.property(
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(text.length * 2), { maxLength: 8 }),
        (lineEnd, cuts) => {
          // A final CR waits for what follows, so something follows.
          const sent = text.replaceAll('\n', lineEnd) + ':'
          const edges = [0, ...cuts.filter((cut) => cut < sent.length).sort((a, b) => a - b), sent.length]
          const pieces = edges.slice(1).map((edge, index) => sent.slice(edges[index], edge))
          expect(read(...pieces)).toEqual(whole)
        },
      ),
    )
  })
})

describe('live events', () => {
  it('carries the kind of its frame, whatever the data claims', () => {
    const frame = { id: '1', event: 'time', data: '{"serverTime":"x","type":"snapshot"}' }
    expect(liveEventOf(frame)).toEqual({ type: 'time', serverTime: 'x' })
  })

  it('skips kinds that later services may send, and throws on broken data', () => {
    expect(liveEventOf({ id: '1', event: 'weather', data: '?' })).toBeNull()
    expect(() => liveEventOf({ id: '1', event: 'ticket', data: '{' })).toThrow(SyntaxError)
  })
})
