import { z } from '@hono/zod-openapi'
import { CHANNEL_KINDS, NOTICE_KINDS, PRIORITIES } from '../../rules/model.ts'
import { HIDDEN, takeChannel, withHiddenSecrets } from '../../rules/notify/secrets.ts'
import type { Sealer } from '../../rules/secrets.ts'
import type { PlanRoutes } from './plans.ts'
import { id, line } from './schemas.ts'

const channelSchema = z.strictObject({
  id,
  name: line(100).min(1),
  kind: z.enum(CHANNEL_KINDS),
  sites: z.array(id).min(1).max(500).nullable().default(null).openapi({ description: 'null: all' }),
  enabled: z.boolean().default(true),
  language: z.enum(['zh', 'en']).default('zh').openapi({ description: 'of what is sent to the channel itself' }),
  broadcasts: z
    .array(z.enum(NOTICE_KINDS))
    .max(NOTICE_KINDS.length)
    .default([])
    .openapi({ description: 'what goes to the channel itself, whoever it concerns' }),
  priorities: z
    .array(z.enum(PRIORITIES))
    .min(1)
    .max(PRIORITIES.length)
    .optional()
    .openapi({ description: 'of what it broadcasts only these; absent: all' }),
  options: z.record(z.string().max(64), z.unknown()).default({}).openapi({ description: 'what its kind needs' }),
  secrets: z
    .record(z.string().max(64), z.string().max(4_000))
    .default({})
    .openapi({ description: `never shown: ${HIDDEN}; absent or so: as it was; '': none any more` }),
})

/** Channels have keys and addresses of people in them: they are the admin's. */
export const channelPlans = (sealer: Sealer): PlanRoutes<'channel'> => ({
  kind: 'channel',
  path: 'channels',
  name: 'Channel',
  says: 'A channel (通知渠道)',
  schema: channelSchema,
  readers: [],
  writers: [],
  show: (channel) => ({ ...withHiddenSecrets(channel) }),
  take: (sent, earlier) => takeChannel(sealer, sent, earlier),
})
