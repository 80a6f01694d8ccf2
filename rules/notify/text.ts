import { wallTime } from '../calendar/zone.ts'
import { marked } from '../drills/drills.ts'
import { DAY_MS, MINUTE_MS, type Notice, SECOND_MS } from '../model.ts'
import {
  FRAME,
  type Language,
  MILESTONE_WORDS,
  MUTE_WORDS,
  PRIORITY_WORDS,
  SKILL_WORDS,
  TEMPLATES,
  type Template,
} from './templates.ts'

/** What a text is written for, and names of what a notice knows by its id; an id that has none stands for itself. */
export interface Reading {
  language: Language
  timezone: string
  now: number
  site(id: string): string
  responder(id: string): string
  device(id: string): { name: string; place: string }
}

export interface Text {
  title: string
  lines: readonly string[]
}

const TEXT_MAX = 200
const LINES_MAX = 20

/** What a notice says. Plain text, a line each, nothing in it escaped yet; control characters become spaces. */
export function textOf(notice: Notice, reading: Reading): Text {
  const template = TEMPLATES[notice.kind][reading.language]
  const { title, lines } = filled(template, fieldsOf(notice, reading))
  const framed = (notice.emergency ? FRAME[reading.language].emergency : '') + title
  return { title: typeof notice.body.drill === 'string' ? marked(reading.language, framed) : framed, lines }
}

/** What many say in one message: the title of each, the first 20, and how many more there are. */
export function textOfMany(notices: readonly Notice[], reading: Reading): Text {
  const { emergency, many, more } = FRAME[reading.language]
  const sites = [...new Set(notices.flatMap(({ site }) => (site === null ? [] : [reading.site(site)])))]
  const isUrgent = notices.some((notice) => notice.emergency)
  const { title } = filled({ title: many, lines: [] }, { count: String(notices.length), site: sites.join(', ') })
  const lines = notices.slice(0, LINES_MAX).map((notice) => textOf(notice, reading).title)
  const rest = notices.length - lines.length
  if (rest > 0) lines.push(more.replace('{count}', String(rest)))
  return { title: (isUrgent ? emergency : '') + title, lines }
}

type Fields = Readonly<Record<string, string | undefined>>

/** A field that is not known leaves its line out, and in a title what binds it to the rest. */
function filled({ title, lines }: Template, fields: Fields): Text {
  const known = (part: string) => [...part.matchAll(/\{(\w+)\}/g)].every(([, name]) => fields[name!])
  const fill = (part: string) => clean(part.replace(/\{(\w+)\}/g, (_, name: string) => fields[name] ?? ''))
  return { title: fill(title.split(' · ').filter(known).join(' · ')), lines: lines.filter(known).map(fill) }
}

/** One line that nothing can break, and not a long one. */
function clean(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ').trim()
  const characters = [...line]
  return characters.length <= TEXT_MAX ? line : `${characters.slice(0, TEXT_MAX - 1).join('')}…`
}

/** As it is written in a notice's body: whatever does not fit is not known. */
function fieldsOf({ body, site }: Notice, reading: Reading): Fields {
  const { language, now } = reading
  const text = (name: string) => wordOf(body[name], language)
  const named = (name: string, words: Readonly<Record<string, Record<Language, string>>>) =>
    words[String(body[name])]?.[language] ?? text(name)
  const time = (name: string) => timeOf(body[name], reading)
  const people = (name: string) => {
    const ids = Array.isArray(body[name]) ? body[name].map((id) => reading.responder(String(id))) : []
    return ids.join(FRAME[language].between)
  }
  const device = typeof body.device === 'string' ? reading.device(body.device) : null
  const arriveBy = typeof body.arriveBy === 'number' ? body.arriveBy : null
  const person = (name: string) => (typeof body[name] === 'string' ? reading.responder(body[name]) : undefined)
  return {
    ...{ title: text('title'), number: text('number'), count: countOf(body.count), reason: text('reason') },
    ...{ command: text('command'), alarms: text('alarms'), emergencies: text('emergencies'), people: text('people') },
    ...{ open: text('open'), step: text('stepName'), said: text('said'), plan: text('plan'), roster: text('roster') },
    ...{ grade: text('grade'), resident: text('resident') },
    ...{ from: time('from'), to: time('to'), until: time('until'), dueAt: time('dueAt') },
    ...{ by: person('by'), assignee: person('assignee'), coming: people('coming'), leaving: people('leaving') },
    place: placeOf(text('title'), text('location') || device?.place),
    device: device?.name,
    site: site === null ? undefined : reading.site(site),
    priority: named('priority', PRIORITY_WORDS),
    milestone: named('milestone', MILESTONE_WORDS),
    muted: named('kind', MUTE_WORDS),
    skill: named('skill', SKILL_WORDS),
    latest: latestOf(body.latest, reading),
    tickets: ticketsOf(body.tickets, language),
    arriveBy: arriveBy !== null && arriveBy >= now ? timeOf(arriveBy, reading) : undefined,
    lateSince: arriveBy !== null && arriveBy < now ? timeOf(arriveBy, reading) : undefined,
    left: arriveBy !== null && arriveBy >= now ? lengthOf(arriveBy - now, language) : undefined,
  }
}

/** A text, a number, or what is written in both languages. */
function wordOf(value: unknown, language: Language): string | undefined {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  if (typeof value !== 'object' || value === null) return undefined
  const word = (value as Record<string, unknown>)[language]
  return typeof word === 'string' ? word : undefined
}

/** A ticket of an alarm has its place in its title. */
const placeOf = (title: string | undefined, place: string | undefined) =>
  place && title?.includes(place) ? undefined : place

/** The first time says itself. */
const countOf = (count: unknown) => (typeof count === 'number' && count > 1 ? String(count) : undefined)

/** `11-23 10:00`, site time. */
function timeOf(value: unknown, { timezone }: Reading): string | undefined {
  if (typeof value !== 'number') return undefined
  return new Date(wallTime(timezone, value)).toISOString().slice(5, 16).replace('T', ' ')
}

function lengthOf(ms: number, language: Language): string {
  const seconds = Math.round(ms / SECOND_MS)
  if (ms < MINUTE_MS) return language === 'zh' ? `${seconds} 秒` : `${seconds} s`
  if (ms < DAY_MS) {
    // Counted a moment after it began, ten minutes are still ten.
    const minutes = Math.floor((ms + SECOND_MS) / MINUTE_MS)
    return language === 'zh' ? `${minutes} 分钟` : `${minutes} min`
  }
  const days = Math.floor(ms / DAY_MS)
  return language === 'zh' ? `${days} 天` : `${days} days`
}

/** The last of a flood's alarms: `漏水 B2 水泵房`. */
function latestOf(latest: unknown, reading: Reading): string | undefined {
  if (!Array.isArray(latest)) return undefined
  const named = (latest as { device?: unknown; title?: unknown }[]).map(({ device, title }) => {
    const place = typeof device === 'string' ? reading.device(device).place : ''
    return `${wordOf(title, reading.language) ?? ''} ${place}`.trim()
  })
  return named.slice(-LATEST_MAX).join(FRAME[reading.language].between) || undefined
}

const LATEST_MAX = 5

/** The first of what is handed over: `20261123-0007 漏水 B2 水泵房`. */
function ticketsOf(tickets: unknown, language: Language): string | undefined {
  if (!Array.isArray(tickets)) return undefined
  const named = (tickets as Record<string, unknown>[])
    .slice(0, LATEST_MAX)
    .map(({ number, title, location }) =>
      [number, wordOf(title, language), location].filter((part) => typeof part === 'string' && part !== '').join(' '),
    )
  return named.join(FRAME[language].between) || undefined
}
