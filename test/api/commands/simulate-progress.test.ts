import { expect, it } from 'vitest'
import { createProgress } from '../../../api/commands/simulate-progress.ts'
import type { Scenario } from '../../../simulators/scenario.ts'

const scenario = { name: 'day', startsAtMs: 0, lastsMs: 1_000 } as Scenario

/** What is written of a run of so many seconds, told of a hundred times. */
function written(isTTY: boolean, seconds: number): string[] {
  const texts: string[] = []
  let nowMs = 0
  const stream = { isTTY, write: (text: string) => texts.push(text) > 0 } as unknown as NodeJS.WriteStream
  const progress = createProgress(
    stream,
    (_, atMs) => `${atMs} ms`,
    () => nowMs,
  )
  const tell = progress.begin(scenario, '7')
  for (let each = 1; each <= 100; each += 1) {
    nowMs += seconds * 10
    tell(each / 100)
  }
  progress.clear()
  return texts
}

it('says nothing of a run that is soon over', () => {
  expect(written(true, 2)).toEqual([])
  expect(written(false, 2)).toEqual([])
})

it('is a line for each tenth where nobody watches', () => {
  const lines = written(false, 60)
  expect(lines).toHaveLength(10)
  expect(lines[4]).toBe('day, seed 7: 50 %, 500 ms\n')
})

it('is one line that changes on a terminal, and goes away', () => {
  const texts = written(true, 60)
  expect(texts.length).toBeGreaterThan(80)
  expect(texts.slice(0, -1).every((text) => text.startsWith('\r\u001b[K') && !text.includes('\n'))).toBe(true)
  expect(texts.at(-1)).toBe('\r\u001b[K')
})
