import { html } from 'hono/html'
import { wallTime } from '../../rules/calendar/zone.ts'
import { oneLine } from '../../rules/notify/channels/text.ts'
import type { Both } from './words.ts'

export type Html = ReturnType<typeof html>

/** Whose page it is and how it is read. */
export interface Reading {
  site: string
  timezone: string
  printedAt: number
  printedBy: string
  /** Telephone numbers are shown without their middle. */
  masked: boolean
  /** An id that has no name stands for itself. */
  responder: (id: string) => string
  device: (id: string) => string
}

export interface Sheet {
  title: Both
  /** Right above the form: its number, or its period. */
  aside: Both
  /** For tables with many columns. */
  wide?: boolean
  foot?: readonly Both[]
}

/** A page that is printed as it stands. Both languages; everything in it is escaped. No script. */
export function sheet({ title, aside, wide = false, foot = [] }: Sheet, reading: Reading, content: unknown): Html {
  const { site, printedAt, printedBy } = reading
  return html`<!doctype html>
    <html lang="zh">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title.zh} ${oneLine(aside.zh)}</title>
        <link rel="stylesheet" href="/print.css" />
      </head>
      <body class="${wide ? 'wide' : 'tall'}">
        <main>
          <header>
            <p class="site">${oneLine(site)}</p>
            <h1>${title.zh}<span lang="en">${title.en}</span></h1>
            <p class="aside">${inBoth(aside)}</p>
          </header>
          ${content}
          <footer>
            ${foot.map((line) => html`<p>${inBoth(line)}</p>`)}
            <p>
              打印<span lang="en">Printed</span> ${moment(printedAt, reading)} · ${oneLine(printedBy)}
              <span class="zone">${reading.timezone}</span>
            </p>
          </footer>
        </main>
      </body>
    </html>`
}

/** In Chinese, with English under it where that says something else. */
export const inBoth = ({ zh, en }: Both): Html => {
  const [first, second] = [oneLine(zh), oneLine(en)]
  return html`${first}${second === first ? '' : html`<span lang="en">${second}</span>`}`
}

/** What is not known is written in with a pen. */
export const given = (value: string | Html | null): string | Html =>
  value === null || value === '' ? html`<i class="blank"></i>` : typeof value === 'string' ? oneLine(value) : value

/** What there is of these, in one line. */
export const sentence = (...parts: readonly (string | null)[]): string =>
  parts.flatMap((part) => (part === null || part === '' ? [] : oneLine(part))).join(' ')

/** What somebody wrote in more than one line stays in them. */
export const paragraphs = (text: string): Html =>
  html`${text
    .split('\n')
    .map(oneLine)
    .filter((line) => line !== '')
    .map((line) => html`<p>${line}</p>`)}`

/** `2026-11-23 10:00`, site time; nothing for what has not been. */
export function moment(at: number | null | undefined, { timezone }: Pick<Reading, 'timezone'>): string {
  if (at === null || at === undefined) return ''
  return new Date(wallTime(timezone, at)).toISOString().slice(0, 16).replace('T', ' ')
}

/** `138****0001`: enough to tell two apart, not to call them. */
export function phone(number: string | undefined, { masked }: Pick<Reading, 'masked'>): string {
  if (number === undefined || !masked) return number ?? ''
  const digits = [...number].filter((sign) => /\d/.test(sign))
  if (digits.length < 7) return '*'.repeat(digits.length)
  return `${digits.slice(0, 3).join('')}****${digits.slice(-4).join('')}`
}

/** A label and what belongs beside it. */
export const cell = (label: Both, value: string | Html | null, span = 1): Html =>
  html`<th scope="row">${inBoth(label)}</th>
    <td colspan="${span}">${given(value)}</td>`

export interface Column<T> {
  head: Both
  value: (row: T) => string | Html | null
  /** What of the width, where the text alone would get it wrong. */
  kind?: 'narrow' | 'time' | 'long' | 'number'
}

/** A register with its rows numbered, and some empty ones for a pen where it has none. */
export function register<T>(columns: readonly Column<T>[], rows: readonly T[]): Html {
  const cells = (row: T) => columns.map(({ value, kind = '' }) => html`<td class="${kind}">${filled(value(row))}</td>`)
  const empty = Array.from({ length: Math.max(0, ROWS_MIN - rows.length) }, () => null)
  return html`<table class="register">
    <thead>
      <tr>
        <th class="narrow">${inBoth({ zh: '序号', en: 'No.' })}</th>
        ${columns.map(({ head, kind = '' }) => html`<th class="${kind}">${inBoth(head)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row, index) =>
          html`<tr>
            <td class="narrow">${index + 1}</td>
            ${cells(row)}
          </tr>`,
      )}
      ${empty.map(
        () =>
          html`<tr>
            <td></td>
            ${columns.map(() => html`<td></td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`
}

const ROWS_MIN = 8

/** A box of a register is empty by itself. */
const filled = (value: string | Html | null) => (typeof value === 'string' ? oneLine(value) : (value ?? ''))
