import { expect, it } from 'vitest'
import type { Engine } from '../../../rules/engine.ts'
import { createRecorder } from '../../../rules/notify/recorder.ts'
import { noticeLike } from '../../support/notices.ts'

/** An engine whose disk is full for as long as `full` says. */
function diskLike() {
  const disk = { full: false, written: [] as string[][] }
  const command = async ({ notices }: { notices: { id: string }[] }) => {
    await Promise.resolve()
    if (disk.full) throw new Error('disk full')
    disk.written.push(notices.map(({ id }) => id))
  }
  return { disk, recorder: createRecorder({ command } as unknown as Engine) }
}
const outcome = (id: string) => ({ notices: [noticeLike(id)], deliveries: [] })

it('writes in one transaction what is answered in one turn, and never too much at once', async () => {
  const { disk, recorder } = diskLike()
  const ids = Array.from({ length: 20 }, (_, index) => `n${index}`)
  await Promise.all(ids.map((id) => recorder.record(outcome(id))))
  expect(disk.written).toEqual([ids.slice(0, 15), ids.slice(15)])
})

it('owes what it could not write, until it could', async () => {
  const { disk, recorder } = diskLike()
  disk.full = true
  await expect(recorder.record(outcome('a'))).rejects.toThrow('disk full')
  expect([recorder.owes('a'), recorder.owes('b')]).toEqual([true, false])
  await expect(recorder.again()).rejects.toThrow('disk full')
  disk.full = false
  await recorder.again()
  expect([disk.written, recorder.owes('a')]).toEqual([[['a']], false])
})
