import { expect, it } from 'vitest'
import { readAll } from '../../simulators/reading/read-all.ts'
import { playVirtually } from '../../simulators/simulate.ts'

it('goes on without an end until it is called off, and keeps nothing of what it told', async () => {
  const scenario = { ...readAll(['quick-leak'], {}).scenarios[0]!, lastsMs: Infinity }
  const ending = new AbortController()
  let told = 0
  const onLine = ({ text }: { text: string }) => {
    told += 1
    if (/^ticket \S+ of leak-quick-1 closed/.test(text)) ending.abort()
  }
  const played = await playVirtually({ scenario, seed: '1', onLine, signal: ending.signal })
  expect(told).toBeGreaterThan(20)
  expect(played).toMatchObject({ lines: [], facts: [], passed: false })
})
