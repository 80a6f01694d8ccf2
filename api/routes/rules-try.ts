import { createRoute, z } from '@hono/zod-openapi'
import { checkRule } from '../../rules/alarms/checks/rule.ts'
import { seesRule } from '../../rules/alarms/rule-commands.ts'
import { type Alone, type Episode, EPISODES_MAX, VERSIONS, type VersionTried } from '../../rules/alarms/try/tally.ts'
import { type Tried, type TryLine, tryRule } from '../../rules/alarms/try/try-rule.ts'
import type { Clock } from '../../rules/clock.ts'
import type { Engine } from '../../rules/engine.ts'
import { type Principal, PRIORITIES, type ReadMessages, Refusal, type Rule } from '../../rules/model.ts'
import type { Period } from '../../rules/reports/load.ts'
import { seesSite } from '../../rules/rights.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { iso, isoOrNull } from '../iso.ts'
import { NDJSON_TYPE, ndjsonBody } from '../ndjson.ts'
import { PERIOD_MAX_DAYS, periodOf } from '../period.ts'
import { unfit } from '../problem.ts'
import { acceptYaml } from '../yaml.ts'
import { faultSchema, problems, time, timeWithZone } from './schemas.ts'

/** Each takes seconds of work beside what the service does else. */
const RUNNING_MAX = 2
/** A line of progress for each hundredth of the readings. */
const PROGRESS_LINES = 100

const count = z.int()
const episode = z
  .object({
    device: z.string(),
    raisedAt: time,
    clearedAt: time.nullable().openapi({ description: 'null: still up at `to`' }),
    priority: z.enum(PRIORITIES).openapi({ description: 'the most urgent that it was' }),
    value: z.union([z.number(), z.boolean(), z.string()]).nullable(),
    ticketAt: time.nullable().openapi({ description: 'when it would have opened a ticket' }),
  })
  .openapi('TriedEpisode')
const episodes = z.array(episode).max(EPISODES_MAX)
const alone = z.object({ count, episodes })
const version = z.object({
  raised: count,
  cleared: count,
  tickets: count,
  standing: count.openapi({ description: 'up already at `from`; not among `raised`' }),
  devices: count.openapi({ description: 'so many raised' }),
  perBucket: z.array(count).openapi({ description: 'raised, by the time since `from`' }),
  episodes: episodes.openapi({ description: `by the time they were raised, the first ${EPISODES_MAX}` }),
  faults: z
    .object({ count, message: z.string().nullable() })
    .openapi({ description: 'where it could not be evaluated' }),
})

const triedSchema = z
  .object({
    type: z.literal('result'),
    rule: z.string(),
    from: time,
    to: time,
    leadInFrom: time.openapi({ description: 'looked through since, so that delays and measures are under way' }),
    readings: count.openapi({ description: 'stored messages that were passed, of all devices' }),
    tookMs: count,
    bucketMs: count,
    draft: version,
    live: version.nullable().openapi({ description: 'the rule of this id that is in force; null: there is none' }),
    differs: z
      .object({ onlyDraft: alone, onlyLive: alone, draftEarlier: count, draftLater: count })
      .nullable()
      .openapi({
        description: 'what one raised while the other was not up; else how often the draft came first, or last',
      }),
    warnings: z.array(faultSchema),
  })
  .openapi('TriedRule')

const line = z.union([
  z.object({ type: z.literal('progress'), readings: count, of: count, at: time }),
  episode.extend({ type: z.literal('episode'), version: z.enum(VERSIONS) }),
  triedSchema,
])

const period = {
  from: timeWithZone.optional().openapi({ description: '7 days before `to`' }),
  to: timeWithZone
    .optional()
    .openapi({ description: `at most ${PERIOD_MAX_DAYS} days after \`from\`; at the latest now` }),
}
const asked = z.looseObject({
  rule: z
    .record(z.string(), z.unknown())
    .optional()
    .openapi({ description: 'as for `POST /rules`; absent: the body is the rule itself' }),
  ...period,
})

const attempt = createRoute({
  method: 'post',
  path: '/rules/try',
  tags: ['rules'],
  summary: 'Try a rule on the past: when it would have raised, cleared and opened tickets; nothing is stored',
  description:
    'Stored messages of your sites are replayed through the rule, beside the version of its id that is in force, ' +
    'with the devices as they are today. Newline-delimited JSON: `progress`, `episode` where one has ended, at last ' +
    '`result`, which has everything; with `Accept: application/json` the result alone. Nobody acts in it: no alarm ' +
    'is acknowledged, so that none re-alarms, a latched one is up until its condition returns, none is muted. An ' +
    'episode opens a ticket when it reaches a priority that does, and closes it when it clears; tickets of other ' +
    'rules, and floods, are left out. What a device said before `leadInFrom` is known only if it has said nothing ' +
    'since.',
  middleware: [allow('engineer'), acceptYaml] as const,
  request: {
    query: z.object(period),
    body: { required: true, content: { 'application/json': { schema: asked }, 'application/yaml': { schema: asked } } },
  },
  responses: {
    200: {
      description: 'lines, or the result',
      content: { [NDJSON_TYPE]: { schema: line }, 'application/json': { schema: triedSchema } },
    },
    ...problems(400, 401, 403, 422, 503),
  },
})

/** Tries that run, ended together when the service stops. */
export interface RuleTries {
  stop(): Promise<void>
}

export function ruleTryRoutes(api: Api, engine: Engine, clock: Clock, readMessages: ReadMessages): RuleTries {
  const running = new Set<Lines>()
  let stopped = false

  function begin(draft: Rule, by: Principal, period: Period, rest: Pick<TriedView, 'warnings'>): Lines {
    if (stopped || running.size >= RUNNING_MAX) {
      throw new Refusal('unavailable', 'other rules are being tried: ask again in a minute')
    }
    const stored = engine.world().ruleBook.get(draft.id)
    const live = stored && seesRule(by, stored) ? stored.rule : null
    const sees = ({ site }: { site: string }) => seesSite(by, site)
    const startedAt = clock.now()
    const question = { draft, live, ...period, sees, world: engine.world() }
    const view = (result: Tried): TriedView => {
      return triedView(result, { rule: draft.id, ...period, tookMs: clock.now() - startedAt, ...rest })
    }
    const lines: Lines = linesOf(tryRule(question, readMessages), view, () => running.delete(lines))
    running.add(lines)
    return lines
  }

  api.openapi(attempt, async (c) => {
    const { rule, from, to, ...rest } = c.req.valid('json')
    const unknown = rule === undefined ? [] : Object.keys(rest)
    if (unknown.length > 0) {
      return unfit(c, [{ field: unknown.join(', '), message: 'only rule, from and to' }]) as never
    }
    const query = c.req.valid('query')
    const period = periodOf(from ?? query.from, to ?? query.to, clock.now())
    const checked = checkRule(rule ?? rest, engine.now())
    if (!checked.ok) return unfit(c, checked.errors) as never
    const lines = begin(checked.rule, c.get('principal'), period, { warnings: [...checked.warnings] })
    const accept = c.req.header('accept') ?? ''
    if (!accept.includes('application/json') || accept.includes(NDJSON_TYPE)) {
      return c.body(ndjsonBody(lines), 200, {
        'content-type': NDJSON_TYPE,
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      }) as never
    }
    for await (const each of lines) {
      if (each.type === 'result') return c.json(each, 200)
      if (c.req.raw.signal.aborted) break
    }
    throw new Refusal('unavailable', 'the service stops')
  })

  return {
    async stop() {
      stopped = true
      await Promise.all([...running].map((lines) => lines.return(undefined)))
    },
  }
}

type Line = z.infer<typeof line>
type Lines = AsyncGenerator<Line, void>
type TriedView = z.infer<typeof triedSchema>

async function* linesOf(tried: AsyncGenerator<TryLine>, view: (result: Tried) => TriedView, onEnd: () => void): Lines {
  let told = 0
  try {
    for await (const each of tried) {
      if (each.type === 'result') yield view(each.result)
      if (each.type === 'episode') yield { type: each.type, version: each.version, ...episodeView(each.episode) }
      if (each.type !== 'progress') continue
      const { type, readings, of, at } = each
      if (readings < of && readings - told < of / PROGRESS_LINES) continue
      told = readings
      yield { type, readings, of, at: iso(at) }
    }
  } finally {
    onEnd()
  }
}

const episodeView = ({ raisedAt, clearedAt, ticketAt, ...rest }: Episode) => {
  return { ...rest, raisedAt: iso(raisedAt), clearedAt: isoOrNull(clearedAt), ticketAt: isoOrNull(ticketAt) }
}

const versionView = ({ perBucket, episodes, ...rest }: VersionTried) => {
  return { ...rest, perBucket: [...perBucket], episodes: episodes.map(episodeView) }
}

const aloneView = ({ count, episodes }: Alone) => ({ count, episodes: episodes.map(episodeView) })

type About = Pick<TriedView, 'rule' | 'tookMs' | 'warnings'> & Period

function triedView({ draft, live, differs, leadInFrom, ...rest }: Tried, about: About): TriedView {
  return {
    type: 'result',
    ...about,
    from: iso(about.from),
    to: iso(about.to),
    leadInFrom: iso(leadInFrom),
    ...rest,
    draft: versionView(draft),
    live: live && versionView(live),
    differs: differs && {
      ...differs,
      onlyDraft: aloneView(differs.onlyDraft),
      onlyLive: aloneView(differs.onlyLive),
    },
  }
}
