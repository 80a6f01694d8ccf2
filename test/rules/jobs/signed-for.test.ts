import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { acceptanceOf, markOf, signedForHash, signedText } from '../../../rules/jobs/signed-for.ts'
import { signaturesOf } from '../../../rules/storage/signatures.ts'
import { EngineBench } from '../../support/engine.ts'
import { act, byResponder, dispatcher, report, walkTo } from '../../support/jobs.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

const pipe = { kind: 'material', name: 'PPR 管', quantity: 1.5, unit: '米', unitPriceFen: 1_200 } as const
const edit = (ticket: string, rest: object) => bench.command({ type: 'edit_job', ticket, ...rest }, dispatcher)

async function completed() {
  const { id } = await report(bench)
  await walkTo(bench, id, 'arrive')
  await edit(id, { costs: [pipe] })
  return act(bench, id, 'complete', { cause: '接头老化', measure: '更换接头' })
}

const sign = async (ticket: string, signer: 'customer' | 'responder') => {
  const name = signer === 'customer' ? '李女士' : undefined
  const command = { type: 'sign_job', ticket, signer, name, drawing: null } as const
  return (await bench.command(command, byResponder('Li'))).ticket!
}

it('is the hash of cause, measure, costs and completion as one canonical JSON, which a stranger computes too', async () => {
  const ticket = await completed()
  const text =
    '{"cause":"接头老化","completedAt":"2026-11-23T02:00:00.000Z","costs":[{"kind":"material","name":"PPR 管",' +
    '"quantity":1.5,"unit":"米","unitPriceFen":1200}],"measure":"更换接头","number":"20261123-0001"}'
  expect(signedText(ticket)).toBe(text)
  const hash = createHash('sha256').update(text).digest('hex')
  expect((await sign(ticket.id, 'customer')).job.signatures).toMatchObject([{ signedFor: hash }])
  expect(await signaturesOf(bench.store.reader, ticket.id)).toMatchObject([{ signedFor: hash }])
  expect(markOf(hash)).toBe(`${hash.slice(0, 4)} ${hash.slice(4, 8)} ${hash.slice(8, 12)}`)
})

it('tells a signature that was given before a change from one that was given after it', async () => {
  const ticket = await completed()
  await sign(ticket.id, 'responder')
  await edit(ticket.id, { measure: '更换阀门' })
  const signed = await act(bench, ticket.id, 'sign-off', { signature: '李女士' })
  const [before, after] = signed.job.signatures.map(({ signedFor }) => signedFor)
  expect(before).toBe(signedForHash(ticket))
  expect(after).toBe(signedForHash(signed))
  expect(before).not.toBe(after)
  expect(await signaturesOf(bench.store.reader, ticket.id)).toMatchObject([{ signedFor: before }, { signedFor: after }])
})

it('is of no other ticket', async () => {
  expect(signedForHash(await completed())).not.toBe(signedForHash(await completed()))
})

it('names the customer as who accepted it, not the responder, and who signed it off where it is older', async () => {
  const { id } = await completed()
  expect(acceptanceOf(await sign(id, 'responder'))).toBeNull()
  expect(acceptanceOf(await sign(id, 'customer'))).toMatchObject({ name: '李女士' })
  const older = { ...(await completed()), signature: { name: '王先生', at: 1 } }
  expect(acceptanceOf(older)).toEqual({ name: '王先生', at: 1 })
})
