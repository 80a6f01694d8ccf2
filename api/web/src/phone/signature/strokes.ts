import type { Drawing } from '../../api/jobs.ts'

/** A signature as strokes of a pen. Pure; limits are those of the service. */

export const STROKES_MAX = 400
export const NUMBERS_MAX = 20_000
const FRAME_MAX = 4_096
/** Points nearer than this to the last one say nothing new. */
const APART_PX = 1.5

export type Stroke = readonly number[]

const tenth = (value: number) => Math.round(value * 10) / 10
const within = (value: number, max: number) => tenth(Math.min(max, Math.max(0, value)))

/** The stroke with one more point, kept inside the frame; the same stroke where the point says nothing new. */
export function withPoint(stroke: Stroke, x: number, y: number, frame: { width: number; height: number }): Stroke {
  const [px, py] = [within(x, frame.width), within(y, frame.height)]
  const [lastX, lastY] = stroke.slice(-2)
  if (lastX !== undefined && Math.hypot(px - lastX, py - lastY!) < APART_PX) return stroke
  return [...stroke, px, py]
}

export const numbersIn = (strokes: readonly Stroke[]) => strokes.reduce((sum, { length }) => sum + length, 0)

export const isFull = (strokes: readonly Stroke[]) =>
  strokes.length >= STROKES_MAX || numbersIn(strokes) >= NUMBERS_MAX - 2

/** Whether anything was drawn that counts as a signature: a line, not only dots. */
export const isDrawn = (strokes: readonly Stroke[]) => strokes.some(({ length }) => length >= 4)

/** The same drawing in a frame of another size, as after the phone was turned: not distorted, in the middle. */
export function fitted({ width, height, strokes }: Drawing, toWidth: number, toHeight: number): Drawing {
  const share = Math.min(toWidth / width, toHeight / height)
  const left = (toWidth - width * share) / 2
  const top = (toHeight - height * share) / 2
  const moved = strokes.map((stroke) =>
    stroke.map((value, index) =>
      index % 2 === 0 ? within(left + value * share, toWidth) : within(top + value * share, toHeight),
    ),
  )
  return { width: toWidth, height: toHeight, strokes: moved }
}

/** As it is sent. */
export function drawingOf(strokes: readonly Stroke[], width: number, height: number): Drawing {
  const share = Math.min(1, FRAME_MAX / Math.max(width, height))
  const drawing = { width, height, strokes }
  return share < 1 ? fitted(drawing, Math.floor(width * share), Math.floor(height * share)) : drawing
}

/** For an SVG path; a single point is a dot. */
export const pathOf = (strokes: readonly Stroke[]) =>
  strokes.map(([x, y, ...rest]) => (rest.length === 0 ? `M${x} ${y}h0` : `M${x} ${y}L${rest.join(' ')}`)).join('')
