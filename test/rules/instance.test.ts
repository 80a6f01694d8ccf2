import { afterEach, expect, it } from 'vitest'
import { instanceId } from '../../rules/instance.ts'
import { EngineBench } from '../support/engine.ts'

let benches: EngineBench[] = []
afterEach(async () => {
  for (const bench of benches) await bench.close()
  benches = []
})

it('an installation has one name for good, and another installation another', async () => {
  const [one, other] = [await EngineBench.open(), await EngineBench.open()]
  benches = [one, other]
  const first = await instanceId(one.store, () => 0.1)
  expect(first).toMatch(/^[a-z2-7]{10}$/)
  await one.restart()
  expect(await instanceId(one.store, () => 0.9)).toBe(first)
  expect(await instanceId(other.store, () => 0.9)).not.toBe(first)
})
