import type { Drawing } from '../model.ts'

export const STROKES_MAX = 400
export const NUMBERS_MAX = 20_000
export const FRAME_MAX = 4_096

/** What keeps a drawing from being a signature; `null`: nothing. */
export function drawingFault({ width, height, strokes }: Drawing): string | null {
  const isFrame = [width, height].every((side) => Number.isFinite(side) && side > 0 && side <= FRAME_MAX)
  if (!isFrame) return `width and height: more than 0, at most ${FRAME_MAX}`
  if (strokes.length > STROKES_MAX) return `strokes: at most ${STROKES_MAX}`
  const numbers = strokes.reduce((count, stroke) => count + stroke.length, 0)
  if (numbers > NUMBERS_MAX) return `strokes: at most ${NUMBERS_MAX} numbers in all`
  for (const stroke of strokes) {
    if (stroke.length === 0 || stroke.length % 2 !== 0) return 'strokes: each x with its y'
    const isInside = stroke.every((value, index) => value >= 0 && value <= (index % 2 === 0 ? width : height))
    if (!isInside) return 'strokes: every point inside the frame'
  }
  return strokes.some(({ length }) => length >= 4) ? null : 'strokes: at least one of two points or more'
}

/** The `viewBox` and the path that draw it: nothing but numbers of the drawing is in them, whatever was sent. */
export const drawnLines = ({ width, height, strokes }: Drawing): { frame: string; path: string } => ({
  ...{ frame: `0 0 ${plain(width)} ${plain(height)}`, path: strokes.map(pathOf).join('') },
})

/** As a picture of its own, and `beside` it other SVG. */
export function drawingSvg(drawing: Drawing, beside = ''): string {
  const { frame, path } = drawnLines(drawing)
  const pen = Math.max(1, Math.round(Math.min(drawing.width, drawing.height) / 100))
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${frame}" role="img">${beside}` +
    `<path d="${path}" fill="none" stroke="#000" stroke-width="${pen}" stroke-linecap="round" ` +
    'stroke-linejoin="round"/></svg>'
  )
}

/** A single point is a dot. */
function pathOf(stroke: readonly number[]): string {
  const points = stroke.map(plain)
  const [x, y, ...rest] = points
  return rest.length === 0 ? `M${x} ${y}h0` : `M${x} ${y}L${rest.join(' ')}`
}

const plain = (value: number) => String(Number.isFinite(value) ? Math.round(value * 100) / 100 : 0)
