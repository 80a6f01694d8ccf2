import { expect, it } from 'vitest'
import { drawingFault, drawingSvg, FRAME_MAX, NUMBERS_MAX, STROKES_MAX } from '../../../rules/jobs/drawing.ts'

const frame = { width: 300, height: 100 }
const flat = (numbers: number) => Array.from({ length: numbers }, () => 1)

it('is taken with a dot beside a line, at the edge of its frame, and as large as the limits', () => {
  for (const strokes of [
    [
      [0, 0, 300, 100],
      [5, 5],
    ],
    [flat(NUMBERS_MAX)],
    Array.from({ length: STROKES_MAX }, () => [1, 1, 2, 2]),
  ]) {
    expect(drawingFault({ ...frame, strokes })).toBeNull()
  }
  expect(drawingFault({ width: FRAME_MAX, height: FRAME_MAX, strokes: [[0, 0, 1, 1]] })).toBeNull()
})

it.each<[string, number[][], object?]>([
  ['without a stroke', []],
  [
    'with dots only',
    [
      [1, 1],
      [2, 2],
    ],
  ],
  ['with an empty stroke', [[1, 1, 2, 2], []]],
  ['with half a point', [[1, 1, 2]]],
  ['with a point outside', [[1, 1, 301, 2]]],
  ['with a point below', [[1, 1, 2, 101]]],
  ['with a point before', [[-1, 1, 2, 2]]],
  ['with what is no number', [[1, NaN, 2, 2]]],
  ['with what never ends', [[1, Infinity, 2, 2]]],
  ['with too many strokes', Array.from({ length: STROKES_MAX + 1 }, () => [1, 1, 2, 2])],
  ['with too many numbers', [flat(NUMBERS_MAX), [1, 1]]],
  ['in a frame too wide', [[1, 1, 2, 2]], { width: FRAME_MAX + 1 }],
  ['in no frame', [[0, 0, 0, 0]], { height: 0 }],
])('is refused %s', (_, strokes, changed = {}) => {
  expect(drawingFault({ ...frame, strokes, ...changed })).toMatch(/^(strokes|width)/)
})

it('is a picture of numbers, whatever was sent', () => {
  const svg = drawingSvg({
    ...frame,
    strokes: [
      [1, 2, 3.456, 4, 5, 6],
      [7, 8],
    ],
  })
  expect(svg).toContain('viewBox="0 0 300 100"')
  expect(svg).toContain('d="M1 2L3.46 4 5 6M7 8h0"')
  const sent = '"/><script>' as unknown as number
  expect(drawingSvg({ width: sent, height: 1, strokes: [[sent, 1, 2, 3]] })).not.toContain('script')
})
