import { MINUTE_MS, SECOND_MS } from '../../../rules/model.ts'
import type { Played } from '../../../simulators/play.ts'
import { seededRandom } from '../../../simulators/random.ts'
import type { Fact } from '../../../simulators/scenario.ts'
import { clock, factOf, iso, leak, lineAt, linesOf, scenarioOf, ticketOf, verdict } from './played.ts'

/** Rain, and 64 leaks within forty minutes: for most of them somebody comes in time. */
export function storm(): Played {
  const random = seededRandom('storm')
  const facts: Fact[] = []
  const others = [lineAt(0, 'story', '64 devices: leak begins')]
  const tickets = Array.from({ length: 64 }, (_, at) => {
    const device = `leak-${String(at + 1).padStart(2, '0')}`
    const number = `20261124-${String(at + 1).padStart(4, '0')}`
    const location = `${1 + (at % 3)}号楼 B${1 + (at % 2)} 集水坑 ${at}`
    const openedMs = random.integer(0, 40 * MINUTE_MS)
    const acceptedMs = openedMs + random.integer(20, 90) * SECOND_MS
    const arrivedMs = openedMs + random.integer(3 * 60, at % 13 === 0 ? 840 : 580) * SECOND_MS
    const completedMs = arrivedMs + random.integer(8, 35) * MINUTE_MS
    const late = arrivedMs - openedMs > 10 * MINUTE_MS
    const absent = at === 40
    const ticket = ticketOf(number, openedMs, {
      device,
      location,
      state: absent ? 'pending_dispatch' : 'closed',
      titles: { zh: `${location} 漏水`, en: `Water leak at ${location}` },
      clocks: [
        clock('accept', openedMs + 3 * MINUTE_MS, {
          state: absent ? 'breached' : 'met',
          metAt: absent ? null : iso(acceptedMs),
        }),
        clock('arrive', openedMs + 10 * MINUTE_MS, {
          state: absent ? 'breached' : late ? 'met_late' : 'met',
          metAt: absent ? null : iso(arrivedMs),
        }),
        clock('complete', openedMs + 120 * MINUTE_MS, {
          state: absent ? 'running' : 'met',
          metAt: absent ? null : iso(completedMs),
        }),
        clock('follow_up', openedMs + 24 * 60 * MINUTE_MS, { party: at % 9 === 0 ? 'maintenance_firm' : 'property' }),
      ],
    })
    const fields = { device, number, ticketNumber: number, category: 'water_leak', priority: 'critical', rule: 'water' }
    const tell = (about: Fact['about'], what: string, afterMs: number, more: Fact['fields'] = {}) =>
      facts.push(factOf(about, what, afterMs, { ...fields, assignee: 'zhang', ...more }, ticket.id))
    others.push(lineAt(openedMs, 'building', `${device} is wet (${location})`))
    tell('alarm', 'raised', openedMs)
    tell('ticket', 'opened', openedMs)
    for (const channel of ['wecom', 'aliyun_sms', 'aliyun_voice']) {
      const sent =
        channel === 'aliyun_voice' ? (at % 3 === 0 ? 'sent' : 'withdrawn') : at % 11 === 0 ? 'failed' : 'sent'
      tell('notice', 'queued', openedMs, { kind: 'ticket.call', channel, recipient: 'zhang' })
      tell('notice', sent, openedMs + 2_000, { kind: 'ticket.call', channel, recipient: 'zhang' })
    }
    if (late || absent) tell('clock', 'breached', openedMs + 10 * MINUTE_MS, { milestone: 'arrive' })
    if (absent) return ticket
    tell('ticket', 'accepted', acceptedMs)
    tell('ticket', 'en_route', acceptedMs + 30 * SECOND_MS)
    tell('ticket', 'on_site', arrivedMs)
    tell('clock', late ? 'met_late' : 'met', arrivedMs, { milestone: 'arrive' })
    others.push(lineAt(arrivedMs, 'people', `zhang says that he is at ${location}`))
    tell('ticket', 'completed', completedMs)
    tell('ticket', 'closed', completedMs + 20 * MINUTE_MS)
    return ticket
  })
  tickets.sort((one, other) => (one.openedAt < other.openedAt ? -1 : 1))
  facts.sort((one, other) => one.atMs - other.atMs)
  const lines = [...others, ...linesOf(facts, tickets)].sort((one, other) => one.atMs - other.atMs)
  const verdicts = [
    verdict('ticket opened: { category: water_leak }, times: 64', true, '64 times: 2026-11-24 03:00:12 and more', 21),
    verdict(
      'every: { ticket opened: {} } ticket on_site: {} within: 10m',
      false,
      'for ticket opened at 2026-11-24 03:12:01 (20261124-0041, leak-41) it never came',
      24,
    ),
    verdict('never: { notice failed: { emergency: true } }', true, 'never', 27, 0),
  ]
  const title = { zh: '暴雨', en: 'The storm' }
  const about = {
    zh: '四十分钟内六十四个集水井漫水，每处十分钟内有人到场。',
    en: 'Sixty-four sumps flood within forty minutes; somebody is at each of them in ten.',
  }
  const scenario = scenarioOf({
    name: 'storm',
    title,
    about,
    file: 'simulators/scenarios/storm.yaml',
    lastsMs: 20 * 60 * MINUTE_MS,
  })
  return leak({ scenario, seed: '7', messages: 18_432, lines, facts, tickets, verdicts })
}
