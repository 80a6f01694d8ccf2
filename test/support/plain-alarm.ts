import { type MuteKind, PRIORITIES, type Priority, type Rule } from '../../rules/model.ts'
import type { Seen } from './alarms.ts'

/**
 * The alarm of one device and rule, told as plainly as its description allows: it walks through every second and works
 * out from all that was ever said what is true then. It is slow, and shares no code with the real one.
 */
export class PlainAlarm {
  readonly events: string[] = []
  private readonly levels: { priority: Priority; onDelayS: number }[]
  /** All that was ever said, a line a message; `forget`: told that everything is over. */
  private readonly said: { at: number; seen: readonly Seen[] | 'forget' }[] = []
  private active: boolean[]
  private activeSince: number[]
  private reached: boolean[]
  private alarm = NOTHING()
  private now = 0

  constructor(private readonly rule: Rule) {
    const own = { priority: rule.priority, onDelayS: rule.onDelayMs / 1_000 }
    const further = (rule.levels ?? []).map(({ priority, onDelayMs }) => ({
      priority,
      onDelayS: (onDelayMs ?? rule.onDelayMs) / 1_000,
    }))
    this.levels = [...further, own]
    this.active = this.levels.map(() => false)
    this.reached = this.levels.map(() => false)
    this.activeSince = this.levels.map(() => 0)
  }

  /** What can be compared; `null`: there is no alarm, or it has ended. */
  get seen() {
    const { state, priority, count, chattering, muted } = this.alarm
    const pending = this.active.some(Boolean) || this.levels.some((_, level) => this.remembers(level))
    if (state === 'normal' && !pending && !this.alarm.kept) return null
    return { state, active: this.active.some(Boolean), priority: count > 0 ? priority : null, count, chattering, muted }
  }

  at(seconds: number): this {
    while (this.now < seconds) {
      this.now += 1
      this.delays()
      this.look()
      this.settle()
    }
    return this
  }

  see(...seen: Seen[]): this {
    this.said.push({ at: this.now, seen })
    this.look()
    return this.settle()
  }

  acknowledge(): this {
    const { alarm } = this
    if (alarm.state === 'acked' || alarm.state === 'normal') return this.tell('refused')
    this.tell('acknowledged')
    if (alarm.state === 'rtn_unacked') alarm.state = 'normal'
    else {
      alarm.state = 'acked'
      if (this.rule.reAlarmMs !== null) alarm.reAlarmAt = this.now + this.rule.reAlarmMs / 1_000
      this.move()
    }
    return this.end()
  }

  /** Something moved: an acknowledgement holds on. */
  move(): this {
    const forMs = this.rule.acknowledgementExpiresMs
    if (this.alarm.state === 'acked' && forMs !== null) this.alarm.expiresAt = this.now + forMs / 1_000
    return this
  }

  reset(): this {
    const isLatched = this.isRaised && (this.rule.latch || this.alarm.isReturned)
    if (!isLatched || this.active.some(Boolean)) return this.tell('refused')
    return this.over()
  }

  closeTicket(): this {
    if (!this.isRaised || this.alarm.isReturned) return this
    const kept = this.levels.map((_, level) => this.trueUntil(level))
    const isPulse =
      this.active.some(Boolean) && this.active.every((active, level) => !active || this.isHeld(kept[level]!))
    if (isPulse) return this.over()
    this.alarm.reAlarmAt = this.now + (this.rule.reAlarmMs ?? 600_000) / 1_000
    return this
  }

  mute(kind: MuteKind): this {
    if (this.alarm.muted === null) this.tell('muted')
    this.alarm.muted = kind
    return this
  }

  release(): this {
    const { alarm } = this
    const kind = alarm.muted
    alarm.muted = null
    this.tell('released')
    if (this.isRaised && !alarm.isReturned) this.callAgain()
    else if (kind === 'shelved' && !this.rule.latch) alarm.state = 'normal'
    return this.end()
  }

  private get isRaised() {
    return this.alarm.state === 'unacked' || this.alarm.state === 'acked'
  }

  private tell(event: string): this {
    this.events.push(`${this.now} ${event}`)
    return this
  }

  /** Until when a level is true after what was said first: for ever, until a hold is over, or not at all. */
  private trueUntil(level: number, messages = this.said.length): number {
    let until = -Infinity
    for (const { at, seen } of this.said.slice(0, messages)) {
      const what = seen === 'forget' ? 'false' : seen[level]!
      if (what === 'true') until = Infinity
      else if (what === 'false') until = -Infinity
      else if (what === 'pulse' && until !== Infinity) until = at + this.rule.pulseHoldMs / 1_000
    }
    return until
  }

  private isHeld = (until: number) => until !== Infinity && this.now < until

  /** How often it became true within the window. */
  private times(level: number): number {
    if (!this.rule.count) return 0
    let begun: number[] = []
    for (const [index, { at, seen }] of this.said.entries()) {
      if (seen === 'forget') begun = []
      else if (seen[level] === 'pulse') begun.push(at)
      else if (seen[level] === 'true' && at >= this.trueUntil(level, index)) begun.push(at)
    }
    return begun.filter((at) => this.now - at < this.rule.count!.withinMs / 1_000).length
  }

  private remembers = (level: number) =>
    this.now < this.trueUntil(level) || this.times(level) > 0 || this.reached[level]!

  private isActive(level: number): boolean {
    const { count } = this.rule
    return count ? this.times(level) >= count.times : this.now < this.trueUntil(level)
  }

  /** Lets on-delays and off-delays that have run out take effect; answers whether one did. */
  private delays(): boolean {
    const offDelayS = this.rule.offDelayMs / 1_000
    let moved = false
    for (const [level, { onDelayS }] of this.levels.entries()) {
      const active = this.active[level]!
      if (active === this.reached[level] || this.now - this.activeSince[level]! < (active ? onDelayS : offDelayS))
        continue
      this.reached[level] = active
      moved = true
    }
    return moved
  }

  private settle(): this {
    while (this.delays()) this.look()
    return this
  }

  private look(): this {
    const { alarm, rule, now } = this
    for (const [level, was] of this.active.entries()) {
      this.active[level] = this.isActive(level)
      if (this.active[level] !== was) this.activeSince[level] = now
    }
    const first = this.active.indexOf(true)
    const urgency = first < 0 ? 0 : PRIORITIES.length - PRIORITIES.indexOf(this.levels[first]!.priority)
    if (urgency !== alarm.urgency && urgency > alarm.urgency !== alarm.isWorse) {
      alarm.isWorse = !alarm.isWorse
      alarm.turns.push(now)
    }
    alarm.urgency = urgency
    if (alarm.chattering && now - alarm.turns.at(-1)! >= 60) alarm.chattering = false
    this.mark()

    const reached = this.levels.find((_, level) => this.reached[level])?.priority ?? null
    const isMore = reached !== null && PRIORITIES.indexOf(reached) < PRIORITIES.indexOf(alarm.priority)
    if (!this.isRaised) {
      if (reached !== null) this.raise(reached)
    } else if (reached === null) {
      if (!alarm.isReturned && !alarm.chattering) this.returns()
    } else if (isMore || alarm.isReturned) {
      if (isMore) alarm.priority = reached
      if (alarm.state === 'unacked' && !alarm.isReturned) this.tell('rose')
      else this.tell('re_alarmed')
      Object.assign(alarm, { state: 'unacked', isReturned: false, reAlarmAt: Infinity, expiresAt: Infinity })
    } else if (reached !== alarm.priority && !rule.latch && !alarm.chattering) {
      alarm.priority = reached
      this.tell('fell')
    }
    if (this.isRaised && this.active.some(Boolean) && now >= Math.min(alarm.reAlarmAt, alarm.expiresAt)) {
      if (now >= alarm.expiresAt) this.tell('acknowledgement_expired')
      this.callAgain()
    }
    return this.end()
  }

  /** Three changes within a minute mark what is raised. */
  private mark() {
    const { turns, chattering } = this.alarm
    const [third, , latest] = turns.slice(-3)
    if (chattering || !this.isRaised || latest !== this.now || latest - third! >= 60) return
    this.alarm.chattering = true
    this.tell('chattering')
  }

  private raise(priority: Priority) {
    const { alarm } = this
    Object.assign(alarm, { priority, state: 'unacked', isReturned: false, count: alarm.count + 1, kept: true })
    this.tell('raised')
    this.mark()
  }

  private returns() {
    const { alarm } = this
    Object.assign(alarm, { isReturned: true, reAlarmAt: Infinity, expiresAt: Infinity })
    if (this.rule.latch) return
    alarm.state = alarm.state === 'acked' ? 'normal' : 'rtn_unacked'
    this.tell('returned')
  }

  private callAgain() {
    Object.assign(this.alarm, { state: 'unacked', reAlarmAt: Infinity, expiresAt: Infinity })
    this.tell('re_alarmed')
  }

  /** By a person's reset, or with the ticket of a pulse. */
  private over(): this {
    const { alarm } = this
    this.said.push({ at: this.now, seen: 'forget' })
    this.active = this.active.map(() => false)
    this.reached = this.reached.map(() => false)
    Object.assign(alarm, { isReturned: true, chattering: false, reAlarmAt: Infinity, expiresAt: Infinity, urgency: 0 })
    alarm.state = alarm.state === 'acked' ? 'normal' : 'rtn_unacked'
    this.tell('reset')
    return this.end()
  }

  /** Normal, not muted, and nothing that runs or is remembered. */
  private end(): this {
    const { state, muted, kept } = this.alarm
    if (state !== 'normal' || this.levels.some((_, level) => this.active[level] || this.remembers(level))) return this
    if (kept && muted !== null) return this
    if (kept) this.tell('ended')
    this.alarm = NOTHING()
    return this
  }
}

/** `kept`: it was raised, so it stays until it ends. `turns`: when it began to get worse, or better. */
const NOTHING = () => ({
  state: 'normal' as 'normal' | 'unacked' | 'acked' | 'rtn_unacked',
  priority: 'low' as Priority,
  count: 0,
  kept: false,
  isReturned: false,
  muted: null as MuteKind | null,
  reAlarmAt: Infinity,
  expiresAt: Infinity,
  urgency: 0,
  isWorse: false,
  turns: [] as number[],
  chattering: false,
})
