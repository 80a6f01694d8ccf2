import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, ConfigError } from './config.ts'

const FILE = 'secret.key'

/** The configured key, else the one beside the data, which the first start makes for this user alone. */
export function secretKeyOf({ secretKey, dataDir }: Config): string {
  if (secretKey !== undefined) return secretKey
  const file = join(dataDir, FILE)
  const made = randomBytes(32).toString('base64url')
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  try {
    writeFileSync(file, `${made}\n`, { mode: 0o600, flag: 'wx' })
    return made
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const kept = readFileSync(file, 'utf8').trim()
  if (kept.length >= 32) return kept
  throw new ConfigError(`${file} does not hold a key; restore it from a backup, or remove it and enter secrets anew`)
}
