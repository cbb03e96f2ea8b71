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

/** What a jpg has to be. Zero: not asked. */
export interface JpgLimits {
  min?: number
  max?: number
  /** Least quality, 1 to 100. */
  quality?: number
  /** Written into the file. */
  dpi?: number
}
const QUALITIES = [0.98, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.5]

/**
 * The canvas as a jpg of the best quality within `max` bytes (0: any); with `limits` also not smaller, not coarser and with
 * its resolution. Null when no quality keeps them: nothing is added to a picture, and nothing of it is touched up.
 */
export async function jpgWithin(canvas: HTMLCanvasElement, max: number, { min = 0, quality: least = 0, dpi = 0 }: JpgLimits = {}): Promise<Blob | null> {
  for (const quality of min > 0 ? [1, ...QUALITIES] : QUALITIES.slice(1)) {
    if (quality * 100 < least) break
    const blob = await toBlob(canvas, 'image/jpeg', quality)
    if (!blob || (max > 0 && blob.size > max)) continue
    if (blob.size < min) return null // every coarser one is smaller still
    return dpi > 0 ? withResolution(blob, dpi) : blob
  }
  return null
}

/** The same jpg with dots per inch in its JFIF header; nothing else is changed. */
export async function withResolution(blob: Blob, dpi: number): Promise<Blob> {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  const isJfif = bytes[2] === 0xff && bytes[3] === 0xe0 && String.fromCharCode(...bytes.slice(6, 10)) === 'JFIF'
  if (!isJfif) return blob
  bytes.set([1, dpi >> 8, dpi & 255, dpi >> 8, dpi & 255], 13)
  return new Blob([bytes], { type: blob.type })
}

/** Red, green, blue of the strip along the upper edge and the upper sides, where there is no head: the middle value of each. */
export function groundOf(canvas: HTMLCanvasElement): [number, number, number] {
  const { width, height } = canvas
  const { data } = canvas.getContext('2d', { willReadFrequently: true })!.getImageData(0, 0, width, height)
  const channels: number[][] = [[], [], []]
  for (let y = 0; y < height * 0.45; y += 2)
    for (let x = 0; x < width; x += 2)
      if (y < height * 0.06 || x < width * 0.1 || x >= width * 0.9) for (const [i, channel] of channels.entries()) channel.push(data[(y * width + x) * 4 + i]!)
  return channels.map((channel) => channel.sort((a, b) => a - b)[channel.length >> 1] ?? 255) as [number, number, number]
}

/** How far two colours are apart as the eye sees it (CIE 1976), as the server reckons. */
export function colourDistance(a: readonly number[], b: readonly number[]): number {
  const [p, q] = [labOf(a), labOf(b)]
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])
}
function labOf(rgb: readonly number[]): [number, number, number] {
  const [r, g, b] = rgb.map((part) => (part / 255 > 0.04045 ? ((part / 255 + 0.055) / 1.055) ** 2.4 : part / 255 / 12.92)) as [number, number, number]
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)
  const [x, y, z] = [f((0.412453 * r + 0.35758 * g + 0.180423 * b) / 0.950456), f(0.212671 * r + 0.71516 * g + 0.072169 * b), f((0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.088754)]
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
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
