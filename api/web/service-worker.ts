import { join } from 'node:path'

/** The part of a bundler's chunk that is read here. */
interface Chunk {
  type: 'chunk'
  fileName: string
  isEntry: boolean
  facadeModuleId: string | null
  imports: string[]
  dynamicImports: string[]
  viteMetadata?: { importedCss: Set<string>; importedAssets: Set<string> }
  code: string
}
type Bundle = Record<string, Chunk | { type: 'asset'; fileName: string }>

const WORKER = 'sw.js'
const source = join(import.meta.dirname, 'src')

/** What a responder's page may need, and no other face: the entry, then what is loaded for the phone. */
const isForPhone = ({ facadeModuleId }: Chunk) =>
  facadeModuleId === null || ['phone', 'components'].some((folder) => facadeModuleId.startsWith(join(source, folder)))

/** The files to be kept on a phone, of a finished build; sorted, so that the same build has the same list. */
export function phoneFiles(bundle: Bundle): string[] {
  const files = new Set<string>()
  const visit = (name: string) => {
    const chunk = bundle[name]
    if (chunk?.type !== 'chunk' || files.has(name)) return
    files.add(name)
    for (const file of chunk.viteMetadata?.importedCss ?? []) files.add(file)
    for (const file of chunk.viteMetadata?.importedAssets ?? []) files.add(file)
    chunk.imports.forEach(visit)
    for (const each of chunk.dynamicImports) {
      const loaded = bundle[each]
      if (loaded?.type === 'chunk' && isForPhone(loaded)) visit(each)
    }
  }
  for (const chunk of Object.values(bundle)) {
    if (chunk.type === 'chunk' && chunk.isEntry && chunk.fileName !== WORKER) visit(chunk.fileName)
  }
  return [...files].sort()
}

/**
 * Builds the service worker beside the page, under a name that stays, with the list of files that it keeps. It is a
 * chunk like any other, so that it is typed, checked and made small like any other.
 */
export function serviceWorker() {
  return {
    name: 'service-worker',
    apply: 'build' as const,
    buildStart(this: { emitFile(file: { type: 'chunk'; id: string; fileName: string }): string }) {
      this.emitFile({ type: 'chunk', id: join(source, 'sw/sw.ts'), fileName: WORKER })
    },
    generateBundle(_options: unknown, bundle: Bundle) {
      const worker = bundle[WORKER]
      if (worker?.type !== 'chunk') throw new Error('the service worker was not built')
      if (worker.imports.length > 0) throw new Error(`${WORKER} imports ${worker.imports.join()}: it must stand alone`)
      const files = JSON.stringify(phoneFiles(bundle))
      worker.code = worker.code.replaceAll('SHELL_FILES', files)
    },
  }
}
