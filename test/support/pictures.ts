/** The smallest pictures that say of themselves what they are. */

export function png(width = 2, height = 3): Buffer {
  const size = Buffer.alloc(8)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  return Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), size, Buffer.from('0802000000', 'hex')])
}

/** With an application segment before the frame, as cameras write; `filler`: of how many bytes. */
export function jpeg(width = 2, height = 3, filler = 20): Buffer {
  const app = Buffer.alloc(filler + 4)
  app.writeUInt16BE(0xffe1, 0)
  app.writeUInt16BE(filler + 2, 2)
  const frame = Buffer.from('ffc0000b08000000000101110000', 'hex')
  frame.writeUInt16BE(height, 5)
  frame.writeUInt16BE(width, 7)
  return Buffer.concat([Buffer.from('ffd8', 'hex'), app, frame])
}

const riff = (chunk: string, rest: Buffer) =>
  Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBP', 'latin1'), Buffer.from(chunk, 'latin1'), Buffer.alloc(4), rest])

/** Extended, lossy and lossless. */
export const webps = {
  extended: riff('VP8X', Buffer.from('00000000010000020000', 'hex')),
  lossy: riff('VP8 ', Buffer.from('0000009d012a02000300', 'hex')),
  lossless: riff('VP8L', Buffer.concat([Buffer.from([0x2f, 0x01, 0x80, 0x00, 0x00]), Buffer.alloc(5)])),
}
