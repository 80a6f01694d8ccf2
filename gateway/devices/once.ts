import type { Decoded } from '../../rules/model.ts'
import type { Memory, Publish } from './family.ts'
import { CONTENT_WINDOW_MS, isRepeated, isSentAgain, printOf } from './repeats.ts'

/**
 * What came before is told as it is, but as a duplicate: it makes no second occurrence. What a broker kept takes no
 * part in it: it may count for nothing, and must not hide the first live message with the same words.
 */

/**
 * A message with the device's own time in its key is recognised for as long as our own numbered ones. Not longer: a
 * clock that stands still must not hide the next entrapment.
 */
export const RESENT_WINDOW_MS = 10 * 60_000

/** One event of a device, whatever came between it and its repetition. `print` names it: event, code, time. */
export function eventOnce(decoded: Decoded, publish: Publish, memory: Memory, key: string, print: string): Decoded {
  if (decoded.disposition !== 'accept' || publish.kept) return decoded
  if (!isRepeated(memory, key, printOf(print), publish.receivedAt, RESENT_WINDOW_MS)) return decoded
  return { ...decoded, disposition: 'duplicate', reason: 'the same event with the same device time' }
}

/** Topic and content that are what `key` said last, within the window. */
export function contentOnce(
  decoded: Decoded,
  publish: Publish,
  memory: Memory,
  key: string,
  windowMs = CONTENT_WINDOW_MS,
): Decoded {
  if (decoded.disposition !== 'accept' || publish.kept) return decoded
  const print = printOf(`${publish.topic} ${publish.text() ?? ''}`)
  if (!isSentAgain(memory, key, print, publish.receivedAt, windowMs)) return decoded
  return { ...decoded, disposition: 'duplicate', reason: 'the same content on the same topic' }
}

/** For families that tell by topic alone: the same content on the same topic, whichever device it is of. */
export function topicOnce(decoded: Decoded, publish: Publish, memory: Memory, family: string): Decoded {
  return contentOnce(decoded, publish, memory, `${family}:last:${publish.topic}`)
}
