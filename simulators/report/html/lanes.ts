import { html } from 'hono/html'
import type { Line } from '../../lines.ts'
import { grouped } from '../outcome.ts'
import { type Axis, round } from './axis.ts'
import { bothDrawn } from './words.ts'

/** What is marked in which lane, with which shape. */
export const LANES: readonly Lane[] = [
  { zh: '剧情', en: 'story', shape: 'triangle', has: ({ from }) => from === 'story' },
  { zh: '楼宇', en: 'building', shape: 'drop', has: ({ from }) => from === 'building' },
  { zh: '服务：报警', en: 'service: alarms', shape: 'diamond', has: ({ fact }) => fact?.about === 'alarm' },
  { zh: '服务：通知', en: 'service: notices', shape: 'square', has: ({ fact }) => fact?.about === 'notice' },
  { zh: '人员', en: 'people', shape: 'circle', has: ({ from }) => from === 'people' },
]

interface Lane {
  zh: string
  en: string
  shape: Shape
  has: (line: Line) => boolean
}

type Shape = 'triangle' | 'drop' | 'diamond' | 'square' | 'circle'

/** Each of about twelve units' width, its middle at 0 0. */
const SHAPES: Record<Shape, string> = {
  triangle: 'M-6 -5H6L0 6Z',
  drop: 'M0 -7C3 -3 5 0 5 2A5 5 0 0 1 -5 2C-5 0 -3 -3 0 -7Z',
  diamond: 'M0 -7L6 0L0 7L-6 0Z',
  square: 'M-4 -4H4V4H-4Z',
  circle: 'M-5 0A5 5 0 1 0 5 0A5 5 0 1 0 -5 0Z',
}

const NEAR = 7

/** Marks too near to each other to be told apart are one, the larger the more it stands for. */
export function laneOf(lines: readonly Line[], { zh, en, shape }: Lane, y: number, axis: Axis) {
  const marks: { x: number; lines: Line[] }[] = []
  for (const line of lines) {
    const x = axis.x(line.atMs)
    const last = marks.at(-1)
    if (last !== undefined && x - last.x < NEAR) last.lines.push(line)
    else marks.push({ x, lines: [line] })
  }
  return html`<text x="0" y="${y + 4}">${bothDrawn(zh, en)}</text>
    <line class="lane" x1="${axis.fromX}" x2="${axis.toX}" y1="${y}" y2="${y}" />
    ${marks.map(({ x, lines: marked }, at) => {
      const scale = Math.min(1.8, 1 + Math.log10(marked.length) / 2.2)
      const room = (marks[at + 1]?.x ?? Infinity) - x
      const count =
        marked.length > 1 && room > 34
          ? html`<text class="count" x="${round(x + 6 * scale + 2)}" y="${y + 4}">×${grouped(marked.length)}</text>`
          : ''
      const told = marked.slice(0, 4).map(({ text }) => text)
      if (marked.length > 4) told.push(`… +${grouped(marked.length - 4)}`)
      return html`<path
          class="${shape}"
          d="${SHAPES[shape]}"
          transform="translate(${round(x)} ${y}) scale(${scale.toFixed(2)})"
          ><title>${told.join('\n')}</title></path
        >${count}`
    })}`
}
