/** What people wrote (a device's name, a report) on its way into a message that others read. */

const BREAKS = /[\p{Cc}\u2028\u2029]+/gu
/** Half of a character, which no encoding can write. */
const HALVES = /\p{Cs}/gu
/** They turn the order of letters around, so that one name looks like another. */
const DIRECTIONS = /[\u202A-\u202E\u2066-\u2069]/g

/** One line, without control characters, halves of characters and marks that change the direction of writing. */
export function oneLine(text: string): string {
  return text.replace(DIRECTIONS, '').replace(BREAKS, ' ').replace(HALVES, '\uFFFD').trim()
}

/**
 * For a chat group: nobody is mentioned and nothing is a tag because of what a name says. 企业微信 reads `<@id>` in a
 * text and 钉钉 `@number`, so both signs become their full-width forms, which read the same.
 */
export function forChat(text: string): string {
  return oneLine(text).replaceAll('@', '＠').replaceAll('<', '＜').replaceAll('>', '＞')
}

/** A chat's own id or number as it may be mentioned by; `null`: it would mention everybody, or is none. */
export function mentionable(id: string | undefined): string | null {
  if (id === undefined || !/^\+?[A-Za-z0-9_@.:$=-]{1,128}$/.test(id)) return null
  return /^@?all$/i.test(id) ? null : id
}

export const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8')

/** At most so many bytes of UTF-8, cut between two characters. */
export function cutToBytes(text: string, bytesMax: number): string {
  if (bytesOf(text) <= bytesMax) return text
  const room = bytesMax - bytesOf('…')
  let kept = ''
  let bytes = 0
  for (const character of text) {
    bytes += bytesOf(character)
    if (bytes > room) break
    kept += character
  }
  return `${kept}…`
}

/** At most so many characters, as they are counted in UTF-16; none is cut in two. */
export function cutToLength(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text
  let kept = ''
  for (const character of text) {
    if (kept.length + character.length > lengthMax - 1) break
    kept += character
  }
  return `${kept}…`
}

/** As many lines as there is room for; the last of them is cut, or says that there were more. */
export function fitLines(lines: readonly string[], bytesMax: number, linesMax = 200): string[] {
  const fitting: string[] = []
  let room = bytesMax
  for (const line of lines) {
    const bytes = bytesOf(line) + 1
    if (fitting.length === linesMax - 1 || bytes > room) {
      if (room >= 4) fitting.push(cutToBytes(line, Math.min(room - 1, 200)))
      break
    }
    fitting.push(line)
    room -= bytes
  }
  return fitting
}

const HTML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export function forHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => HTML[sign]!)
}
