import { drawingSvg } from '../jobs/drawing.ts'
import type { DrawnSignature } from '../storage/signatures.ts'

/** A signature as a picture: its strokes, or the name where nothing was drawn, and who signed when. */
export function signatureSvg({ signer, name, at, drawing }: DrawnSignature): string {
  const title = `<title>${escaped(`${name} (${signer}) ${new Date(at).toISOString()}`)}</title>`
  const written = `<text x="20" y="80">${escaped(name)}</text>`
  const picture =
    drawing === null
      ? drawingSvg({ width: 400, height: 150, strokes: [] }, title + written)
      : drawingSvg(drawing, title)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${picture}\n`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escaped = (text: string) =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (each) => ENTITIES[each]!)
