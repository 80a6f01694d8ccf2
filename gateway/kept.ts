import type { DecodeContext, DecodedPacket, Packet } from './decode.ts'
import { printOf } from './devices/repeats.ts'

/**
 * A broker delivers what it kept again at every subscription. What a topic's kept message said the last time changes
 * nothing, whatever live messages said since: a wet that was dried live is not wet again. Compared is what was decoded,
 * so that a new mapping makes news of the same bytes. Where the broker kept no session, messages may have been missed
 * since, and the same words can be news: then only the recorded state decides.
 */
export function newsOfKept(packet: Packet, decoded: DecodedPacket, context: DecodeContext): DecodedPacket {
  if (packet.gateway === undefined || decoded.messages.length === 0) return decoded
  const memory = context.memory(packet.gateway)
  const key = `retained:${packet.topic}`
  const print = printOf(JSON.stringify(decoded.messages.map((message) => ({ ...message, receivedAt: 0 }))))
  if (packet.missed !== true && memory.get(key) === print) return { ...decoded, messages: [], passed: 'ignored' }
  memory.set(key, print)
  return { ...decoded, messages: decoded.messages.map((message) => ({ ...message, retainedKey: key })) }
}
