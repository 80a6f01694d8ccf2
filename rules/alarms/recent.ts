import type { RecentMessage, RecentMessages } from '../model.ts'

/** The numbered messages of a device that a re-sent one is recognised by. */

const WINDOW_MS = 10 * 60_000
const PIECE = 128
/** Four whole batches: so many may be committed, and not yet acknowledged, when the process or its connection dies. */
export const RECENT_KEPT = 8_192

/** What is kept after one more message: whole pieces go, when all of them is too old or too many came since. */
export function remember(recent: RecentMessages, message: RecentMessage): RecentMessages {
  const oldest = message.receivedAt - WINDOW_MS
  const first = Math.max(0, recent.length - 1 - RECENT_KEPT / PIECE)
  const kept = recent.filter(({ latestAt }, index) => index >= first && latestAt >= oldest)
  const last = kept.at(-1)
  if (last === undefined || last.messages.length === PIECE) {
    const { seq, receivedAt } = message
    kept.push({ lowest: seq, highest: seq, latestAt: receivedAt, messages: [message] })
    return kept
  }
  // Of a device that speaks once a minute a piece would otherwise hold two hours, copied with each message.
  const isYoung = ({ receivedAt }: RecentMessage) => receivedAt >= oldest
  const young = isYoung(last.messages[0]!) ? last.messages : last.messages.filter(isYoung)
  kept[kept.length - 1] = {
    lowest: Math.min(last.lowest, message.seq),
    highest: Math.max(last.highest, message.seq),
    latestAt: Math.max(last.latestAt, message.receivedAt),
    messages: [...young, message],
  }
  return kept
}

/** Whether the same number came with the same content in the ten minutes before. */
export function isRemembered(recent: RecentMessages, { seq, fingerprint, receivedAt }: RecentMessage): boolean {
  const oldest = receivedAt - WINDOW_MS
  return recent.some(
    ({ lowest, highest, messages }) =>
      lowest <= seq &&
      seq <= highest &&
      messages.some((each) => each.seq === seq && each.fingerprint === fingerprint && each.receivedAt >= oldest),
  )
}
