import {
  acknowledgeAlarm,
  alarmMoved,
  muteAlarm,
  releaseAlarm,
  resetAlarm,
  ticketEnded,
} from '../../rules/alarms/actions.ts'
import { type AlarmStep, observeAlarm, settleAlarm } from '../../rules/alarms/machine.ts'
import { parseRule, type RuleInput } from '../../rules/alarms/rule-schema.ts'
import type { Alarm, AlarmMute, MuteKind, Rule } from '../../rules/model.ts'

export const T0 = 1_000_000

/** Of one level unless it says more. */
export function leakRule(extra: Partial<RuleInput> = {}): Rule {
  const base = {
    id: 'r',
    kind: 'water_leak',
    title: { zh: '漏水', en: 'Water leak' },
    priority: 'high',
    category: 'water_leak',
    when: 'water.leak',
  }
  return parseRule({ ...base, ...extra })
}

export type Seen = 'true' | 'false' | 'pulse' | 'unknown'

/** What is seen of each level of a rule, most urgent first. */
export function see(alarm: Alarm | null, by: Rule, what: Seen | readonly Seen[], now: number, ageUnknown = false) {
  const seen = (typeof what === 'string' ? [what] : what).map((each) =>
    each === 'unknown' ? null : { condition: each !== 'false', pulse: each === 'pulse' },
  )
  return observeAlarm(alarm, by, seen, now, () => ({ id: `a${now}`, device: 'd', site: 's', value: true, ageUnknown }))
}

export const still = ({ alarm }: AlarmStep): Alarm => {
  if (alarm === null) throw new Error('nothing is left')
  return alarm
}

export const muteOf = (kind: MuteKind): AlarmMute => ({ kind, mute: 'm1' })

/**
 * The alarm of one device and rule, as the engine keeps it: what ran out takes effect at its own time, before anything
 * else happens, and an alarm that has ended is not met again. Times are seconds after `T0`.
 */
export class AlarmBench {
  alarm: Alarm | null = null
  /** As `'12.5 raised'`. */
  readonly events: string[] = []
  private now = T0

  constructor(private readonly rule: Rule) {}

  /** Passes the time, with a tick exactly when something is due. */
  at(seconds: number): this {
    const until = T0 + seconds * 1_000
    for (let due = this.open?.dueAt ?? null; due !== null && due <= until; due = this.open?.dueAt ?? null) {
      this.tick((due - T0) / 1_000)
    }
    this.now = until
    return this
  }

  /** Passes the time, with one tick at its end. */
  tick(seconds: number): this {
    this.now = T0 + seconds * 1_000
    return this.open === null ? this : this.take(settleAlarm(this.open, this.rule, this.now))
  }

  /** Nothing is kept but what a row keeps. */
  restart(): void {
    this.alarm = JSON.parse(JSON.stringify(this.alarm)) as Alarm | null
  }

  get open(): Alarm | null {
    return this.alarm?.endedAt === null ? this.alarm : null
  }

  get seconds(): number {
    return (this.now - T0) / 1_000
  }

  see(...what: Seen[]): this {
    return this.take(see(this.open, this.rule, what, this.now))
  }

  acknowledge = () => this.take(acknowledgeAlarm(this.alarm!, this.rule, 'Zhang', this.now))
  reset = () => this.take(resetAlarm(this.alarm!, this.rule, this.now))
  move = () => this.take(alarmMoved(this.alarm!, this.rule, this.now))
  closeTicket = () => this.take(ticketEnded(this.alarm!, this.rule, this.now))
  mute = (kind: MuteKind) => this.take(muteAlarm(this.alarm!, muteOf(kind)))
  release = () => this.take(releaseAlarm(this.alarm!, this.rule, this.now))

  private take({ alarm, events }: AlarmStep): this {
    this.alarm = alarm
    for (const event of events) this.events.push(`${this.seconds} ${event}`)
    return this
  }
}
