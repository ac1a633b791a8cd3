/**
 * Makes a picture fit to travel: turned as it was held, at most so wide, in a few hundred kilobytes, and without what
 * cameras write into theirs, such as where it was taken.
 */
import { type PictureType, pictureBounds } from '#shared/features/pictures.ts'

/** Longer side and quality, until it is small enough. */
const attempts = [
  [pictureBounds.side, 0.86],
  [pictureBounds.side, 0.74],
  [1_600, 0.7],
  [1_200, 0.62],
  [900, 0.5],
] as const

export interface ShrunkPicture {
  blob: Blob
  type: PictureType
  hash: string
  /** Base64 of its bytes. */
  bytes: string
}

/**
 * @param longest of its longer side, in pixels
 * @returns nothing when the browser cannot read it as a picture.
 */
export async function shrinkPicture(
  file: Blob,
  longest: number = pictureBounds.side,
): Promise<ShrunkPicture | undefined> {
  const image = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => undefined)
  if (!image || image.width === 0 || image.height === 0) return undefined
  try {
    for (const [side, quality] of attempts) {
      const blob = await drawn(image, Math.min(side, longest), quality)
      if (!blob) return undefined
      if (blob.size <= pictureBounds.bytes) return await described(blob)
    }
    return undefined
  } finally {
    image.close()
  }
}

/** WebP, or JPEG where the browser writes none. */
async function drawn(image: ImageBitmap, side: number, quality: number): Promise<Blob | undefined> {
  const scale = Math.min(1, side / Math.max(image.width, image.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(image.width * scale))
  canvas.height = Math.max(1, Math.round(image.height * scale))
  const context = canvas.getContext('2d')
  if (!context) return undefined
  const encode = (type: PictureType): Promise<Blob | null> =>
    new Promise((resolve) => canvas.toBlob(resolve, type, quality))
  context.imageSmoothingQuality = 'high'
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  const webp = await encode('image/webp')
  if (webp?.type === 'image/webp') return webp
  // JPEG has no transparency: what shows through is paper, not black.
  context.globalCompositeOperation = 'destination-over'
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  return (await encode('image/jpeg')) ?? undefined
}

async function described(blob: Blob): Promise<ShrunkPicture> {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  let binary = ''
  // All at once are more arguments than a call takes.
  for (let at = 0; at < bytes.length; at += 8_192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8_192))
  }
  return {
    blob,
    type: blob.type as PictureType,
    hash: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    bytes: btoa(binary),
  }
}
