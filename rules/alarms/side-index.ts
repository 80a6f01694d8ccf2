import { DEVICE_KINDS, type Device, type DeviceKind, type Rule } from '../model.ts'
import { isOpen, nextChange } from '../calendar/windows.ts'
import type { CompiledRule } from './ruleset.ts'

/** Rules found by what is seldom asked for: not by the points of a message. */
export interface SideIndex {
  /** All that speak of a device. */
  about(device: Device): CompiledRule[]
  /** The rules for a device kind that have measures. */
  measuring(kind: DeviceKind): readonly CompiledRule[]
  /** The rules that devices of a kind are companions in. */
  companions(kind: DeviceKind): readonly CompiledRule[]
  /** The rules for whose sake it is remembered when conditions of a device kind came true. */
  coming(kind: DeviceKind): readonly CompiledRule[]
  /** Rules that hold in their windows only. */
  gated: readonly CompiledRule[]
  /** Whether a moment lies in the windows of a rule; always in one that has none. */
  isOpen(rule: Rule, timezone: string, now: number): boolean
}

export function sideIndex(rules: readonly CompiledRule[]): SideIndex {
  const byKind = (belongs: (compiled: CompiledRule, kind: DeviceKind) => boolean) => {
    const found = new Map(DEVICE_KINDS.map((kind) => [kind, rules.filter((each) => belongs(each, kind))]))
    return (kind: DeviceKind) => found.get(kind) ?? []
  }
  const isFor = ({ rule }: CompiledRule, kind: DeviceKind) => rule.kind === kind || rule.kind === 'any'
  const isWith = ({ rule }: CompiledRule, kind: DeviceKind) => rule.with?.kind === kind
  const ofKind = byKind(isFor)
  return {
    about: (device) => ofKind(device.kind).filter((each) => each.speaks(device)),
    measuring: byKind((each, kind) => isFor(each, kind) && each.measures.length > 0),
    companions: byKind(isWith),
    coming: byKind((each, kind) => {
      return each.rule.with?.withinMs !== undefined && (isFor(each, kind) || isWith(each, kind))
    }),
    gated: rules.filter(({ rule }) => rule.calendar !== undefined),
    isOpen: remembered(),
  }
}

/** From `from` until before `until` windows are as they were. */
interface Span {
  from: number
  until: number
  open: boolean
}

const AHEAD_MS = 400 * 86_400_000

/** Windows are looked at once between two of their boundaries, not for every message. */
function remembered(): SideIndex['isOpen'] {
  const spans = new Map<string, Map<Rule['calendar'], Span>>()
  return ({ calendar }, timezone, now) => {
    if (calendar === undefined) return true
    const ofZone = spans.get(timezone) ?? new Map<Rule['calendar'], Span>()
    spans.set(timezone, ofZone)
    const known = ofZone.get(calendar)
    if (known && now >= known.from && now < known.until) return known.open
    const until = nextChange(calendar, timezone, now) ?? now + AHEAD_MS
    const span = { from: now, until, open: isOpen(calendar, timezone, now) }
    ofZone.set(calendar, span)
    return span.open
  }
}
