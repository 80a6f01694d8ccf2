import { expect, it } from 'vitest'
import { createGate } from '../../../rules/notify/gate.ts'

it('lets others have their turns after so many, and keeps the order of those who came', async () => {
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
  expect(seen).toEqual(['a', 'sockets', 'sockets', 'b', 'c', 'sockets', 'sockets', 'd', 'e'])
})
