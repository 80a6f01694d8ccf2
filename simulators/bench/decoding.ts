import { performance } from 'node:perf_hooks'
import { decodeExample } from '../../api/service.ts'
import { type FamilyMessage, familyMessages } from './families.ts'
import { summarise } from './histogram.ts'

/** What decoding one message costs, from its bytes (JSON.parse included) to what it says. */
export interface DecodingTime {
  family: string
  payloadBytes: number
  /** Of all messages, each timed by itself, in microseconds. */
  medianMicroseconds: number
  p99Microseconds: number
  /**
   * The median of the round in which it was lowest. What else runs on the machine can only add: a median far above this
   * one tells of a busy machine.
   */
  quietestMicroseconds: number
  /** The median as a multiple of what `JSON.parse` alone takes for the same bytes, measured in turn with it. */
  timesParsing: number
}

const ROUNDS = 60
const WARM_UP_ROUNDS = 20
const MESSAGES_A_ROUND = 500

/**
 * Measures every JSON family, a block of each in every round: no family has a quiet minute of the machine to itself,
 * and each is decoded by code that has seen all others.
 *
 * @throws Error when a message is not accepted: then something else would be measured.
 */
export function measureDecoding(messages: readonly FamilyMessage[] = familyMessages): DecodingTime[] {
  const measured = messages.map(prepare)
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const { decodeOne, parseOne, decodingRounds, parsingRounds } of measured) {
      const [decodingMs, parsingMs] = [timeBlock(decodeOne), timeBlock(parseOne)]
      if (round < 0) continue
      decodingRounds.push(decodingMs)
      parsingRounds.push(parsingMs)
    }
  }
  return measured.map(({ family, bytes, decodingRounds, parsingRounds }) => {
    const { p50Ms, p99Ms } = summarise(decodingRounds.flat())
    return {
      family,
      payloadBytes: bytes.length,
      medianMicroseconds: p50Ms * 1_000,
      p99Microseconds: p99Ms * 1_000,
      quietestMicroseconds: Math.min(...decodingRounds.map((round) => summarise(round).p50Ms)) * 1_000,
      timesParsing: p50Ms / summarise(parsingRounds.flat()).p50Ms,
    }
  })
}

function prepare({ family, topic, payload }: FamilyMessage) {
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
  return {
    family,
    bytes,
    decodeOne: () => decodeExample(example),
    parseOne: (): unknown => JSON.parse(bytes.toString()),
    decodingRounds: [] as number[][],
    parsingRounds: [] as number[][],
  }
}

/** How long each message took, in milliseconds. */
function timeBlock(work: () => unknown): number[] {
  return Array.from({ length: MESSAGES_A_ROUND }, () => {
    const startedAt = performance.now()
    work()
    return performance.now() - startedAt
  })
}
