const DAY_MS = 86_400_000

/** Every date from the first to the last, both included. */
export function dates(from: string, to: string): string[] {
  const count = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
  return Array.from({ length: count }, (_, day) => new Date(Date.parse(from) + day * DAY_MS).toISOString().slice(0, 10))
}

/** What the State Council announced for 2026: the days that are free. */
const FREE = [
  dates('2026-01-01', '2026-01-03'),
  dates('2026-02-15', '2026-02-23'),
  dates('2026-04-04', '2026-04-06'),
  dates('2026-05-01', '2026-05-05'),
  dates('2026-06-19', '2026-06-21'),
  dates('2026-09-25', '2026-09-27'),
  dates('2026-10-01', '2026-10-07'),
].flat()

/** And the weekend days that are worked for them. */
const WORKED = ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10']

export function isWorkedIn2026(date: string): boolean {
  const isWeekend = [0, 6].includes(new Date(date).getUTCDay())
  return WORKED.includes(date) || (!isWeekend && !FREE.includes(date))
}
