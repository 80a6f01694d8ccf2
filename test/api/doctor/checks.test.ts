import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CHECKS, type CheckResult, examine, type Examined } from '../../../api/doctor/checks.ts'
import { openReadOnly } from '../../../rules/storage/connect.ts'
import { EngineBench } from '../../support/engine.ts'

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  await bench.leak()
})
afterEach(() => bench.close())

async function found(noted: Examined['noted'] = null) {
  const store = openReadOnly(bench.folder)
  const results: CheckResult[] = []
  const examined = { dataDir: bench.folder, db: store.reader, noted, onProgress: () => undefined }
  for await (const result of examine(examined)) results.push(result)
  await store.close()
  return Object.fromEntries(results.map(({ name, faults, summary }) => [name, { faults, summary }]))
}
const run = (statement: string, ...values: unknown[]) => bench.store.sqlite.prepare(statement).run(...values)

describe('the doctor', () => {
  it('finds nothing wrong with a sound data folder, beside the one who writes it, and after it', async () => {
    const sound = await found()
    expect(Object.keys(sound)).toEqual(CHECKS.map(({ name }) => name))
    expect(Object.values(sound).flatMap(({ faults }) => faults)).toEqual([])
    expect(sound.audit!.summary).toMatch(/^\d+ rows, head \d+:[0-9a-f]{64}$/)
    await bench.stop()
    expect(await found()).toEqual(sound)
  })

  it('finds a changed row of the audit chain, and says what to do', async () => {
    run(`update audit set by = 'nobody' where id = 1`)
    expect((await found()).audit!.faults[0]).toMatch(/^audit 1 was changed: .*; keep a copy of the data folder/)
  })

  it('finds by a head that was noted before that the chain was written anew', async () => {
    const [, id, hash] = /head (\d+):(\w+)/.exec((await found()).audit!.summary)!
    await bench.act((await bench.ticket()).id, 'assign')
    expect((await found({ id: Number(id), hash: hash! })).audit!.faults).toEqual([])
    expect((await found({ id: Number(id), hash: 'f'.repeat(64) })).audit!.faults[0]).toContain('written anew')
  })

  it('finds photos whose files are missing or changed', async () => {
    const ticket = (await bench.ticket()).id
    const sha256 = createHash('sha256').update('a').digest('hex')
    for (const id of ['01A', '02B']) {
      run(`insert into photos values (?, 'default', ?, 'other', 'image/png', 1, ?, '', 'Li', 1)`, id, ticket, sha256)
      mkdirSync(join(bench.folder, 'photos', id.slice(0, 2)), { recursive: true })
      writeFileSync(join(bench.folder, 'photos', id.slice(0, 2), id), 'a')
    }
    expect((await found()).photos).toEqual({ faults: [], summary: '2 photos' })
    writeFileSync(join(bench.folder, 'photos', '01', '01A'), 'b')
    rmSync(join(bench.folder, 'photos', '02', '02B'))
    const { faults } = (await found()).photos!
    expect(faults[0]).toContain('photo 01A of ticket')
    expect(faults[0]).toContain('is not as it was taken in')
    expect(faults[1]).toMatch(/photo 02B of ticket .* has no file; restore/)
  })

  it('finds that the data is of another version', async () => {
    run(`update kysely_migration set name = '9999-later' where name = '0001-first'`)
    expect((await found()).schema!.faults).toEqual([
      '0001-first has not been done; start the service of this version once',
      '9999-later is of a newer version; use that one',
    ])
  })
})
