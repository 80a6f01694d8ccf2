import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fromBufferPromise } from 'yauzl'

/** Writes the files of a ZIP into a folder. */
export async function unpack(zipped: ArrayBuffer, folder: string): Promise<void> {
  const zip = await fromBufferPromise(Buffer.from(zipped), { lazyEntries: true })
  for await (const entry of zip.eachEntry()) {
    const file = join(folder, entry.fileName)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, await buffer(await zip.openReadStreamPromise(entry)))
  }
}
