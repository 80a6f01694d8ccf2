import type { DrawnSignature } from '../storage/signatures.ts'

/** A signature as a picture: its strokes, and who signed when. */
export function signatureSvg({ signer, name, at, drawing }: DrawnSignature): string {
  const { width, height, strokes } = drawing ?? { width: 400, height: 150, strokes: [] }
  const title = escaped(`${name} (${signer}) ${new Date(at).toISOString()}`)
  const lines = strokes.map((stroke) => `  <polyline points="${pointsOf(stroke)}"/>`)
  const shown = drawing === null ? [`  <text x="20" y="80" fill="black" stroke="none">${escaped(name)}</text>`] : lines
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${number(width)} ${number(height)}"` +
      ' fill="none" stroke="black" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">',
    `  <title>${title}</title>`,
    ...shown,
    '</svg>',
    '',
  ].join('\n')
}

/** A stroke is `[x, y, x, y, …]`; a dot is drawn as a line that comes back. */
function pointsOf(stroke: readonly number[]): string {
  const points: string[] = []
  for (let index = 0; index + 1 < stroke.length; index += 2) {
    points.push(`${number(stroke[index]!)},${number(stroke[index + 1]!)}`)
  }
  return (points.length === 1 ? [...points, ...points] : points).join(' ')
}

/** Whatever is stored, only a number gets into the picture. */
const number = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? String(value) : '0')

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escaped = (text: string) =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (each) => ENTITIES[each]!)
