import { expect, it } from 'vitest'
import { createEventReader, type StreamEvent } from '../../../simulators/bench/stream.ts'

const text = [
  ': welcome\n\n',
  'id: 1\nevent: snapshot\ndata: {"tickets":[]}\n\n',
  'retry: 1000\n\n',
  'event:ticket\r\ndata:{"a":\r\ndata: 1}\r\n\r\n',
  'data: 漏水\n\n',
  'event: time\n\n',
].join('')

const expected: StreamEvent[] = [
  { event: 'snapshot', data: '{"tickets":[]}' },
  { event: 'ticket', data: '{"a":\n1}' },
  { event: 'message', data: '漏水' },
]

it('reads Server-Sent Events wherever they are cut', () => {
  for (const size of [1, 2, 7, text.length]) {
    const seen: StreamEvent[] = []
    const read = createEventReader((event) => seen.push(event))
    for (let at = 0; at < text.length; at += size) read(text.slice(at, at + size))
    expect(seen).toEqual(expected)
  }
})
