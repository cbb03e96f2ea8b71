import type { Theme } from '@/api/types'

type Rgb = [number, number, number]

const parse = (hex: string): Rgb => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as Rgb
const print = (rgb: Rgb) => `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`
const mix = (a: Rgb, b: Rgb, part: number) => a.map((value, at) => value + (b[at]! - value) * part) as Rgb

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const value = part / 255
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
/** WCAG contrast of two colours, 1…21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

const WHITE: Rgb = [255, 255, 255]
const BLACK: Rgb = [0, 0, 0]
const READABLE = 5

/**
 * Derives every shade from the tenant's one colour. A colour too light for white text on it is darkened first, so that
 * no tenant can make its own pages unreadable.
 */
export function shades(primary: string): Record<string, string> {
  let base = parse(primary)
  while (contrast(base, WHITE) < READABLE) base = mix(base, BLACK, 0.08)
  const vars: Record<string, string> = {
    '--primary': print(base), '--primary-dark': print(mix(base, BLACK, 0.22)),
    '--primary-soft': print(mix(base, WHITE, 0.93)), '--primary-line': print(mix(base, WHITE, 0.65)),
    '--el-color-primary': print(base), '--el-color-primary-dark-2': print(mix(base, BLACK, 0.2)),
  }
  for (const step of [3, 5, 7, 8, 9]) vars[`--el-color-primary-light-${step}`] = print(mix(base, WHITE, step / 10))
  return vars
}

export function applyTheme(theme: Theme): void {
  for (const [name, value] of Object.entries(shades(theme.primary_color))) document.documentElement.style.setProperty(name, value)
}
