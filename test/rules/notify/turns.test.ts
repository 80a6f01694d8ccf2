import { expect, it } from 'vitest'
import { createGate } from '../../../rules/notify/turns.ts'

it('lets the sockets have their turn after so many, and keeps the order of those who came', async () => {
  const gate = createGate(2)
  const seen: string[] = []
  let socket = true
  const turn = () => {
    seen.push('sockets')
    if (socket) setImmediate(turn)
  }
  setImmediate(turn)
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => gate().then(() => seen.push(name))))
  socket = false
  expect(seen).toEqual(['a', 'sockets', 'b', 'c', 'sockets', 'd', 'e'])
})
