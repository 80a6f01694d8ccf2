import { describe, expect, it } from 'vitest'
import { createTurns, giveWay, type InTurn } from '../../rules/turns.ts'

/** Operations that take a while, by name, in the order in which they ran. */
function running() {
  const ran: string[] = []
  const ask = (inTurn: InTurn, name: string) =>
    inTurn(async () => {
      ran.push(`${name} begins`)
      await giveWay()
      ran.push(`${name} ends`)
      return name
    })
  return { ran, ask }
}

describe('turns', () => {
  it('run one after another, in the order they came', async () => {
    const turns = createTurns()
    const { ran, ask } = running()
    expect(await Promise.all([ask(turns.rest, 'a'), ask(turns.rest, 'b')])).toEqual(['a', 'b'])
    expect(ran).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  it('take in what devices say before what waits longer, but not twice running', async () => {
    const turns = createTurns()
    const { ran, ask } = running()
    const rest = ['a', 'b', 'c'].map((name) => ask(turns.rest, name))
    const intake = ['1', '2'].map((name) => ask(turns.intake, name))
    await Promise.all([...rest, ...intake])
    expect(ran.filter((text) => text.endsWith('begins')).map((text) => text[0])).toEqual(['1', 'a', '2', 'b', 'c'])
  })

  it('go on after one that failed, and end only with the last', async () => {
    const turns = createTurns()
    const { ran, ask } = running()
    const failed = turns.rest(() => Promise.reject(new Error('no')))
    failed.catch(() => undefined)
    void ask(turns.rest, 'a')
    await turns.idle()
    await expect(failed).rejects.toThrow('no')
    expect(ran).toEqual(['a begins', 'a ends'])
    await turns.idle()
    expect(await ask(turns.intake, 'b')).toBe('b')
  })
})

it('way is given to a batch whose turn was asked for later', async () => {
  const seen: string[] = []
  const given = giveWay().then(() => seen.push('goes on'))
  setImmediate(() => seen.push('batch'))
  await given
  expect(seen).toEqual(['batch', 'goes on'])
})
