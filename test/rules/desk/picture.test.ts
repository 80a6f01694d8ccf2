import { describe, expect, it } from 'vitest'
import { pictureOf } from '../../../rules/desk/picture.ts'
import { jpeg, png, webps } from '../../support/pictures.ts'

describe('what bytes say of themselves', () => {
  it.each<[string, Buffer, string]>([
    ['PNG', png(), 'image/png'],
    ['JPEG', jpeg(), 'image/jpeg'],
    ['JPEG with much before its frame', jpeg(2, 3, 60_000), 'image/jpeg'],
    ['extended WebP', webps.extended, 'image/webp'],
    ['lossy WebP', webps.lossy, 'image/webp'],
    ['lossless WebP', webps.lossless, 'image/webp'],
    ['PNG with something behind it', Buffer.concat([png(), Buffer.from('<script>')]), 'image/png'],
  ])('%s', (_what, bytes, type) => {
    expect(pictureOf(bytes)).toEqual({ type, width: 2, height: 3 })
  })

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['HTML', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['HTML with a picture behind it', Buffer.concat([Buffer.from('<script>1</script>'), png()])],
    ['GIF', Buffer.from('GIF89a\x01\x00\x01\x00')],
    ['JPEG without a frame', jpeg().subarray(0, 20)],
    ['JPEG with a segment of no length', Buffer.from('ffd8ffe10000ffe10000ffe10000', 'hex')],
    ['JPEG that goes on as text', Buffer.concat([Buffer.from('ffd8', 'hex'), Buffer.from('<script>alert(1)')])],
    ['half a PNG', png().subarray(0, 20)],
    ['a sound in RIFF', Buffer.from('RIFF\0\0\0\0WAVEfmt \0\0\0\0\0\0\0\0\0\0\0\0\0\0', 'latin1')],
  ])('%s is no picture', (_what, bytes) => {
    expect(pictureOf(bytes)).toBeNull()
  })

  it('never fails, whatever is cut off or changed', () => {
    for (const whole of [png(), jpeg(), ...Object.values(webps)]) {
      for (let at = 0; at < whole.length; at++) {
        pictureOf(whole.subarray(0, at))
        const changed = Buffer.from(whole)
        changed[at] = 0xff
        pictureOf(changed)
      }
    }
  })
})
