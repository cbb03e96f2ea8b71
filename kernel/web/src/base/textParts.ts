export interface TextPart {
  text: string
  href: string
}
const MAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/
const PHONE = /(?<!\d)(?:0\d{2,3}-\d{7,8}|1\d{10})(?!\d)/
const ADDRESS = /https:\/\/[\w./-]*[\w/]/
const LINKED = new RegExp(`${ADDRESS.source}|${MAIL.source}|${PHONE.source}`, 'g')
const linkOf = (text: string) => (text.startsWith('https://') ? text : text.includes('@') ? `mailto:${text}` : `tel:${text}`)

/** A plain text with what one can act on: web and mail addresses and telephone numbers become links. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = []
  let from = 0
  for (const found of text.matchAll(LINKED)) {
    if (found.index > from) parts.push({ text: text.slice(from, found.index), href: '' })
    parts.push({ text: found[0], href: linkOf(found[0]) })
    from = found.index + found[0].length
  }
  if (from < text.length) parts.push({ text: text.slice(from), href: '' })
  return parts
}
