import BetterSqlite3 from 'better-sqlite3'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isTransient, openStore, transaction } from '../../../rules/storage/connect.ts'
import { migrations } from '../../../rules/storage/migrations/index.ts'
import { readSetting, saveSetting } from '../../../rules/storage/records.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'shifen-store-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const TABLES = [
  'alarm_history',
  'alarms',
  'audit',
  'buildings',
  'call_in_answers',
  'call_ins',
  'clocks',
  'commands',
  'credentials',
  'deliveries',
  'device_identities',
  'device_states',
  'devices',
  'drills',
  'events',
  'follow_ups',
  'gateways',
  'idempotency_keys',
  'intakes',
  'ladder_steps',
  'mappings',
  'mutes',
  'outbox',
  'photos',
  'plan_versions',
  'plans',
  'promises',
  'rainy_days',
  'readings',
  'rejections',
  'remembered',
  'rule_versions',
  'rules',
  'samples',
  'sessions',
  'settings',
  'signatures',
  'sites',
  'survey_answers',
  'surveys',
  'tasks',
  'ticket_alarms',
  'ticket_calls',
  'ticket_history',
  'ticket_numbers',
  'tickets',
  'tokens',
  'used_links',
  'users',
]

describe('a data file', () => {
  it('is made in a new folder of its owner, with every table', async () => {
    const dataDir = join(folder, 'new', 'data')
    const store = await openStore(dataDir)
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
    const names = store.sqlite
      .prepare(`select name from sqlite_master where type = 'table' and name not like 'kysely%' order by name`)
      .pluck()
      .all()
    expect(names).toEqual(TABLES)
    await store.close()
  })

  it('is migrated once, by all migrations in their order', async () => {
    for (let start = 0; start < 2; start++) {
      const store = await openStore(folder)
      const done = store.sqlite.prepare('select name from kysely_migration order by timestamp, name').pluck().all()
      expect(done).toEqual(Object.keys(migrations))
      await store.close()
    }
    expect(Object.keys(migrations)).toEqual(Object.keys(migrations).toSorted())
  })

  it('keeps what was written over a new start', async () => {
    const first = await openStore(folder)
    await saveSetting(first.writer, 'k', 'v')
    await first.close()
    const second = await openStore(folder)
    expect(await readSetting(second.reader, 'k')).toBe('v')
    await second.close()
  })

  it('has foreign keys, the write-ahead log, fsync at each commit and a short lock timeout', async () => {
    const store = await openStore(folder)
    const pragma = (name: string) => store.sqlite.pragma(name, { simple: true })
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys')]).toEqual(['wal', 2, 1])
    expect(pragma('busy_timeout')).toBeLessThanOrEqual(200)
    await store.close()
  })

  it('is not written through the reader', async () => {
    const store = await openStore(folder)
    await expect(saveSetting(store.reader, 'k', 'v')).rejects.toThrow(/readonly/)
    await store.close()
  })

  it('that is none is refused', async () => {
    writeFileSync(
      join(folder, 'shifen.db'),
      'this is not a database, but it is long enough to be taken for one '.repeat(20),
    )
    await expect(openStore(folder)).rejects.toThrow(/not a database/)
  })
})

describe('a transaction', () => {
  it('is rolled back by any throw', async () => {
    const store = await openStore(folder)
    const work = transaction(store.writer, async (db) => {
      await saveSetting(db, 'k', 'v')
      throw new Error('no')
    })
    await expect(work).rejects.toThrow('no')
    expect(await readSetting(store.reader, 'k')).toBeNull()
    await transaction(store.writer, (db) => saveSetting(db, 'k', 'w'))
    expect(await readSetting(store.reader, 'k')).toBe('w')
    await store.close()
  })

  it('takes the write lock at its start, and says that it can be tried again where another process has it', async () => {
    const store = await openStore(folder)
    const other = new BetterSqlite3(join(folder, 'shifen.db'))
    other.exec('begin immediate')
    let began = false
    const error = await transaction(store.writer, () => {
      began = true
      return Promise.resolve()
    }).catch((reason: unknown) => reason)
    expect([began, isTransient(error)]).toEqual([false, true])
    other.exec('rollback')
    other.close()
    await transaction(store.writer, (db) => saveSetting(db, 'k', 'v'))
    await store.close()
  })
})

describe('an error of the data file', () => {
  it.each([
    ['SQLITE_BUSY', true],
    ['SQLITE_BUSY_SNAPSHOT', true],
    ['SQLITE_FULL', true],
    ['SQLITE_IOERR_FSYNC', true],
    ['SQLITE_READONLY_DBMOVED', true],
    ['SQLITE_CONSTRAINT_UNIQUE', false],
    ['SQLITE_CORRUPT', false],
    ['SQLITE_ERROR', false],
  ])('%s can be tried again: %s', (code, expected) => {
    expect(isTransient(Object.assign(new Error('x'), { code }))).toBe(expected)
  })

  it('is none where it is not one of SQLite', () => {
    expect(isTransient(new Error('SQLITE_BUSY'))).toBe(false)
    expect(isTransient('SQLITE_BUSY')).toBe(false)
  })
})
