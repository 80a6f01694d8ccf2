import type { Answer, Ground } from '../ground.ts'
import type { Played } from '../play.ts'
import type { HistoryLine, Life, Look, ShownAlarm, ShownDevice, ShownStep, ShownTicket } from './testimony.ts'
import type { Terms, Testimony } from './testimony.ts'

/** A ground that is watched while a run stands on it. */
export interface Witness {
  ground: Ground
  /** Looks once more, and says everything it has seen. */
  testify(played: Played): Promise<Testimony>
}

export interface WitnessOptions {
  ground: Ground
  /** How long the run is, and how often it looks meanwhile. */
  lastsMs: number
  looks: number
  /** What the service's log has told of. */
  failures: readonly string[]
}

const PAGE = 500

/** Sees everything that passes between a run and its ground, and changes none of it. */
export function createWitness({ ground, lastsMs, looks: wanted, failures }: WitnessOptions): Witness {
  const everyMs = lastsMs / (wanted + 1)
  const tickets: { atMs: number; ticket: ShownTicket }[] = []
  const alarms: { atMs: number; alarm: ShownAlarm; events: readonly string[] }[] = []
  const silences: { atMs: number; rule: string; device: ShownDevice }[] = []
  const looks: Look[] = []
  const downs: { fromMs: number; toMs: number }[] = []
  const lives: Life[] = []
  const refused: string[] = []
  const terms = new Map<string, Terms>()
  let delivered = 0
  let inForce: Terms | null = null
  let nextLookMs = ground.now() + everyMs

  const get = (path: string) => ground.ask(null, 'GET', path)

  async function all<T>(path: string): Promise<T[]> {
    const found: T[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`
      const { items, next } = bodyOf<{ items: T[]; next?: string | null }>(await get(`${path}?limit=${PAGE}${after}`))
      found.push(...items)
      cursor = next ?? null
    }
    return found
  }

  async function look(when: Look['when']): Promise<void> {
    looks.push({
      atMs: ground.now(),
      when,
      tickets: await all<ShownTicket>('tickets'),
      alarms: (await all<ShownAlarm>('alarms')).filter(({ computed }) => computed !== 'normal'),
      devices: await all<ShownDevice>('devices'),
    })
  }

  async function endLife(): Promise<void> {
    const counted = bodyOf<string>(await get('../../metrics'))
    const sum = (name: string) =>
      [...counted.matchAll(new RegExp(`^${name}(?:{[^}]*})? (\\d+)$`, 'gm'))].reduce((all, [, n]) => all + Number(n), 0)
    const [received, rejected] = [sum('shifen_messages_received_total'), sum('shifen_rejections_total')]
    lives.push({ delivered, received, rejected })
    delivered = 0
  }

  /** Read again after an edit only. */
  async function termsNow(): Promise<Terms> {
    return (inForce ??= termsOf(await all<Commitment>('commitments')))
  }

  const watched: Ground = {
    ...ground,
    async until(atMs) {
      if (atMs > nextLookMs) {
        await look('meanwhile')
        nextLookMs += everyMs * Math.max(1, Math.ceil((atMs - nextLookMs) / everyMs))
      }
      await ground.until(atMs)
    },
    async deliver(sent) {
      await ground.deliver(sent)
      delivered += sent.length
    },
    async ask(as, method, path, body) {
      const answer = await ground.ask(as, method, path, body)
      if (answer.status >= 500) refused.push(`${method} ${path} was answered ${answer.status}`)
      if (method !== 'GET' && path.startsWith('commitments')) inForce = null
      return answer
    },
    async news() {
      const news = await ground.news()
      const atMs = ground.now()
      for (const each of news) {
        if (each.about === 'ticket') {
          const ticket = each.ticket as ShownTicket
          tickets.push({ atMs, ticket })
          if (!terms.has(ticket.id)) terms.set(ticket.id, await termsNow())
        }
        if (each.about !== 'alarm') continue
        const alarm = each.alarm as ShownAlarm
        alarms.push({ atMs, alarm, events: each.events })
        if (!each.events.includes('raised') || !alarm.rule.endsWith('.silent')) continue
        const device = bodyOf<ShownDevice>(await get(`devices/${alarm.device}`))
        silences.push({ atMs, rule: alarm.rule, device })
      }
      return news
    },
    async restart(downMs) {
      await look('before a restart')
      await endLife()
      const fromMs = ground.now()
      await ground.restart(downMs)
      downs.push({ fromMs, toMs: fromMs + downMs })
      await look('after a restart')
    },
  }

  async function testify(played: Played): Promise<Testimony> {
    await look('at the end')
    await endLife()
    const steps = new Map<string, ShownStep[]>()
    const history = new Map<string, HistoryLine[]>()
    for (const { id } of looks.at(-1)!.tickets) {
      steps.set(id, bodyOf<{ items: ShownStep[] }>(await get(`tickets/${id}/steps`)).items)
      history.set(id, bodyOf<{ history: HistoryLine[] }>(await get(`tickets/${id}`)).history)
    }
    const policies = await all<{ id: string; steps: { afterMs: number }[] }>('escalations')
    const end = {
      ...{ steps, history },
      notices: await all<Testimony['end']['notices'][number]>('notices'),
      rejections: (await all('rejections')).length,
      audit: bodyOf<Testimony['end']['audit']>(await get('audit/state')),
      ladders: new Map(policies.map((each) => [each.id, each.steps.map(({ afterMs }) => afterMs)])),
    }
    const failed = [...failures, ...refused]
    return { played, tickets, alarms, silences, looks, downs, lives, failures: failed, terms, end }
  }

  return { ground: watched, testify }
}

interface Commitment {
  sites: readonly string[] | null
  targets: readonly { milestone: string; withinMs: number; calendar: string; from?: string; covers?: object }[]
}

/** Only where there is one commitment: which of several covers a ticket is the service's to know. */
function termsOf(commitments: readonly Commitment[]): Terms {
  const [only, ...others] = commitments
  const arrive = only?.targets.find(
    ({ milestone, calendar, from = 'report' }) =>
      milestone === 'arrive' && calendar === 'around_the_clock' && from === 'report',
  )
  return { arriveWithinMs: others.length > 0 ? null : (arrive?.withinMs ?? null) }
}

function bodyOf<T>({ status, body }: Answer): T {
  if (status !== 200) throw new Error(`the API answered ${status}: ${JSON.stringify(body)}`)
  return body as T
}
