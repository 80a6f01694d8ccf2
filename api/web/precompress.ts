import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const COMPRESSIBLE = /\.(?:js|css|html|svg|json|webmanifest)$/

const ways: Record<string, (content: Buffer) => Promise<Buffer>> = {
  '.br': (content) => promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  '.gz': (content) => promisify(gzip)(content, { level: 9 }),
}

/** Writes `.br` and `.gz` beside every text in `folder`, however deep, except where that would be no shorter. */
export async function compressFiles(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && COMPRESSIBLE.test(entry.name))
  await Promise.all(files.map((file) => compressFile(join(file.parentPath, file.name))))
}

async function compressFile(path: string): Promise<void> {
  const content = await readFile(path)
  for (const [ending, compress] of Object.entries(ways)) {
    const compressed = await compress(content)
    if (compressed.length < content.length) await writeFile(`${path}${ending}`, compressed)
  }
}

/** The step of the build that compresses once what is sent a thousand times. */
export function precompress(outDir: string) {
  return { name: 'precompress', apply: 'build' as const, closeBundle: () => compressFiles(outDir) }
}
