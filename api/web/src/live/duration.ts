const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

const two = (value: number) => String(value).padStart(2, '0')

/** `mm:ss`, from an hour on `h:mm:ss`, from three days on whole days and hours with the given words. */
export function formatDuration(ms: number, words: { day: string; hour: string }): string {
  const days = Math.floor(ms / DAY_MS)
  if (days >= 3) return `${days}${words.day}${Math.floor((ms % DAY_MS) / HOUR_MS)}${words.hour}`
  const hours = Math.floor(ms / HOUR_MS)
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS)
  const seconds = Math.floor((ms % MINUTE_MS) / SECOND_MS)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${two(minutes)}:${two(seconds)}`
}

/**
 * Time until due as a countdown: full seconds still to come, so that ten minutes show as 10:00 and 00:00 only at the
 * end; past due with a plus sign.
 */
export function formatCountdown(leftMs: number, words: { day: string; hour: string }): string {
  if (leftMs < 0) return `+${formatDuration(-leftMs, words)}`
  return formatDuration(Math.ceil(leftMs / SECOND_MS) * SECOND_MS, words)
}

const UNITS = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', SECOND_MS],
] as const

/** `1 小时 30 分钟`, `2 seconds`: in the words of the language, whatever is not nought. */
export function durationInWords(ms: number, tag: string): string {
  let restMs = ms
  const told = UNITS.flatMap(([unit, unitMs]) => {
    const count = unit === 'second' ? restMs / unitMs : Math.floor(restMs / unitMs)
    restMs -= count * unitMs
    return count === 0 ? [] : [countOf(count, unit, tag)]
  })
  return told.join(' ')
}

function countOf(count: number, unit: string, tag: string): string {
  const unitDisplay = tag.startsWith('zh') ? 'short' : 'long'
  const parts = new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay }).formatToParts(count)
  const number = parts.filter(({ type }) => type !== 'unit' && type !== 'literal').map(({ value }) => value)
  return `${number.join('')} ${parts.find(({ type }) => type === 'unit')!.value}`
}
