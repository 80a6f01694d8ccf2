import { z } from '@hono/zod-openapi'
import { firstShown } from '../../rules/calendar/zone.ts'
import type { ReportForRegister } from '../../rules/desk/register.ts'
import { DAY_MS, PROGRESS_WAYS, type Site } from '../../rules/model.ts'
import { APPOINTED_AHEAD_MAX_DAYS, OCCURRED_AGO_MAX_DAYS } from '../../rules/tickets/reported.ts'
import { line, telephone } from './schemas.ts'

/** What a resident chooses from: no words of ours in his mouth. */
export const CATEGORIES = ['water_leak', 'elevator', 'power', 'other'] as const
export const EMERGENCIES = ['none', 'burst', 'trapped', 'no_power'] as const

/** An emergency is what it is, whatever else was chosen, and it waits for no time that was wished for. */
const EMERGENCY = {
  burst: { category: 'water_leak', problems: ['water.burst'] },
  trapped: { category: 'elevator', problems: ['elevator.entrapment'] },
  no_power: { category: 'power', problems: ['power.cut'] },
} as const

export const FIELDS = [
  ...['emergency', 'text', 'category', 'household', 'location', 'phone', 'name'],
  ...['occurred', 'wanted', 'progress'],
] as const
/** As they were typed, to be shown again. */
export type Typed = Readonly<Record<string, string>>

/** As a browser writes it, on the clock of the site. */
const wallClock = z.union([z.literal(''), z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/)])

/** Browsers end each line of a text with two characters. */
const paragraphs = z
  .string()
  .overwrite((text) => text.replace(/\r\n?/g, '\n'))
  .pipe(line(2_000).min(1))

const form = z.object({
  emergency: z.enum(EMERGENCIES).default('none'),
  text: paragraphs,
  category: z.enum(CATEGORIES).default('other'),
  household: line(50).min(1),
  location: line(200).default(''),
  phone: z.string().trim().pipe(telephone),
  name: line(100).default(''),
  occurred: wallClock.default(''),
  wanted: wallClock.default(''),
  progress: z.enum(PROGRESS_WAYS).default('sms'),
})

export type ReadForm = { ok: true; report: ReportForRegister } | { ok: false; wrong: readonly string[] }

/** `wrong`: names of fields. `now`, to say of a time that it cannot be meant. */
export function readForm(typed: Typed, { id: site, timezone }: Site, now: number): ReadForm {
  const read = form.safeParse(typed)
  if (!read.success) return { ok: false, wrong: [...new Set(read.error.issues.map(({ path }) => String(path[0])))] }
  const { emergency, occurred, wanted, category, ...said } = read.data
  const isUrgent = emergency !== 'none'
  const occurredAt = instantOf(occurred, timezone)
  const appointmentAt = isUrgent ? null : instantOf(wanted, timezone)
  const hasOccurred = isBetween(now - OCCURRED_AGO_MAX_DAYS * DAY_MS, occurredAt ?? now, now)
  if (!hasOccurred) return { ok: false, wrong: ['occurred'] }
  const isToCome = isBetween(now + 1, appointmentAt ?? now + 1, now + APPOINTED_AHEAD_MAX_DAYS * DAY_MS)
  if (!isToCome) return { ok: false, wrong: ['wanted'] }
  const what = isUrgent ? EMERGENCY[emergency] : { category, problems: [] }
  const report: ReportForRegister = {
    ...{ ...said, ...what, site, occurredAt, appointmentAt, channel: 'page', size: null, device: null },
    ...{ priority: isUrgent ? 'critical' : 'medium', paid: false, quotedFen: null, agreedBy: null, formDate: null },
  }
  return { ok: true, report }
}

/** What is no time at all is not. */
const isBetween = (from: number, at: number, to: number) => from <= at && at <= to

function instantOf(wall: string, timezone: string): number | null {
  if (wall === '') return null
  const shown = Date.parse(`${wall}Z`)
  return Number.isNaN(shown) ? NaN : firstShown(timezone, shown)
}
