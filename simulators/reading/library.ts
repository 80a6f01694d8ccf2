import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../package-root.ts'
import { meant } from './faults.ts'

/** The scenarios that Shifen brings along. */
export interface Library {
  folder: string
  /** How their places are written, on any machine. */
  shownAs: string
  /** Every file below the folder, such as `night-leak.yaml` and `common/people.yaml`. */
  names(): readonly string[]
}

const SHIPPED = join('simulators', 'scenarios')

export const libraryIn = (folder: string): Library => ({
  folder,
  shownAs: SHIPPED,
  names: () =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yaml'))
      .sort(),
})

/** YAML is not compiled: seen from `dist`, too, it lies among the sources. */
export const LIBRARY = libraryIn(join(packageRoot(), SHIPPED))

/** Names of the scenarios: what lies in a folder of its own is only there to be included. */
export const shippedScenarios = (library: Library = LIBRARY): string[] =>
  library
    .names()
    .filter((name) => !name.includes('/'))
    .map((name) => name.replace(/\.yaml$/, ''))

export type FoundScenario = { ok: true; file: string } | { ok: false; message: string }

/** The file of a shipped scenario by its name, or of a path: what has a `/` or ends in .yaml or .yml. */
export function findScenario(nameOrPath: string, library: Library = LIBRARY): FoundScenario {
  if (/\/|\.ya?ml$/.test(nameOrPath)) {
    return existsSync(nameOrPath)
      ? { ok: true, file: nameOrPath }
      : { ok: false, message: `there is no file ${nameOrPath}` }
  }
  const names = shippedScenarios(library)
  if (names.includes(nameOrPath)) return { ok: true, file: join(library.folder, `${nameOrPath}.yaml`) }
  const listed = `shipped are: ${names.join(', ')}; a file of your own ends in .yaml`
  const near = meant(nameOrPath, names)
  const message = `there is no scenario "${nameOrPath}"; ${near.startsWith('did') ? `${near} ` : ''}${listed}`
  return { ok: false, message }
}
