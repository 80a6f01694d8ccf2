import { performance } from 'node:perf_hooks'
import { decodeExample } from '../../api/service.ts'
import { type FamilyMessage, familyMessages } from './families.ts'
import { median } from './histogram.ts'

/** What decoding one message costs, from its bytes (JSON.parse included) to what it says. */
export interface DecodingTime {
  family: string
  payloadBytes: number
  /** Median over rounds of the mean of a round, in microseconds. */
  medianMicroseconds: number
}

const ROUNDS = 60
const MESSAGES_A_ROUND = 500
const WARM_UP_ROUNDS = 20

/**
 * Measures every JSON family in turn.
 *
 * @throws Error when a message is not accepted: then something else would be measured.
 */
export function measureDecoding(messages: readonly FamilyMessage[] = familyMessages): DecodingTime[] {
  return messages.map(measureFamily)
}

function measureFamily({ family, topic, payload }: FamilyMessage): DecodingTime {
  const bytes = Buffer.from(JSON.stringify(payload))
  const example = {
    message: { topic, payload: bytes, retain: false },
    preceding: [],
    binding: {},
    receivedAt: 1_772_453_721_000,
  }
  const { disposition, reason, warnings } = decodeExample(example)
  if (disposition !== 'accept' || warnings.includes('topic_not_bound')) {
    throw new Error(`the message of ${family} is not accepted but ${disposition}: ${reason ?? warnings.join(', ')}`)
  }
  const times: number[] = []
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const startedAt = performance.now()
    for (let index = 0; index < MESSAGES_A_ROUND; index++) decodeExample(example)
    const microseconds = ((performance.now() - startedAt) * 1_000) / MESSAGES_A_ROUND
    if (round >= 0) times.push(microseconds)
  }
  return { family, payloadBytes: bytes.length, medianMicroseconds: median(times) }
}
