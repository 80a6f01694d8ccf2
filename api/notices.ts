import type { Logger } from 'pino'
import type { Clock } from '../rules/clock.ts'
import type { Engine } from '../rules/engine.ts'
import type { ChannelKind, Random } from '../rules/model.ts'
import { createChannelTypes } from '../rules/notify/channels/index.ts'
import type { LinkOf } from '../rules/notify/message.ts'
import { createOutbox, type Outbox } from '../rules/notify/outbox.ts'
import type { Mail, Post } from '../rules/notify/post.ts'
import { withOpenSecrets } from '../rules/notify/secrets.ts'
import { plansOf } from '../rules/plans/book.ts'
import { createSealer, type Sealer } from '../rules/secrets.ts'
import type { Db } from '../rules/storage/connect.ts'
import type { Config } from './config.ts'
import { secretKeyOf } from './secret-key.ts'

/** The doors to the world. */
export interface Doors {
  post: Post
  mail: Mail
}

/** Nothing leaves the machine. */
const shut = { ok: false, reason: 'nothing is sent from here', retry: false } as const
export const NOWHERE: Doors = {
  post: () => Promise.resolve(shut),
  mail: () => Promise.resolve({ ...shut, status: null }),
}

export interface NoticesOptions {
  config: Config
  engine: Engine
  reader: Db
  clock: Clock
  random: Random
  log: Logger
  outgoing: Doors
  linkOf: (sealer: Sealer) => LinkOf
  onResult: (kind: ChannelKind, result: string) => void
}

export interface Notices {
  outbox: Outbox
  sealer: Sealer
  /** Channels that cannot be used, and why; `null` where all can. */
  trouble(): string | null
}

/** What sends, with the key that opens what it sends with. */
export function composeNotices({
  config,
  engine,
  reader,
  random,
  log,
  outgoing,
  linkOf,
  ...rest
}: NoticesOptions): Notices {
  const sealer = createSealer(secretKeyOf(config))
  const closed = () => plansOf(engine.world().plans, 'channel').filter((each) => withOpenSecrets(sealer, each) === null)
  for (const { id } of closed()) {
    log.error(
      { channel: id },
      'the secrets of this channel were sealed with another secretKey; set that, or enter anew',
    )
  }
  return {
    sealer,
    outbox: createOutbox({
      ...{ engine, reader, random, ...rest },
      types: createChannelTypes({ ...outgoing, random, log: (fields, message) => log.info(fields, message) }),
      open: (channel) => withOpenSecrets(sealer, channel),
      linkOf: linkOf(sealer),
    }),
    trouble() {
      const ids = closed().map(({ id }) => id)
      return ids.length === 0 ? null : `${ids.join(', ')}: sealed with another secretKey; set that, or enter them anew`
    },
  }
}
