import { DEVICE_KINDS } from '../../rules/model.ts'
import type { Address, Answer, Language, Occasion, Packet, Speaker, Statement, Told } from './language.ts'

/** Shifen's own JSON. */
export const native: Language = {
  id: 'native',
  kinds: DEVICE_KINDS.filter((kind) => kind !== 'unknown'),
  topics: () => [],
  identity: () => null,
  tells: ['*'],
  speaker: (address) => {
    let seq = 0
    return speakerOf(address, () => (seq += 1))
  },
}

function speakerOf(address: Address, nextSeq: () => number): Speaker {
  const base = `shifen/${address.site}/${address.id}`
  return {
    say: (statement, occasion) => [
      ...wordsOf(statement, occasion, address, base, nextSeq),
      ...(statement.answers ?? []).map((answer) => replyOf(answer, address, base)),
    ],
    hear: (topic, payload) => (topic === `${base}/command` ? toldBy(payload) : null),
    will: () => ({ device: address.id, topic: `${base}/status`, payload: 'offline', once: false, retain: true }),
  }
}

/**
 * Events first, then telemetry where it is due or changed.
 *
 * After a connect the telemetry also carries every condition as a boolean point, so that what began or ended while the
 * device was away is known.
 */
function wordsOf(
  statement: Statement,
  { atMs, due }: Occasion,
  { id }: Address,
  base: string,
  nextSeq: () => number,
): Packet[] {
  const packets: Packet[] = []
  const event = (code: string, level: { active?: boolean }) => {
    const data = statement.data?.[code]
    const body = { ts: atMs, seq: nextSeq(), event: code, ...level, ...(data && { data }) }
    packets.push({
      device: id,
      topic: `${base}/event`,
      payload: JSON.stringify(body),
      once: level.active === undefined,
    })
  }

  for (const code of statement.pulses ?? []) event(code, {})
  if (statement.levelsBefore) {
    const { levels, levelsBefore } = statement
    for (const code in levels) if (levelsBefore[code] !== levels[code]) event(code, { active: levels[code]! })
  }
  const whole = statement.levelsBefore === null
  if (whole || due || statement.changed) {
    const values = whole ? { ...statement.values(), ...statement.levels } : statement.values()
    const body = { ts: atMs, seq: nextSeq(), values }
    packets.push({ device: id, topic: `${base}/telemetry`, payload: JSON.stringify(body), once: false })
  }
  return packets
}

/** Sent again it would be asked for, so a lost connection loses it. */
const replyOf = (answer: Answer, { id }: Address, base: string): Packet => ({
  device: id,
  topic: `${base}/command/reply`,
  payload: JSON.stringify(answer),
  once: false,
})

function toldBy(payload: string): Told | null {
  try {
    const { id, command } = JSON.parse(payload) as Partial<Told>
    return typeof id === 'string' && typeof command === 'string' ? { id, command } : null
  } catch {
    return null
  }
}
