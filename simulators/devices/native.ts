import type { Address, Answer, Occasion, Packet, Told, Values } from './family.ts'

/** What a device has to say in Shifen's own form. */
export interface Statement {
  values: () => Values
  /** Conditions that are or are not the case. */
  levels: Record<string, boolean>
  /** Conditions held when it last spoke; `null` after a connect. */
  levelsBefore: Record<string, boolean> | null
  /** Conditions that only happen, as often as they happened. */
  pulses?: readonly string[]
  /** More about a condition, by its code. */
  data?: Record<string, Values>
  /** The values are worth telling before the interval is over. */
  changed: boolean
}

/**
 * Writes a statement as native messages: events first, then telemetry where it is due or changed.
 *
 * After a connect the telemetry also carries every condition as a boolean point, so that what began or ended while the
 * device was away is known.
 */
export function nativePackets(statement: Statement, occasion: Occasion): Packet[] {
  const { address, atMs, nextSeq } = occasion
  const base = `shifen/${address.site}/${address.id}`
  const packets: Packet[] = []
  const event = (code: string, level: { active?: boolean }) => {
    const data = statement.data?.[code]
    const body = { ts: atMs, seq: nextSeq(), event: code, ...level, ...(data && { data }) }
    packets.push({
      device: address.id,
      topic: `${base}/event`,
      payload: JSON.stringify(body),
      once: level.active === undefined,
    })
  }

  for (const code of statement.pulses ?? []) event(code, {})
  if (statement.levelsBefore) {
    for (const [code, active] of Object.entries(statement.levels)) {
      if (statement.levelsBefore[code] !== active) event(code, { active })
    }
  }
  const whole = statement.levelsBefore === null
  if (whole || occasion.due || statement.changed) {
    const values = whole ? { ...statement.values(), ...statement.levels } : statement.values()
    const body = { ts: atMs, seq: nextSeq(), values }
    packets.push({ device: address.id, topic: `${base}/telemetry`, payload: JSON.stringify(body), once: false })
  }
  return packets
}

/** The reply to a command. Sent again it would be asked for, so a lost connection loses it. */
export function nativeReply({ site, id }: Address, answer: Answer): Packet {
  const topic = `shifen/${site}/${id}/command/reply`
  return { device: id, topic, payload: JSON.stringify(answer), once: false }
}

/** A command in Shifen's own form; `null` where it is none. */
export function nativeTold(payload: string): Told | null {
  try {
    const { id, command } = JSON.parse(payload) as Partial<Told>
    return typeof id === 'string' && typeof command === 'string' ? { id, command } : null
  } catch {
    return null
  }
}
