import { DAY_MS } from '../../rules/model.ts'

/** What a try of a rule came to, as a person reads it: counts, a line of bars for each version, then what differs. */

interface Episode {
  device: string
  raisedAt: string
  clearedAt: string | null
  priority: string
  value: number | boolean | string | null
  ticketAt: string | null
}

interface Version {
  raised: number
  cleared: number
  tickets: number
  standing: number
  devices: number
  perBucket: number[]
  episodes: Episode[]
  faults: { count: number; message: string | null }
}

interface Alone {
  count: number
  episodes: Episode[]
}

/** As the API answers it. */
export interface TriedRule {
  type: 'result'
  rule: string
  from: string
  to: string
  readings: number
  tookMs: number
  bucketMs: number
  draft: Version
  live: Version | null
  differs: { onlyDraft: Alone; onlyLive: Alone; draftEarlier: number; draftLater: number } | null
}

const EPISODES_SHOWN = 20
const COLUMNS_MAX = 62
const FIGURES = ['raised', 'cleared', 'tickets', 'standing', 'devices'] as const

export function toldTried(tried: TriedRule): string[] {
  const { rule, from, to, readings, tookMs, draft, live, differs } = tried
  const took = `${readings.toLocaleString('en')} readings in ${(tookMs / 1_000).toFixed(1)} s`
  const row = (name: string, ...cells: (string | number)[]) =>
    [name.padEnd(10), ...cells.map((cell) => String(cell).padStart(10))].join('')
  const beside = (of: (version: Version) => number) => [of(draft), ...(live === null ? [] : [of(live)])]
  return [
    `${rule}, ${localTime(from)} to ${localTime(to)}: ${took}`,
    '',
    row('', 'draft', live === null ? '(no version in force)' : 'in force'),
    ...FIGURES.map((figure) => row(figure, ...beside((version) => version[figure]))),
    '',
    ...timeline(tried),
    ...faultsOf('draft', draft),
    ...(live === null ? [] : faultsOf('version in force', live)),
    ...(differs === null
      ? listed('the draft would have raised', { count: draft.raised, episodes: draft.episodes })
      : [
          ...listed('only the draft raised', differs.onlyDraft),
          ...listed('only the version in force raised', differs.onlyLive),
          ...timing(differs),
        ]),
  ]
}

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** Bars of one scale, one column for each day or hour, or for several where they are too many for a line. */
function timeline({ draft, live, bucketMs, from, to }: TriedRule): string[] {
  const perColumn = Math.ceil(draft.perBucket.length / COLUMNS_MAX)
  const rows = [draft, ...(live === null ? [] : [live])].map(({ perBucket }) => summed(perBucket, perColumn))
  const most = Math.max(...rows.flat())
  const bars = (counts: readonly number[]) => counts.map((count) => barOf(count, most)).join('')
  const unit = bucketMs === DAY_MS ? 'day' : 'hour'
  const span = perColumn === 1 ? unit : `${perColumn} ${unit}s`
  const [first, second] = rows
  return [
    `raised per ${span}, at most ${most}; ${localTime(from)} to ${localTime(to)}`,
    `${'draft'.padEnd(10)}${bars(first!)}`,
    ...(second === undefined ? [] : [`${'in force'.padEnd(10)}${bars(second)}`]),
  ]
}

const barOf = (count: number, most: number) =>
  count === 0 ? '·' : BARS[Math.min(BARS.length - 1, Math.floor((count / most) * BARS.length))]!

function summed(counts: readonly number[], perColumn: number): number[] {
  const columns = Array.from({ length: Math.ceil(counts.length / perColumn) }, () => 0)
  for (const [index, count] of counts.entries()) columns[Math.floor(index / perColumn)]! += count
  return columns
}

function listed(what: string, { count, episodes }: Alone): string[] {
  const shown = episodes.slice(0, EPISODES_SHOWN)
  const more = count - shown.length
  return [
    '',
    `${what}: ${count}`,
    ...shown.map((episode) => `  ${episodeLine(episode)}`),
    ...(more > 0 ? [`  and ${more} more; --json has the first 1,000`] : []),
  ]
}

function episodeLine({ device, raisedAt, clearedAt, priority, value, ticketAt }: Episode): string {
  const until = clearedAt === null ? 'still up' : `to ${localTime(clearedAt)}`
  const told = [localTime(raisedAt), until, device, priority, value === null ? '' : String(value)]
  return [...told, ticketAt === null ? '' : 'ticket'].join('\t').trimEnd()
}

function timing({ draftEarlier, draftLater }: NonNullable<TriedRule['differs']>): string[] {
  if (draftEarlier + draftLater === 0) return []
  return ['', `of those that both raised the draft came ${draftEarlier} times earlier, ${draftLater} times later`]
}

function faultsOf(which: string, { faults: { count, message } }: Version): string[] {
  return count === 0 ? [] : ['', `the ${which} could not be evaluated ${count} times; first: ${message}`]
}

/** In this machine's zone, to the second. */
function localTime(time: string): string {
  return new Date(time).toLocaleString('sv-SE')
}
