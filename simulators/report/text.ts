import { spellSpan } from '../judge.ts'
import type { Line } from '../lines.ts'
import { createLocalTime } from '../local-time.ts'
import type { Played } from '../play.ts'
import { clockPicture, clockSpans, clockWords, endOf, isLate, ticketsToShow } from './clocks.ts'
import { foldLines, limitTold } from './fold.ts'
import { againCommand, counted, grouped, hasShownNothing, outcomeOf, SHOWED_NOTHING, spellPlace } from './outcome.ts'
import { aligned, paint, type Paint, printable } from './terminal.ts'

export interface TextOptions {
  /** Whether with ANSI colours. */
  colour: boolean
  /** How many lines of its timeline each run has at most; 400 unless set. */
  linesMax?: number
  /** And of how many tickets the clocks are drawn; 40 unless set. */
  ticketsMax?: number
}

/** Several runs as a terminal shows them, one after the other, and what they come to in the last line. */
export function textReport(runs: readonly Played[], options: TextOptions): string {
  return `${runs.map((run) => runText(run, options)).join('')}${lastLine(runs, options)}\n`
}

/** One run: its head, its timeline, each ticket's clocks, and what was expected. */
export function runText(played: Played, { colour, linesMax = 400, ticketsMax = 40 }: TextOptions): string {
  const use = paint(colour)
  const lines = [
    ...headOf(played, use),
    ...timelineOf(played, linesMax, colour),
    ...ticketsOf(played, ticketsMax, use),
    ...verdictsOf(played, use),
  ]
  return `${lines.join('\n')}\n`
}

/** `3 scenarios, 41 expectations, 1 failed` */
export function lastLine(runs: readonly Played[], { colour }: Pick<TextOptions, 'colour'>): string {
  const { scenarios, expectations, failed, empty, passed } = outcomeOf(runs)
  const parts = [
    counted(scenarios, 'scenario'),
    ...(runs.length > scenarios ? [counted(runs.length, 'run')] : []),
    counted(expectations, 'expectation'),
    `${grouped(failed)} failed`,
    ...(empty > 0 ? [`${counted(empty, 'run')} showed nothing`] : []),
  ]
  return paint(colour)(passed ? 'green' : 'red', parts.join(', '))
}

const LANE_COLOURS = { building: 'blue', service: 'cyan', people: 'magenta', story: 'yellow' } as const

/**
 * Lines of a timeline one by one, as they come: `  03:00:05  building  leak-b2 is wet (B2 水泵房)`, with a heading
 * before it where a day begins.
 */
export function createLineTeller(timezone: string, { colour }: Pick<TextOptions, 'colour'>): (line: Line) => string[] {
  const time = createLocalTime(timezone)
  const use = paint(colour)
  let today = ''
  return ({ atMs, from, text }) => {
    const [date = '', clock = ''] = time.spell(atMs).split(' ')
    const heading = date === today ? [] : [use('bold', date)]
    today = date
    const lane = use(LANE_COLOURS[from], from.padEnd(8))
    return [...heading, `  ${use('faint', clock.slice(0, 8))}  ${lane}  ${printable(text)}`]
  }
}

function headOf({ scenario, seed, startMs, messages }: Played, use: Paint): string[] {
  const { name, title, site, lastsMs, devices } = scenario
  const from = createLocalTime(site.timezone).spell(startMs)
  const what = `${counted(devices.length, 'device')}, ${counted(messages, 'message')}`
  return [
    use('bold', printable(`${name} · ${title.zh} ${title.en} · seed ${seed}`)),
    printable(`from ${from} ${site.timezone}, for ${spellSpan(lastsMs)}; ${what}`),
    '',
  ]
}

const INDENT = ' '.repeat(22)

function timelineOf({ scenario, lines }: Played, linesMax: number, colour: boolean): string[] {
  const tell = createLineTeller(scenario.site.timezone, { colour })
  const told = limitTold(foldLines(lines, scenario), linesMax).flatMap((each) => {
    if ('line' in each) return tell(each.line)
    const what = 'alike' in each ? `${grouped(each.alike)} more like it` : `${counted(each.left, 'line')} left out`
    return [paint(colour)('faint', `${INDENT}… ${what}`)]
  })
  return [...told, '']
}

function ticketsOf(played: Played, ticketsMax: number, use: Paint): string[] {
  const time = createLocalTime(played.scenario.site.timezone)
  const { shown, left, late } = ticketsToShow(played.tickets, ticketsMax)
  if (shown.length === 0) return ['no ticket was opened', '']
  const heads = aligned(
    shown.map(({ number, category, priority, device, location, openedAt, state }) => {
      const opened = `opened ${time.spell(Date.parse(openedAt)).slice(0, 19)}, ${state.replaceAll('_', ' ')}`
      return [number, category, priority, device ?? '–', location, opened].map(printable)
    }),
  )
  const drawn = shown.flatMap((ticket, at) => {
    const spans = clockSpans(ticket, endOf(played))
    const rows = aligned(
      spans.map((span) => {
        const whose = span.party === 'property' ? '' : ` (${span.party})`
        return [`${span.milestone}${whose}`.replaceAll('_', ' '), clockPicture(span), clockWords(span)]
      }),
    )
    const clocks = rows.map((row, index) => `    ${isLate(spans[index]!) ? use('red', row) : row}`)
    return [`  ${use('bold', heads[at]!)}`, ...(clocks.length === 0 ? ['    no clock'] : clocks)]
  })
  const lateShown = Math.min(late, shown.length)
  const more = `  … ${counted(left, 'more ticket')}, ${grouped(late - lateShown)} of them late`
  return [use('bold', 'tickets'), ...drawn, ...(left === 0 ? [] : [more]), '']
}

function verdictsOf(played: Played, use: Paint): string[] {
  const wide = aligned(
    played.verdicts.map(({ expectation: { text, place } }) => {
      return [text.replace(/\s+/g, ' '), spellPlace(place)].map(printable)
    }),
  )
  const verdicts = played.verdicts.flatMap(({ met, happened }, at) => [
    met ? `  ${use('green', '✓')} ${wide[at]}` : `  ${use('red', `✗ ${wide[at]}`)}`,
    `    ${use(met ? 'faint' : 'red', printable(happened))}`,
  ])
  const again = [`  seed ${printable(played.seed)}; to run it again: ${printable(againCommand(played))}`]
  return [
    use('bold', 'expectations'),
    ...verdicts,
    ...(hasShownNothing(played) ? [`  ${use('red', `✗ ${SHOWED_NOTHING}`)}`] : []),
    ...(played.passed ? [] : again),
    '',
  ]
}
