import { existsSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** An editor writes a file in several steps. */
const SETTLE_MS = 100

/** Calls once, soon after one of the files was written, made or replaced, until it is closed. */
export function watchFiles(files: Iterable<string>, onChange: () => void): { close: () => void } {
  const names = new Map<string, Set<string>>()
  for (const file of files) {
    const folder = dirname(file)
    if (existsSync(folder)) names.set(folder, (names.get(folder) ?? new Set()).add(basename(file)))
  }
  let settling: NodeJS.Timeout | null = null
  // A folder goes on to be watched where an editor puts another file in the place of the old one.
  const watchers = [...names].map(([folder, known]) =>
    watch(folder, (_event, name) => {
      if (name === null || known.has(name)) settling ??= setTimeout(onChange, SETTLE_MS)
    }),
  )
  return {
    close() {
      for (const watcher of watchers) watcher.close()
      if (settling !== null) clearTimeout(settling)
    },
  }
}
