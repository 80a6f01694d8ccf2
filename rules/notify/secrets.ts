import type { z } from 'zod'
import { type ChannelSettings, Refusal } from '../model.ts'
import type { Sealer } from '../secrets.ts'
import { channelOptionSchemas } from './channels/schema.ts'

/** What is shown in a secret's place; sent back it means: as it was. */
export const HIDDEN = '********'

const nameOf = (channel: string, field: string) => `channel:${channel}:${field}`

export function withSealedSecrets(sealer: Sealer, channel: ChannelSettings): ChannelSettings {
  const secrets = Object.entries(channel.secrets)
  const sealed = secrets.map(([field, secret]) => [field, sealer.seal(secret, nameOf(channel.id, field))])
  return { ...channel, secrets: Object.fromEntries(sealed) as Record<string, string> }
}

/** As its kind needs it; `null` where a secret was sealed with another key. */
export function withOpenSecrets(sealer: Sealer, channel: ChannelSettings): ChannelSettings | null {
  const secrets: Record<string, string> = {}
  for (const [field, sealed] of Object.entries(channel.secrets)) {
    const secret = sealer.open(sealed, nameOf(channel.id, field))
    if (secret === null) return null
    secrets[field] = secret
  }
  return { ...channel, secrets }
}

export function withHiddenSecrets(channel: ChannelSettings): ChannelSettings {
  const secrets = Object.keys(channel.secrets).map((field) => [field, HIDDEN])
  return { ...channel, secrets: Object.fromEntries(secrets) as Record<string, string> }
}

/**
 * What is kept of a channel that was sent: a secret that is absent or hidden stays as it was, '' takes it away, any
 * other is sealed. Throws `Refusal` where its options or secrets are not what its kind needs.
 */
export function takeChannel(
  sealer: Sealer,
  sent: ChannelSettings,
  earlier: ChannelSettings | undefined,
): ChannelSettings {
  const kept = earlier?.kind === sent.kind ? earlier : { ...sent, secrets: {} }
  const known = withOpenSecrets(sealer, kept)
  if (known === null && Object.keys(kept.secrets).some((field) => isKept(sent.secrets[field]))) {
    throw new Refusal('invalid', 'secrets: they were sealed with another secretKey; enter them anew')
  }
  const unknown = Object.keys(sent.secrets).find((field) => sent.secrets[field] === HIDDEN && !(field in kept.secrets))
  if (unknown !== undefined) throw new Refusal('invalid', `secrets.${unknown}: there is none yet; enter it`)
  const given = Object.entries(sent.secrets).filter(([, secret]) => secret !== HIDDEN)
  const all = Object.entries({ ...known?.secrets, ...Object.fromEntries(given) }).filter(([, secret]) => secret !== '')
  const { options, secrets } = channelOptionSchemas[sent.kind]
  const plain = fitting('secrets', secrets, Object.fromEntries(all)) as Record<string, string>
  const sealed = withSealedSecrets(sealer, { ...sent, secrets: plain }).secrets
  const unchanged = Object.entries(kept.secrets).filter(([field]) => plain[field] === known?.secrets[field])
  return {
    ...sent,
    options: fitting('options', options, sent.options) as ChannelSettings['options'],
    secrets: { ...sealed, ...Object.fromEntries(unchanged.filter(([field]) => field in plain)) },
  }
}

const isKept = (secret: string | undefined) => secret === undefined || secret === HIDDEN

function fitting(field: string, schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Refusal('invalid', `${[field, ...issue!.path].join('.')}: ${issue!.message}`)
}
