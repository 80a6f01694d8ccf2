import { FAULTS_LISTED_MAX, verifyAudit } from '../../rules/proof/verify-audit.ts'
import { auditRow } from '../../rules/storage/audit.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { migrations } from '../../rules/storage/migrations/index.ts'
import { fileFaults, migrationsDone, photosAfter } from '../../rules/storage/proof.ts'
import { photoState } from '../../rules/storage/photo-files.ts'

/** What a check is given. */
export interface Examined {
  dataDir: string
  db: Db
  /** A head of the audit chain that was noted before. */
  noted: { id: number; hash: string } | null
  /** How far a long check is, of how much. */
  onProgress: (done: number, of: number) => void
}

export interface Finding {
  /** One line: what was looked at. */
  summary: string
  /** Nothing is wrong where there is none. Each says what to do. */
  faults: readonly string[]
  /** Figures for scripts. */
  facts?: Record<string, unknown>
}

export interface Check {
  name: string
  run(examined: Examined): Promise<Finding>
}

const RESTORE = 'restore the data folder from a backup'
const ASK_WHO = 'keep a copy of the data folder, find out who could write to it, and compare with a backup'

const file: Check = {
  name: 'file',
  async run({ db }) {
    const faults = await fileFaults(db)
    return { summary: 'the pages of the data file', faults: faults.map((fault) => `${fault}; ${RESTORE}`) }
  },
}

const schema: Check = {
  name: 'schema',
  async run({ db }) {
    const done = await migrationsDone(db)
    const known = Object.keys(migrations)
    const missing = known.filter((name) => !done.includes(name))
    const foreign = done.filter((name) => !known.includes(name))
    const faults = [
      ...missing.map((name) => `${name} has not been done; start the service of this version once`),
      ...foreign.map((name) => `${name} is of a newer version; use that one`),
    ]
    return { summary: `${done.length} migrations`, faults }
  },
}

const audit: Check = {
  name: 'audit',
  async run({ db, noted, onProgress }) {
    const { rows, head, faults, faultCount } = await verifyAudit(db, { onProgress })
    const found = faults.map(({ table, row, what, message }) => `${table} ${row} was ${what}: ${message}; ${ASK_WHO}`)
    if (faultCount > faults.length) found.push(`${faultCount} such rows in all, of which the first are named`)
    if (noted !== null && (await auditRow(db, noted.id))?.hash !== noted.hash) {
      found.push(`row ${noted.id} is not the one that was noted: the chain was written anew; ${ASK_WHO}`)
    }
    return { summary: `${rows} rows, head ${head.id}:${head.hash}`, faults: found, facts: { rows, head, faultCount } }
  },
}

const PHOTOS_A_PAGE = 100

const photos: Check = {
  name: 'photos',
  async run({ dataDir, db, onProgress }) {
    const faults: string[] = []
    let count = 0
    let wrong = 0
    for (let after = ''; ;) {
      const page = await photosAfter(db, after, PHOTOS_A_PAGE)
      if (page.length === 0) break
      after = page.at(-1)!.id
      for (const photo of page) {
        onProgress(++count, count)
        const state = await photoState(dataDir, photo)
        if (state === 'whole') continue
        if (++wrong > FAULTS_LISTED_MAX) continue
        const what = state === 'missing' ? 'has no file' : 'is not as it was taken in'
        faults.push(`photo ${photo.id} of ticket ${photo.ticket} ${what}; ${RESTORE}`)
      }
    }
    if (wrong > faults.length) faults.push(`${wrong} such photos in all, of which the first are named`)
    return { summary: `${count} photos`, faults, facts: { count, wrong } }
  },
}

/** In this order: what comes later needs what comes before. */
export const CHECKS: readonly Check[] = [file, schema, audit, photos]

export interface CheckResult extends Finding {
  name: string
  ok: boolean
}

/** Runs the checks one after the other; one that cannot be done is a fault, and those after it are still done. */
export async function* examine(
  examined: Examined,
  checks: readonly Check[] = CHECKS,
): AsyncGenerator<CheckResult, void> {
  for (const check of checks) {
    const finding = await check.run(examined).catch((error: unknown): Finding => {
      const why = error instanceof Error ? error.message : String(error)
      return { summary: 'could not be checked', faults: [`${why}; correct what stands above it, then check again`] }
    })
    yield { name: check.name, ok: finding.faults.length === 0, ...finding }
  }
}
