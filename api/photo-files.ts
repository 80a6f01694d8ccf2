import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the bytes of a photo are: beside the database. `null` for an id that is none. */
export function photoFile(dataDir: string, id: string): string | null {
  return /^[A-Za-z0-9_-]{3,64}$/.test(id) ? join(dataDir, 'photos', id.slice(0, 2), id) : null
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
