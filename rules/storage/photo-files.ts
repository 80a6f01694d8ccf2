import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Refusal } from '../model.ts'
import type { Db } from './connect.ts'
import { photosAmongst } from './photos.ts'

/** Bytes that were read from somebody and are on disk, under a name that means nothing yet. */
export interface StagedPhoto {
  path: string
  sizeBytes: number
  /** In hex. */
  sha256: string
  /** The first of them, to tell what they are by. */
  head: Buffer
}

export class TooLarge extends Error {}

/** The bytes of photos, as files beside the database: `photos/<first two characters of id>/<id>`. */
export interface PhotoFiles {
  /**
   * Writes what comes and syncs it. Throws `TooLarge`, and `Refusal` `unavailable` where the disk is full or fails;
   * nothing is left behind then.
   */
  stage(body: AsyncIterable<Uint8Array>): Promise<StagedPhoto>
  /** Puts it in its place. */
  keep(staged: StagedPhoto, id: string): Promise<void>
  drop(staged: StagedPhoto): Promise<void>
  /** `null`: not there. */
  read(id: string): Promise<Buffer | null>
  remove(id: string): Promise<void>
  /** Removes what no row knows, of a stop in mid-write; answers how many. */
  sweep(db: Db): Promise<number>
}

export const PHOTO_MAX_BYTES = 10 * 1024 * 1024
/** Cameras write up to so much before the size of a picture. */
const HEAD_MAX_BYTES = 1024 * 1024
const INCOMING = 'incoming'

export function createPhotoFiles(dataDir: string): PhotoFiles {
  const root = rootOf(dataDir)
  const pathOf = (id: string) => placeOf(dataDir, id)
  let staged = 0

  return {
    async stage(body) {
      const path = join(root, INCOMING, String(++staged))
      try {
        await mkdir(join(root, INCOMING), { recursive: true, mode: 0o700 })
        return { path, ...(await write(path, body)) }
      } catch (error) {
        await rm(path, { force: true }).catch(() => undefined)
        throw refusalOf(error)
      }
    },
    async keep({ path }, id) {
      try {
        await mkdir(dirname(pathOf(id)), { recursive: true, mode: 0o700 })
        await rename(path, pathOf(id))
        await sync(dirname(pathOf(id)))
      } catch (error) {
        throw refusalOf(error)
      }
    },
    drop: ({ path }) => rm(path, { force: true }),
    async read(id) {
      try {
        return await readFile(pathOf(id))
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },
    remove: (id) => rm(pathOf(id), { force: true }),
    async sweep(db) {
      let removed = 0
      for (const folder of await namesIn(root)) {
        const names = await namesIn(join(root, folder))
        const known = folder === INCOMING ? new Set<string>() : await photosAmongst(db, names)
        for (const name of names.filter((each) => !known.has(each))) {
          await unlink(join(root, folder, name))
          removed++
        }
      }
      return removed
    },
  }
}

const rootOf = (dataDir: string) => join(dataDir, 'photos')
const placeOf = (dataDir: string, id: string) => join(rootOf(dataDir), id.slice(0, 2), id)

/** Where the bytes of a photo are; `null` for an id that is none. */
export function photoFile(dataDir: string, id: string): string | null {
  return /^[A-Za-z0-9_-]{3,64}$/.test(id) ? placeOf(dataDir, id) : null
}

/** What a photo's file is: as it was taken in, changed since, or not there. */
export async function photoState(
  dataDir: string,
  photo: { id: string; sha256: string },
): Promise<'whole' | 'changed' | 'missing'> {
  const file = photoFile(dataDir, photo.id)
  if (file === null || !(await isThere(file))) return 'missing'
  const hash = createHash('sha256')
  for await (const part of createReadStream(file)) hash.update(part as Buffer)
  return hash.digest('hex') === photo.sha256 ? 'whole' : 'changed'
}

async function isThere(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}

async function write(path: string, body: AsyncIterable<Uint8Array>): Promise<Omit<StagedPhoto, 'path'>> {
  const file = await open(path, 'w', 0o600)
  try {
    const hash: Hash = createHash('sha256')
    const head: Uint8Array[] = []
    let sizeBytes = 0
    for await (const part of body) {
      if (sizeBytes < HEAD_MAX_BYTES) head.push(part)
      sizeBytes += part.length
      if (sizeBytes > PHOTO_MAX_BYTES) throw new TooLarge()
      hash.update(part)
      await file.writeFile(part)
    }
    await file.sync()
    return { sizeBytes, sha256: hash.digest('hex'), head: Buffer.concat(head) }
  } finally {
    await file.close()
  }
}

/** So that a name outlives a power cut too. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder)
  await handle.sync().finally(() => handle.close())
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '')
const isMissing = (error: unknown) => ['ENOENT', 'ENOTDIR'].includes(codeOf(error))

const DISK = /^E(NOSPC|DQUOT|FBIG|IO|ROFS|ACCES|PERM|NOTDIR|EXIST|MFILE|NFILE)$/

function refusalOf(error: unknown): unknown {
  const code = codeOf(error)
  if (!DISK.test(code)) return error
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  const why = full ? 'the disk is full: make room' : `the folder of photos cannot be written (${code}): see to it`
  return new Refusal('unavailable', `${why}, then send the photo again; nothing of it was kept`, 'photos_full')
}
