import { createActs } from './acts.ts'
import { createFactFinder, type News, type SeenDevice, type SeenTicket } from './facts.ts'
import type { Ground } from './ground.ts'
import { createHand, type Hand } from './hand.ts'
import { type AnswerGiven, hasShown, judge, type Verdict } from './judge.ts'
import { type Line, lineOf, stepLine } from './lines.ts'
import { createLocalTime } from './local-time.ts'
import { createPeople } from './people/people.ts'
import type { Action, Request, SeenFollowUp } from './people/news.ts'
import { createNames } from './names.ts'
import { pathsOf } from './paths.ts'
import { createPremises } from './premises.ts'
import { isWell, provision, sentenceOf } from './provision.ts'
import { seededRandom } from './random.ts'
import type { ExpectedAnswer, Fact, Scenario } from './scenario.ts'
import { createStory } from './story.ts'

export interface Played {
  scenario: Scenario
  seed: string
  startMs: number
  lines: readonly Line[]
  facts: readonly Fact[]
  tickets: readonly SeenTicket[]
  verdicts: readonly Verdict[]
  /** It came to its end, every expectation was met, and one at least that something was to happen. */
  passed: boolean
  /** Messages that reached the service. */
  messages: number
}

export interface PlayOptions {
  scenario: Scenario
  ground: Ground
  seed: string
  onLine?: (line: Line) => void
  /** How far it has come, as a share, after each moment. */
  onProgress?: (share: number) => void
  signal?: AbortSignal
  /** When the service has the site, its people and devices, and nothing has happened yet. */
  onProvisioned?: () => Promise<void>
  /** When everything is switched on. */
  onHand?: (hand: Hand) => void
}

/** In these a follow-up may have begun. */
const CALLED_BACK: ReadonlySet<SeenTicket['state']> = new Set(['completed', 'signed_off', 'closed'])

/** What a run without an end remembers; within it, a ticket's way has long come to its end. */
const LATEST_MAX = 1_000

/** Things of one moment lead to each other; where that never ends, something is wrong. */
const ROUNDS_MAX = 1_000

/**
 * Plays a scenario to its end, or to the signal, and judges it. @throws ScenarioProblem where the service does not take
 * something of it, Error where the ground gives way.
 */
export async function play(options: PlayOptions): Promise<Played> {
  const { scenario, ground, seed, onLine, onProgress, signal } = options
  await provision(ground, scenario)
  await options.onProvisioned?.()
  const before = await ground.news()
  const random = seededRandom(seed)
  const time = createLocalTime(scenario.site.timezone)
  const startMs = ground.now()
  const endMs = startMs + scenario.lastsMs
  const isEndless = endMs === Infinity
  const premises = createPremises({ scenario, random, startMs, time })
  const people = createPeople({ ...scenario, random: random.fork('people'), hourOfDay: time.hourOfDay })
  const story = createStory(scenario.timeline, random.fork('story'), startMs)
  const names = createNames(scenario)
  // What was there before is not of this run; it only has names.
  for (const told of before) names.renamed(told)
  const finder = createFactFinder(isEndless ? LATEST_MAX : Infinity)
  const pathOf = pathsOf(names.idOf, finder)
  const acts = createActs({ scenario, premises, people, ground, random: random.fork('picks'), pathOf })
  const lines: Line[] = []
  const facts: Fact[] = []
  const answers = new Map<ExpectedAnswer, AnswerGiven>()
  const questions = questionsOf(scenario, startMs)
  let messages = 0
  const handed = createHand({ premises, finder, story, now: () => ground.now() })

  const say = (from: Line['from'], text: string, fact: Fact | null = null) => {
    const line = { atMs: ground.now(), from, text, fact }
    if (!isEndless) lines.push(line)
    onLine?.(line)
  }

  /** Devices connect, what the timeline says happens, and the service hears of it. */
  async function carry(): Promise<void> {
    const now = ground.now()
    for (const { step, ends } of story.due(now)) {
      const devices = ends ? acts.end(step, now) : await acts.begin(step, now)
      if (!ends) handed.happened(step)
      const told = stepLine(step.act, devices, ends)
      if (told !== null) say('story', told)
    }
    for (const { topic, payload } of ground.toDevices()) premises.obey(topic, payload)
    const { sent, happenings } = premises.due(ground.now())
    for (const happening of happenings) say('building', happening)
    messages += sent.length
    await ground.deliver(sent)
    await ground.tick()
  }

  /** What came to be known is told to those who wait for it. */
  async function listen(): Promise<void> {
    for (const told of await ground.news()) {
      const news = names.renamed(told)
      for (const fact of finder.find(news, ground.now())) {
        if (!isEndless) facts.push(fact)
        story.hear(fact)
        say('service', lineOf(fact, finder.tickets), fact)
      }
      if (news.about === 'device' && news.what === 'discovered') await place(news.device)
      hear(news)
      if (news.about === 'ticket' && CALLED_BACK.has(news.ticket.state)) await lookForFollowUps(news.ticket)
    }
  }

  /** Who is to be called back stands in a list, not on the stream. */
  async function lookForFollowUps({ id }: SeenTicket): Promise<void> {
    for (const state of ['open', 'waiting']) {
      const { body } = await ground.ask(null, 'GET', `follow-ups?ticket=${id}&state=${state}`)
      for (const followUp of (body as { items?: SeenFollowUp[] }).items ?? []) {
        people.hear({ about: 'follow_up', followUp }, ground.now())
      }
    }
  }

  function hear(news: News): void {
    if (news.about === 'ticket' || news.about === 'alarm') people.hear(news, ground.now())
    if (news.about !== 'notice' || news.notice.state !== 'sent' || news.notice.recipient === null) return
    const { recipient, kind, ticket } = news.notice
    people.hear({ about: 'notice', recipient, kind, ticket }, ground.now())
  }

  /** Somebody says where a discovered device is. */
  async function place({ id }: SeenDevice): Promise<void> {
    const described = scenario.devices.find((each) => each.id === id)
    if (described === undefined) return
    const { name, location, building, zone = null, tags = [] } = described
    const path = `devices/${encodeURIComponent(names.idOf(id))}`
    await ground.ask(null, 'PATCH', path, { name, location, building, zone, tags })
  }

  async function perform(action: Action): Promise<void> {
    if ('says' in action) return say('people', `${action.person} ${action.says}`)
    if ('repairs' in action) {
      for (const fault of acts.repair(action.repairs, ground.now())) {
        say('people', `${action.person ?? 'somebody'} repairs ${action.repairs}: ${fault.replaceAll('_', ' ')}`)
      }
      return
    }
    const answer = await ground.ask(action.as, action.method, pathOf(action.path), action.body)
    if (isWell(answer)) return
    const detail = sentenceOf(answer)
    say('people', `${who(action)} cannot ${action.path}: ${detail}`)
    people.hear({ about: 'refusal', of: action, status: answer.status, detail }, ground.now())
  }

  /** Everything of one moment: what one thing leads to at once belongs to it. */
  async function happen(atMs: number): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      await carry()
      await listen()
      const actions = people.due(ground.now())
      for (const action of actions) {
        await perform(action)
        await listen()
      }
      if (actions.length === 0 && Math.min(story.nextMs(), premises.nextMs(), people.nextMs()) > atMs) return
    }
    throw new Error(`what happens at ${time.spell(atMs)} leads to itself, and never comes to an end`)
  }

  async function question(expected: ExpectedAnswer): Promise<void> {
    const answer = await ground.ask(null, 'GET', pathOf(expected.path))
    const said = `${answer.status}: ${sentenceOf(answer)}`
    const why = { zh: `得到的回答是 ${said}`, en: `it was answered ${said}` }
    answers.set(expected, isWell(answer) ? { ok: true, body: answer.body } : { ok: false, why })
  }

  async function nextMs(): Promise<number> {
    const own = Math.min(premises.nextMs(), people.nextMs(), story.nextMs(), questions[0]?.atMs ?? Infinity)
    return Math.min(own, endMs, await ground.nextMs())
  }

  async function goOn(): Promise<void> {
    for (let atMs = startMs; !signal?.aborted; atMs = await nextMs()) {
      await ground.until(atMs)
      await happen(ground.now())
      while ((questions[0]?.atMs ?? Infinity) <= ground.now()) await question(questions.shift()!.expected)
      onProgress?.((ground.now() - startMs) / scenario.lastsMs)
      if (ground.now() >= endMs) break
    }
  }

  premises.switchOn(startMs)
  options.onHand?.(handed.hand)
  try {
    await goOn()
  } finally {
    handed.end()
  }

  const record = { startsAtMs: startMs, facts, steps: story.happened, answers, spell: time.spell }
  const verdicts = judge(scenario, record)
  const isWhole = ground.now() >= endMs
  const passed = isWhole && verdicts.every(({ met }) => met) && hasShown(verdicts, facts)
  const tickets = [...finder.tickets.values()]
  return { scenario, seed, startMs, lines, facts, tickets, verdicts, passed, messages }
}

const who = ({ person, as }: Request) => person ?? `the ${as}`

function questionsOf({ expect, lastsMs }: Scenario, startMs: number) {
  const asked = expect.filter((each): each is ExpectedAnswer => each.kind === 'answer')
  const timed = asked.map((expected) => ({ expected, atMs: startMs + (expected.atMs ?? lastsMs) }))
  return timed.sort((one, other) => one.atMs - other.atMs)
}
