import { createHash } from 'node:crypto'
import { readdirSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPhotoFiles, PHOTO_MAX_BYTES, TooLarge } from '../../../rules/storage/photo-files.ts'
import { EngineBench } from '../../support/engine.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

async function* parts(...sizes: number[]) {
  for (const size of sizes) yield await Promise.resolve(Buffer.alloc(size, 7))
}
const files = () => readdirSync(join(bench.folder, 'photos'), { recursive: true }).map(String)

describe('the files of photos', () => {
  it('stand beside the database below the beginning of their id', async () => {
    const photos = createPhotoFiles(bench.folder)
    const staged = await photos.stage(parts(3, 4))
    const sha256 = createHash('sha256').update(Buffer.alloc(7, 7)).digest('hex')
    expect(staged).toMatchObject({ sizeBytes: 7, sha256, head: Buffer.alloc(7, 7) })
    await photos.keep(staged, 'abcdef')
    expect(files().sort()).toEqual(['ab', 'ab/abcdef', 'incoming'])
    expect(await photos.read('abcdef')).toEqual(Buffer.alloc(7, 7))
    await photos.remove('abcdef')
    expect(await photos.read('abcdef')).toBeNull()
  })

  it('leave nothing of what is too large or breaks off', async () => {
    const photos = createPhotoFiles(bench.folder)
    await expect(photos.stage(parts(PHOTO_MAX_BYTES, 1))).rejects.toThrow(TooLarge)
    expect((await photos.stage(parts(PHOTO_MAX_BYTES))).sizeBytes).toBe(PHOTO_MAX_BYTES)
    async function* broken() {
      yield* parts(5)
      throw new Error('gone')
    }
    await expect(photos.stage(broken())).rejects.toThrow('gone')
    expect(files()).toEqual(['incoming', 'incoming/2'])
  })

  it('say so where the disk does not take them', async () => {
    writeFileSync(join(bench.folder, 'photos'), 'in the way')
    await expect(createPhotoFiles(bench.folder).stage(parts(5))).rejects.toMatchObject({
      ...{ code: 'unavailable', message: expect.stringContaining('nothing of it was kept') as string },
    })
    rmSync(join(bench.folder, 'photos'))
  })

  it('that no row knows are swept', async () => {
    const photos = createPhotoFiles(bench.folder)
    expect(await photos.sweep(bench.store.reader)).toBe(0)
    await photos.stage(parts(1))
    mkdirSync(join(bench.folder, 'photos', 'ff'))
    writeFileSync(join(bench.folder, 'photos', 'ff', 'ff00'), 'x')
    await bench.leak()
    const ticket = (await bench.ticket()).id
    const about = { ticket, kind: 'other', type: 'image/png', sizeBytes: 1, sha256: 's', caption: '' } as const
    const { photo } = await bench.command({ type: 'add_photo', photo: about })
    await photos.keep(await photos.stage(parts(1)), photo!.id)
    expect(await photos.sweep(bench.store.reader)).toBe(2)
    expect(await photos.read(photo!.id)).not.toBeNull()
  })
})
