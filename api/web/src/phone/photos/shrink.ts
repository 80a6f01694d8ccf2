import { ATTEMPTS, BYTES_MAX, scaledSize } from './scale.ts'

export interface SmallPhoto {
  type: string
  bytes: ArrayBuffer
}

/** A photo of the camera, upright, as a JPEG of at most `BYTES_MAX`. Throws where this browser cannot read it. */
export async function shrink(file: Blob): Promise<SmallPhoto> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    for (const [sidePx, quality] of ATTEMPTS) {
      const { width, height } = scaledSize(picture.width, picture.height, sidePx)
      const blob = await drawn(picture, width, height, quality)
      if (blob.size <= BYTES_MAX) return { type: blob.type, bytes: await blob.arrayBuffer() }
    }
    throw new Error('the photo stays too large')
  } finally {
    picture.close()
  }
}

async function drawn(picture: ImageBitmap, width: number, height: number, quality: number): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')!.drawImage(picture, 0, 0, width, height)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
  if (!blob) throw new Error('the photo could not be written')
  return blob
}
