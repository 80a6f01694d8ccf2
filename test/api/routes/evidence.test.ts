import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import BetterSqlite3 from 'better-sqlite3'
import { signedForHash } from '../../../rules/jobs/signed-for.ts'
import { type Job, NEW_JOB, type Ticket } from '../../../rules/model.ts'
import { chained } from '../../../rules/storage/audit-hash.ts'
import { type ApiTest, startApi } from '../../support/api-client.ts'
import { temporaryFolder } from '../../support/process.ts'
import { unpack } from '../../support/unpack.ts'

const MINUTE_MS = 60_000
const PHOTO = Buffer.from('not really a picture')
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

let api: ApiTest
let ticket: { id: string; number: string }
let out: ReturnType<typeof temporaryFolder>
beforeEach(async () => {
  out = temporaryFolder()
  api = await startApi()
  ticket = await api.leak('leak-1')
  for (let minute = 0; minute < 50; minute += 10) {
    await api.publish('leak-1', 'telemetry', { values: { batteryPercent: 90 } })
    api.clock.advance(10 * MINUTE_MS)
  }
  writeDirectly()
})
afterEach(async () => {
  await api.end()
  out.remove()
})

/** What others write at the door: two photos, of which one has lost its file, and a signature with a drawing. */
function writeDirectly() {
  const sqlite = new BetterSqlite3(join(api.dataDir, 'shifen.db'))
  const photo = sqlite.prepare(`insert into photos values (?, 'default', ?, 'before', 'image/jpeg', ?, ?, '', 'Li', 1)`)
  photo.run('01PHOTO', ticket.id, PHOTO.length, sha256(PHOTO))
  photo.run('02PHOTO', ticket.id, PHOTO.length, sha256(PHOTO))
  mkdirSync(join(api.dataDir, 'photos', '01'), { recursive: true })
  writeFileSync(join(api.dataDir, 'photos', '01', '01PHOTO'), PHOTO)
  const drawing = JSON.stringify({
    width: 300,
    height: 100,
    strokes: [
      [1, 2, 3, 4],
      ['"/><script>', 5],
    ],
  })
  const signature = sqlite.prepare(`insert into signatures values ('01SIGN', ?, 'customer', ?, 1, 'Li', ?, ?)`)
  const { job } = sqlite.prepare<[string], { job: string }>('select job from tickets where id = ?').get(ticket.id)!
  const signedFor = signedForHash({
    number: ticket.number,
    job: { ...NEW_JOB, ...(JSON.parse(job) as Partial<Job>) },
  } as Ticket)
  signature.run(ticket.id, 'Wang <b>&', drawing, signedFor)
  sqlite.close()
}

async function unpacked(sites: string[] | null = null): Promise<string> {
  const response = await api.service.fetch(
    new Request(`http://localhost/api/v1/tickets/${ticket.id}/evidence`, {
      headers: { authorization: `Bearer ${await api.token('dispatcher', sites)}` },
    }),
  )
  expect(response.status).toBe(200)
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${ticket.number}.zip"`)
  await unpack(await response.arrayBuffer(), out.path)
  return out.path
}

const told = <T>(name: string) => JSON.parse(readFileSync(join(out.path, name), 'utf8')) as T
const check = () => spawnSync('sha256sum', ['--strict', '-c', 'SHA256SUMS'], { cwd: out.path, encoding: 'utf8' })

describe('the evidence of a ticket', () => {
  it('is an archive of which sha256sum verifies every other file, and finds a changed byte', async () => {
    const folder = await unpacked()
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
    const { status, stdout } = check()
    expect(status).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(files.length - 1)
    expect(told<{ files: string[] }>('manifest.json').files).toHaveLength(files.length)
    expect(readFileSync(join(folder, 'photos/01-before.jpg'))).toEqual(PHOTO)

    appendFileSync(join(folder, 'history.json'), ' ')
    expect(check().status).toBe(1)
    expect(check().stdout).toContain('history.json: FAILED')
  })

  it('tells what is missing, and what the devices said half an hour before and after', async () => {
    await unpacked()
    expect(told('manifest.json')).toMatchObject({
      format: 1,
      by: { role: 'dispatcher' },
      readings: { devices: ['leak-1'], messages: 5, cut: false },
      photos: { missing: ['02PHOTO'], changed: [] },
    })
    const lines = readFileSync(join(out.path, 'readings.ndjson'), 'utf8').trim().split('\n')
    // The leak itself and what was said 0, 10, 20 and 30 minutes after it; not what was said later.
    expect(lines.map((line) => (JSON.parse(line) as { device: string }).device)).toEqual(Array(5).fill('leak-1'))
    expect(told<{ rule: string; history: object[] }[]>('alarms.json')[0]!.history).not.toHaveLength(0)
    expect(told<{ deliveries: object[] }[]>('notices.json')[0]).toHaveProperty('deliveries')
    expect(told<{ frozen: object[]; job: object }>('ticket.json')).toMatchObject({
      frozen: expect.anything() as object,
    })
  })

  it('has the rows of the audit chain that concern it, each with what its hash is made of', async () => {
    await unpacked()
    type Row = { previous: string; id: number; at: number; by: string; action: string; subject: string; detail: string }
    const { head, rows } = told<{ head: { id: number }; rows: (Row & { hash: string })[] }>('audit.json')
    expect(rows[0]!.action).toBe('ticket.open')
    for (const { previous, hash, ...row } of rows) expect(chained(previous, row)).toBe(hash)
    expect(told('manifest.json')).toMatchObject({ audit: { head } })
    expect(readFileSync(join(out.path, 'README.txt'), 'utf8')).toContain(`npx shifen doctor --head ${head.id}:`)
  })

  it('names no related ticket of a site that whoever asks does not see', async () => {
    const body = { site: 'default', category: 'other', title: 'the lamp again', location: '1' }
    const related = (await api.post<{ id: string }>('/tickets', body)).body
    await api.post('/sites', { id: 'elsewhere', name: '别处' })
    const file = new BetterSqlite3(join(api.dataDir, 'shifen.db'))
    file.prepare(`update tickets set rework_of = ?, site = 'elsewhere' where id = ?`).run(ticket.id, related.id)
    file.close()
    await unpacked(['default'])
    expect(told('references.json')).toEqual([])
    await unpacked(['default', 'elsewhere'])
    expect(told('references.json')).toMatchObject([{ id: related.id }])
  })

  it('draws signatures without anything in them but lines and escaped names', async () => {
    await unpacked()
    const svg = readFileSync(join(out.path, 'signatures/01-customer.svg'), 'utf8')
    expect(svg).toContain('<path d="M1 2L3 4M0 5h0"')
    expect(svg).toContain('Wang &lt;b&gt;&amp; (customer)')
    expect(svg).not.toContain('script')
  })

  it('has what a signature was for as a file, whose checksum is the signature’s', async () => {
    await unpacked()
    const text = readFileSync(join(out.path, 'signed-for.json'))
    expect(told('signatures.json')).toMatchObject([{ name: 'Wang <b>&', signedFor: sha256(text) }])
    expect(JSON.parse(text.toString())).toMatchObject({ number: ticket.number, costs: [] })
  })

  it('is for those who work on it, in their own sites', async () => {
    const path = `/tickets/${ticket.id}/evidence`
    expect((await api.get(path, await api.token('viewer'))).status).toBe(403)
    expect((await api.get(path, await api.token('responder'))).status).toBe(403)
    await api.post('/sites', { id: 'other', name: 'other' })
    expect((await api.get(path, await api.token('engineer', ['other']))).status).toBe(404)
    expect((await api.get('/tickets/none/evidence')).status).toBe(404)
    // Refused ones leave room for others.
    for (let time = 0; time < 3; time++) await api.get('/tickets/none/evidence')
    expect((await api.get(path)).status).toBe(200)
  })
})
