import type { Verdict } from '../judge.ts'
import type { Played } from '../play.ts'
import { againCommand, hasShownNothing, outcomeOf, SHOWED_NOTHING, spellPlace } from './outcome.ts'

/**
 * JUnit XML, as GitLab, Jenkins and GitHub's report actions read it: a suite for each run, a case for each expectation.
 *
 * `time` of a suite is how long the scenario lasts, in virtual seconds; that of a case is 0, for a verdict takes none.
 * A run that shows nothing has a failed case of its own. The seed is a property, `seed`, of the suite. `lost`: why no
 * more could be played, an error.
 */
export function junitReport(runs: readonly Played[], lost: string | null = null): string {
  const { expectations, failed, empty } = outcomeOf(runs)
  const name = suiteNames()
  const errors = lost === null ? 0 : 1
  const seconds = runs.reduce((sum, { scenario }) => sum + scenario.lastsMs, 0) / 1_000
  const tests = expectations + empty + errors
  const sums = { tests, failures: failed + empty, errors, time: spellSeconds(seconds) }
  const suites = runs.map((run) => suite(run, name(run)))
  if (lost !== null) suites.push(lostSuite(lost))
  const all = element('testsuites', { name: 'shifen simulate', ...sums }, suites)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${all}\n`
}

function suite(played: Played, name: string): string {
  const { scenario, seed, verdicts } = played
  const caseName = uniqueNames()
  const cases = verdicts.map((verdict) => expectationCase(played, verdict, name, caseName(verdict.expectation.text)))
  const isEmpty = hasShownNothing(played)
  if (isEmpty) cases.push(failedCase({ name: 'shows something', classname: name }, SHOWED_NOTHING, played))
  const { failed } = outcomeOf([played])
  const sums = { tests: cases.length, failures: failed + Number(isEmpty), errors: 0, skipped: 0 }
  const time = spellSeconds(scenario.lastsMs / 1_000)
  const properties = element('properties', {}, [element('property', { name: 'seed', value: seed })])
  return element('testsuite', { name, ...sums, time, file: scenario.file }, [properties, ...cases])
}

function lostSuite(why: string): string {
  const error = element('error', { message: why, type: 'lost' }, [xmlText(why)])
  const named = { name: 'comes to its end', classname: 'lost', time: 0 }
  const sums = { tests: 1, failures: 0, errors: 1, skipped: 0, time: 0 }
  return element('testsuite', { name: 'lost', ...sums }, [element('testcase', named, [error])])
}

function expectationCase(played: Played, { met, happened, expectation }: Verdict, classname: string, name: string) {
  const { text, place } = expectation
  const named = { name, classname, file: place.file, line: place.line }
  if (met) return element('testcase', { ...named, time: 0 })
  return failedCase(named, happened, played, `expected: ${text}\nat: ${spellPlace(place)}\n`)
}

function failedCase(named: Attributes, happened: string, played: Played, expected = ''): string {
  const body = `${expected}happened: ${happened}\nseed: ${played.seed}\nrun again: ${againCommand(played)}`
  const failure = element('failure', { message: happened, type: 'expectation' }, [xmlText(body)])
  return element('testcase', { ...named, time: 0 }, [failure])
}

/** Of a scenario that runs more than once, each run has a suite with its seed in the name. */
function suiteNames(): (played: Played) => string {
  const unique = uniqueNames()
  return ({ scenario, seed }) => unique(scenario.name, `seed ${seed}`)
}

/** Where two cases have one name, readers take them for one; the first keeps it. */
function uniqueNames(): (text: string, otherwise?: string) => string {
  const given = new Map<string, number>()
  return (text, otherwise) => {
    const name = text.replace(/\s+/g, ' ').trim()
    const times = (given.get(name) ?? 0) + 1
    given.set(name, times)
    return times === 1 ? name : `${name} (${otherwise ?? times})`
  }
}

type Attributes = Readonly<Record<string, string | number>>

function element(tag: string, attributes: Attributes, children: readonly string[] = []): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${xmlText(String(value))}"`)
  const start = `<${tag}${written.join('')}`
  if (children.length === 0) return `${start}/>`
  const isText = children.every((child) => !child.startsWith('<'))
  return isText ? `${start}>${children.join('')}</${tag}>` : `${start}>\n${children.join('\n')}\n</${tag}>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** What XML 1.0 cannot hold, even escaped, is written as U+FFFD. */
const xmlText = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!)
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)

const spellSeconds = (seconds: number): string => seconds.toFixed(3)
