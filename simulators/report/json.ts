import type { SeenTicket } from '../facts.ts'
import type { Verdict } from '../judge.ts'
import type { Played } from '../play.ts'
import { clockSpans, endOf } from './clocks.ts'
import { againCommand, hasShownNothing, outcomeOf } from './outcome.ts'

/**
 * Everything about several runs for a script; keys always in this order, times in ISO 8601 (UTC):
 *
 * ```
 * { passed, scenarios, expectations, failed, empty, runs: [{
 *   scenario: { name, title: { zh, en }, file, timezone }, seed, passed, showsNothing, startsAt, endsAt, messages,
 *   again,                                                          how to run it again, as a shell takes it
 *   verdicts: [{ text, file, line, column, met, happened }],
 *   tickets: [{ number, id, state, priority, category, origin, kind, site, location, device, titles: { zh, en },
 *     assignee, reworkOf, ageUnknown, alarms: [id], openedAt,
 *     clocks: [{ milestone, party, state, dueAt, metAt,
 *       withinMs, elapsedMs }] }],               from the opening until due; until met, else until the run ended
 *   facts: [{ at, about, what, of, fields }],
 *   lines: [{ at, from, text }]
 * }] }
 * ```
 *
 * `elapsedMs` of a clock that no longer counts is `null`.
 */
export function jsonReport(runs: readonly Played[]): string {
  const { passed, scenarios, expectations, failed, empty } = outcomeOf(runs)
  return `${JSON.stringify({ passed, scenarios, expectations, failed, empty, runs: runs.map(shownRun) }, null, 2)}\n`
}

function shownRun(played: Played) {
  const { scenario, seed, passed, startMs, messages, verdicts, tickets, facts, lines } = played
  const { name, title, file, site } = scenario
  return {
    scenario: { name, title: { zh: title.zh, en: title.en }, file, timezone: site.timezone },
    seed,
    passed,
    showsNothing: hasShownNothing(played),
    startsAt: iso(startMs),
    endsAt: iso(endOf(played)),
    messages,
    again: againCommand(played),
    verdicts: verdicts.map(shownVerdict),
    tickets: tickets.map((ticket) => shownTicket(ticket, endOf(played))),
    facts: facts.map(({ atMs, about, what, of, fields }) => ({
      at: iso(atMs),
      about,
      what,
      of,
      fields: sorted(fields),
    })),
    lines: lines.map(({ atMs, from, text }) => ({ at: iso(atMs), from, text })),
  }
}

function shownVerdict({ expectation: { text, place }, met, happened }: Verdict) {
  return { text, file: place.file, line: place.line, column: place.column, met, happened }
}

function shownTicket(ticket: SeenTicket, endMs: number) {
  const { number, id, state, priority, category, origin, kind, site, location, device, titles } = ticket
  const { assignee, reworkOf, ageUnknown, alarms, openedAt } = ticket
  const spans = clockSpans(ticket, endMs)
  const clocks = ticket.clocks.map(({ dueAt, metAt }, at) => {
    const { milestone, party, state, withinMs, elapsedMs } = spans[at]!
    return { milestone, party, state, dueAt, metAt, withinMs, elapsedMs }
  })
  const what = { number, id, state, priority, category, origin, kind, site, location, device }
  const names = { zh: titles.zh, en: titles.en }
  return { ...what, titles: names, assignee, reworkOf, ageUnknown, alarms, openedAt, clocks }
}

const iso = (atMs: number): string => new Date(atMs).toISOString()

const sorted = <Value>(fields: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1)))
