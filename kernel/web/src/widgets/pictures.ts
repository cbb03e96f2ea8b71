export const MIME: Record<string, string> = { jpg: 'image/jpeg', png: 'image/png', pdf: 'application/pdf', zip: 'application/zip', rar: 'application/vnd.rar' }
const MAX_SIDE = 2400
const MAX_PIXELS = 25_000_000

/** The kind by name and declared type; the server judges by content. */
export function typeFault(file: File, accept: string[]): string | null {
  if (accept.some((type) => MIME[type] === file.type)) return null
  return `“${file.name}”不是 ${accept.join('、')} 文件，请换一个。`
}

/** Decodes a picture upright. Null when the browser cannot read it. */
export async function decode(file: Blob): Promise<ImageBitmap | null> {
  return createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null)
}

export const toBlob = (canvas: HTMLCanvasElement, type: string, quality: number) =>
  new Promise<Blob | null>((done) => canvas.toBlob(done, type, quality))

/** The canvas as a jpg of the best quality that is not bigger than `max` bytes (0: any). */
export async function jpgWithin(canvas: HTMLCanvasElement, max: number): Promise<Blob | null> {
  for (const quality of [0.95, 0.9, 0.85, 0.78, 0.7, 0.6, 0.5]) {
    const blob = await toBlob(canvas, 'image/jpeg', quality)
    if (blob && (max === 0 || blob.size <= max)) return blob
  }
  return null
}

/** The file itself when it fits, else a smaller picture; null when it is no picture or cannot be made to fit. */
export async function fitPicture(file: File, max: number): Promise<Blob | null> {
  if (!file.type.startsWith('image/')) return max === 0 || file.size <= max ? file : null
  const bitmap = await decode(file)
  if (!bitmap) return max === 0 || file.size <= max ? file : null
  if ((max === 0 || file.size <= max) && bitmap.width * bitmap.height <= MAX_PIXELS) return file
  for (let side = MAX_SIDE; side >= 900; side -= 500) {
    const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(bitmap.width * scale)
    canvas.height = Math.round(bitmap.height * scale)
    canvas.getContext('2d')!.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    const blob = await jpgWithin(canvas, max)
    if (blob) return blob
  }
  return null
}

export interface Measured {
  brightness: number
  sharpness: number
}
/** Mean brightness (0…255) and variance of the Laplacian of a canvas; rough, for advice while one adjusts. */
export function measure(canvas: HTMLCanvasElement): Measured {
  const { width, height } = canvas
  const { data } = canvas.getContext('2d', { willReadFrequently: true })!.getImageData(0, 0, width, height)
  const grey = new Float32Array(width * height)
  let total = 0
  for (let at = 0; at < grey.length; at++) {
    grey[at] = 0.299 * data[at * 4]! + 0.587 * data[at * 4 + 1]! + 0.114 * data[at * 4 + 2]!
    total += grey[at]!
  }
  let sum = 0
  let squares = 0
  let count = 0
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x
      const value = 4 * grey[at]! - grey[at - 1]! - grey[at + 1]! - grey[at - width]! - grey[at + width]!
      sum += value
      squares += value * value
      count++
    }
  const mean = sum / count
  return { brightness: total / grey.length, sharpness: squares / count - mean * mean }
}
