import { MUTE_KINDS, type MuteKind, type Rule } from '../../rules/model.ts'
import type { Seen } from './alarms.ts'
import { PlainAlarm } from './plain-alarm.ts'

/** One device has each rule, so the rule's id is enough to name an alarm. Times are whole seconds. */
interface Watched {
  rule: Rule
  alarm: PlainAlarm
  /** So many of the alarm's events have been followed. */
  followed: number
  mutedBy: PlainMute | null
  told: number
  queued: number
  ticket: object | null
}

interface PlainMute {
  kind: MuteKind
  concerns: (rule: Rule) => boolean
  from: number
  until: number
  hasBegun: boolean
  oneShot: boolean
  /** The rule whose alarm is shelved, or suppresses the others. */
  of: string | null
}

const CALLS = ['raised', 're_alarmed', 'rose']
const IS_OVER = ['returned', 'reset', 'ended']

/**
 * What the alarms of a site should come to: who is told, what is muted, which tickets are opened. What time alone does
 * is decided by `tick`, as late as it comes; a message moves only what it speaks of.
 */
export class PlainSite {
  private readonly watched: readonly Watched[]
  private readonly tickets = new Map<string, { opened: number; working: object | null }>()
  private mutes: PlainMute[] = []
  private now = 0

  /** Rules that suppress others come first: what they mute is not told in the same tick. */
  constructor(rules: readonly Rule[]) {
    const fresh = { followed: 0, mutedBy: null, told: 0, queued: 0, ticket: null }
    this.watched = [...rules]
      .sort((a, b) => Number(Boolean(b.suppresses)) - Number(Boolean(a.suppresses)))
      .map((rule) => ({ ...fresh, rule, alarm: new PlainAlarm(rule) }))
  }

  get seen() {
    const alarms = this.watched.map((each) => [each.rule.id, this.shown(each)] as const)
    const tickets = [...this.tickets].map(([category, { opened, working }]) => {
      return [category, { opened, working: working ? 1 : 0 }] as const
    })
    return { alarms: Object.fromEntries(alarms), tickets: Object.fromEntries(tickets) }
  }

  wait(seconds: number): void {
    this.now += seconds
  }

  say(id: string, seen: Seen): void {
    const each = this.get(id)
    each.alarm.at(this.now)
    if (each.alarm.seen === null) this.follow(each)
    each.alarm.see(seen)
    this.follow(each)
  }

  tick(): void {
    for (const mute of [...this.mutes]) {
      if (mute.until <= this.now) this.end(mute)
      else if (!mute.hasBegun && mute.from <= this.now) this.begin(mute)
    }
    for (const each of this.watched) this.look(each)
  }

  acknowledge = (id: string) => this.act(this.get(id), (alarm) => alarm.acknowledge())
  reset = (id: string) => this.act(this.get(id), (alarm) => alarm.reset())

  /** In place of an earlier shelving. */
  shelve(id: string, seconds: number, oneShot: boolean): void {
    const concerns = (rule: Rule) => rule.id === id
    const earlier = this.shelvingsOf(id)
    this.add({ kind: 'shelved', concerns, from: this.now, until: this.now + seconds, oneShot, of: id })
    for (const mute of earlier) this.end(mute)
  }

  /** Answers whether it could. */
  unshelve(id: string): boolean {
    const shelved = this.shelvingsOf(id)
    for (const mute of shelved) this.end(mute)
    return shelved.length > 0
  }

  private shelvingsOf(id: string): PlainMute[] {
    return this.mutes.filter(({ kind, of }) => kind === 'shelved' && of === id)
  }

  plan(concerns: PlainMute['concerns'], from: number, until: number): void {
    const [begins, ends] = [this.now + from, this.now + until]
    this.add({ kind: 'out_of_service', concerns, from: begins, until: ends, oneShot: false, of: null })
  }

  /** Somebody is on his way. */
  assign = (category: string) => this.alarmsOf(category).forEach(({ alarm }) => alarm.move())

  cancel(category: string): void {
    const ended = this.alarmsOf(category)
    this.tickets.get(category)!.working = null
    for (const each of ended) this.act(each, (alarm) => alarm.closeTicket())
  }

  private get = (id: string) => this.watched.find(({ rule }) => rule.id === id)!

  private shown({ alarm, told, queued }: Watched) {
    const { seen } = alarm
    if (seen === null || seen.count === 0) return { told, queued }
    const { state, active, count, muted } = seen
    return { state, active, count, muted, told, queued }
  }

  private alarmsOf(category: string): Watched[] {
    const working = this.tickets.get(category)?.working ?? null
    return working === null ? [] : this.watched.filter(({ ticket }) => ticket === working)
  }

  private act(each: Watched, deed: (alarm: PlainAlarm) => PlainAlarm): boolean {
    deed(each.alarm)
    return !this.follow(each).includes('refused')
  }

  private look(each: Watched): void {
    each.alarm.at(this.now)
    this.follow(each)
  }

  /** What has become of an alarm since it was looked at is told once, mutes others, and opens a ticket. */
  private follow(each: Watched): readonly string[] {
    const { rule, alarm } = each
    const isNew = alarm.events.slice(each.followed).some((event) => event.endsWith(' raised'))
    if (isNew && !alarm.seen?.muted && isRaisedOnce(each)) this.mute(each, this.strongest(rule))
    const events = alarm.events.slice(each.followed).map((event) => event.split(' ')[1]!)
    each.followed = alarm.events.length
    const has = (wanted: readonly string[]) => events.some((event) => wanted.includes(event))
    if (has(CALLS) && !alarm.seen?.muted) this.tell(each)
    if (has(['acknowledged', 'muted'])) each.queued = 0
    const last = events.findLast((event) => [...CALLS, ...IS_OVER].includes(event))
    if (last !== undefined && IS_OVER.includes(last)) this.isOver(rule)
    else if (rule.suppresses && has(['raised', 're_alarmed']) && alarm.seen?.muted !== 'suppressed') this.suppress(rule)
    if (has(['ended'])) this.forget(each)
    return events
  }

  /** The rule's next alarm is another: it has neither the ticket nor the mutes of this one. */
  private forget(each: Watched): void {
    each.ticket = null
    for (const mute of this.mutes) if (mute.of === each.rule.id) mute.of = null
  }

  private tell(each: Watched): void {
    each.told += 1
    each.queued += 1
    if (!each.rule.opensTicket) return
    const tickets = this.tickets.get(each.rule.category) ?? { opened: 0, working: null }
    this.tickets.set(each.rule.category, tickets)
    if (tickets.working === null) {
      tickets.opened += 1
      tickets.working = {}
    }
    each.ticket = tickets.working
  }

  private isOver({ id, suppresses }: Rule): void {
    for (const mute of this.mutes) {
      if (mute.of !== id) continue
      if (mute.oneShot) mute.until = this.now
      if (mute.kind === 'suppressed') mute.until = Math.min(mute.until, this.now + suppresses!.holdMs / 1_000)
    }
  }

  private suppress({ id, suppresses }: Rule): void {
    const standing = this.mutes.find(({ kind, of, until }) => kind === 'suppressed' && of === id && this.now < until)
    if (standing) standing.until = Infinity
    const prefixes = suppresses!.rules.map((pattern) => pattern.replace('*', ''))
    const concerns = (rule: Rule) => prefixes.some((prefix) => rule.id.startsWith(prefix))
    const mute = { kind: 'suppressed' as const, concerns, from: this.now, until: Infinity, oneShot: false, of: id }
    // It begins with the next tick for what is open; what is raised meanwhile is muted at once.
    if (!standing) this.mutes.push({ ...mute, hasBegun: false })
  }

  private add(mute: Omit<PlainMute, 'hasBegun'>): void {
    const added = { ...mute, hasBegun: false }
    this.mutes.push(added)
    if (added.from <= this.now) this.begin(added)
  }

  private begin(mute: PlainMute): void {
    mute.hasBegun = true
    for (const each of this.watched) {
      if (!isRaisedOnce(each) || !mute.concerns(each.rule)) continue
      this.mute(each, this.strongest(each.rule))
      this.follow(each)
    }
  }

  private end(mute: PlainMute): void {
    this.mutes = this.mutes.filter((other) => other !== mute)
    for (const each of this.watched.filter(({ mutedBy }) => mutedBy === mute)) {
      const other = this.strongest(each.rule)
      if (other) this.mute(each, other)
      else this.release(each)
    }
  }

  private mute(each: Watched, mute: PlainMute | null): void {
    if (mute === null) return
    each.mutedBy = mute
    each.alarm.mute(mute.kind)
  }

  /** What was over before its mute ended calls nobody, however late that is seen. */
  private release(each: Watched): void {
    this.look(each)
    each.mutedBy = null
    each.alarm.release()
    this.follow(each)
  }

  private strongest(rule: Rule): PlainMute | null {
    const inForce = this.mutes.filter(({ from, until }) => from <= this.now && this.now < until)
    const kinds = inForce.filter(({ concerns }) => concerns(rule)).sort((a, b) => rank(a) - rank(b))
    return kinds[0] ?? null
  }
}

const rank = ({ kind }: PlainMute) => MUTE_KINDS.indexOf(kind)
const isRaisedOnce = ({ alarm }: Watched) => (alarm.seen?.count ?? 0) > 0
