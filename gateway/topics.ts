/** The native topic grammar: `shifen/{site}/{device}/{channel}`. */

export const CHANNELS = ['telemetry', 'event', 'status', 'command', 'command/reply'] as const
export type Channel = (typeof CHANNELS)[number]

export interface NativeTopic {
  site: string
  device: string
  channel: Channel
}

const ROOT = 'shifen'
const NATIVE = /^shifen\/([A-Za-z0-9_-]{1,64})\/([A-Za-z0-9_-]{1,64})\/(telemetry|event|status|command(?:\/reply)?)$/

/** Site and device ids, in topics and in the API. */
export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/

/** A longer one is refused. */
export const TOPIC_MAX_BYTES = 256

export function parseTopic(topic: string): NativeTopic | null {
  const match = NATIVE.exec(topic)
  if (!match) return null
  return { site: match[1]!, device: match[2]!, channel: match[3] as Channel }
}

/** What a device's own topics begin with, without the slash that follows. */
export function deviceTopic(site: string, device: string): string {
  return `${ROOT}/${site}/${device}`
}

export function formatTopic({ site, device, channel }: NativeTopic): string {
  return `${deviceTopic(site, device)}/${channel}`
}

/** Why a topic name may not pass, or `null`. Wildcards, control characters and broken text are refused. */
export function topicFault(topic: string): string | null {
  if (topic.length === 0) return 'the topic is empty'
  if (Buffer.byteLength(topic) > TOPIC_MAX_BYTES) return `the topic is longer than ${TOPIC_MAX_BYTES} bytes`

  if (/[\u0000-\u001f\u007f-\u009f\ufffd]/.test(topic)) return 'the topic has a control or broken character'
  if (/[+#]/.test(topic)) return 'the topic has a wildcard'
  return null
}
