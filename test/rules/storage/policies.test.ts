import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findCommitment, saveCommitment, seedCommitment } from '../../../rules/storage/policies.ts'
import { defaultCommitment } from '../../../rules/tickets/commitments.ts'
import { EngineBench, START } from '../../support/engine.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

describe('a commitment', () => {
  it('is seeded once and then its owner’s', async () => {
    const mine = { ...defaultCommitment, name: { zh: '我的', en: 'Mine' } }
    await saveCommitment(bench.store.writer, mine, START)
    await seedCommitment(bench.store.writer, defaultCommitment, START)
    await bench.restart()
    expect(await findCommitment(bench.store.reader, 'default')).toEqual(mine)
    expect(await findCommitment(bench.store.reader, 'other')).toBeNull()
  })
})
