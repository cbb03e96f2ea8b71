export interface TextPart {
  text: string
  href: string
}
const MAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/
const PHONE = /(?<!\d)(?:0\d{2,3}-\d{7,8}|1\d{10})(?!\d)/
const LINKED = new RegExp(`${MAIL.source}|${PHONE.source}`, 'g')

/** A plain text with what a telephone can act on: mail addresses and telephone numbers become links. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = []
  let from = 0
  for (const found of text.matchAll(LINKED)) {
    if (found.index > from) parts.push({ text: text.slice(from, found.index), href: '' })
    parts.push({ text: found[0], href: found[0].includes('@') ? `mailto:${found[0]}` : `tel:${found[0]}` })
    from = found.index + found[0].length
  }
  if (from < text.length) parts.push({ text: text.slice(from), href: '' })
  return parts
}
