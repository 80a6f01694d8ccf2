import type { PhotoType } from '../model.ts'

/** What bytes say of themselves; width and height in pixels. */
export interface Picture {
  type: PhotoType
  width: number
  height: number
}

/** The shortest beginning by which each can be read: less than that is none. */
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const PNG_BYTES = 24
const WEBP_BYTES = 30

/**
 * A JPEG, PNG or WebP by its first bytes and the size that its header tells; `null`: none of them, whatever somebody
 * calls it. What begins otherwise and has a picture inside, such as HTML, is none.
 */
export function pictureOf(head: Buffer): Picture | null {
  return pngOf(head) ?? webpOf(head) ?? jpegOf(head)
}

function pngOf(head: Buffer): Picture | null {
  if (head.length < PNG_BYTES || !head.subarray(0, PNG.length).equals(PNG)) return null
  return { type: 'image/png', width: head.readUInt32BE(16), height: head.readUInt32BE(20) }
}

function webpOf(head: Buffer): Picture | null {
  if (head.length < WEBP_BYTES) return null
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WEBP') return null
  const size = webpSize(head)
  return size && { type: 'image/webp', ...size }
}

/** Of its three kinds of first chunk: lossy, lossless, extended. */
function webpSize(head: Buffer): Pick<Picture, 'width' | 'height'> | null {
  switch (head.toString('latin1', 12, 16)) {
    case 'VP8 ':
      if (head.readUIntBE(23, 3) !== 0x9d012a) return null
      return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff }
    case 'VP8L': {
      if (head[20] !== 0x2f) return null
      const bits = head.readUInt32LE(21)
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8X':
      return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 }
    default:
      return null
  }
}

const START_OF_IMAGE = 0xffd8
const SCAN = 0xda
/** Start of frame, except those codes in its range that are none. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
/** Markers that stand alone. */
const isBare = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)

/** From segment to segment, each with its length, to the one that tells the size. */
function jpegOf(head: Buffer): Picture | null {
  if (head.length < 4 || head.readUInt16BE(0) !== START_OF_IMAGE) return null
  for (let at = 2; at + 9 <= head.length;) {
    if (head[at] !== 0xff) return null
    const marker = head[at + 1]!
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === SCAN) return null
    if (isFrame(marker)) {
      return { type: 'image/jpeg', height: head.readUInt16BE(at + 5), width: head.readUInt16BE(at + 7) }
    }
    const length = head.readUInt16BE(at + 2)
    if (!isBare(marker) && length < 2) return null
    at += isBare(marker) ? 2 : 2 + length
  }
  return null
}
