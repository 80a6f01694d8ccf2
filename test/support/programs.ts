import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin']

/** Where a program is installed, or `null`. */
export function findProgram(name: string): string | null {
  try {
    return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || null
  } catch {
    return FOLDERS.map((folder) => `${folder}/${name}`).find((path) => existsSync(path)) ?? null
  }
}

/**
 * Whether tests that need these programs can run. On a bare machine they are skipped by name; where everything must
 * run (`SHIFEN_TEST_ALL=1`) a missing program is a failure.
 */
export function hasPrograms(...names: string[]): boolean {
  const missing = names.filter((name) => findProgram(name) === null)
  if (missing.length > 0 && process.env.SHIFEN_TEST_ALL === '1') {
    throw new Error(`not installed, and SHIFEN_TEST_ALL=1 skips nothing: ${missing.join(', ')}`)
  }
  return missing.length === 0
}
