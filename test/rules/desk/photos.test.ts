import { afterEach, beforeEach, expect, it } from 'vitest'
import { RESIDENT_NAME } from '../../../rules/model.ts'
import { ADMIN, EngineBench } from '../../support/engine.ts'
import { report } from '../../support/jobs.ts'

let bench: EngineBench
let ticket: string
let taken = 0
beforeEach(async () => {
  bench = await EngineBench.open()
  ticket = (await report(bench)).id
})
afterEach(() => bench.close())

/** Every photo another one. */
const add = (caption: string, by = ADMIN) => {
  const about = { ticket, kind: 'damage', type: 'image/png', sizeBytes: 1, caption } as const
  return bench.command({ type: 'add_photo', photo: { ...about, sha256: String(++taken).padStart(64, '0') } }, by)
}
const resident = { ...ADMIN, name: RESIDENT_NAME }

it('residents add 3 to a report and 15 to a ticket, and use up none of the 30 of the crew', async () => {
  for (let report = 1; report <= 5; report++) {
    for (let photo = 0; photo < 3; photo++) await add(`BX-${report}`, resident)
  }
  await expect(add('BX-1', resident)).rejects.toThrow('report BX-1 has 3 photos')
  await expect(add('BX-6', resident)).rejects.toThrow('at most 15 photos from residents')
  for (let photo = 0; photo < 30; photo++) await add('')
  await expect(add('')).rejects.toThrow('at most 30 photos')
})
