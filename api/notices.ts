import type { Logger } from 'pino'
import type { Clock } from '../rules/clock.ts'
import type { Engine } from '../rules/engine.ts'
import type { ChannelKind, Random } from '../rules/model.ts'
import { createChannelTypes } from '../rules/notify/channels/index.ts'
import { createLinkOf } from '../rules/notify/link.ts'
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
  /** Breaks off what runs: it has failed, and may be tried again. */
  close: () => void
}

/** Nothing leaves the machine. */
const shut = { ok: false, reason: 'nothing is sent from here', retry: false } as const
export const NOWHERE: Doors = {
  post: () => Promise.resolve(shut),
  mail: () => Promise.resolve({ ...shut, status: null }),
  close: () => undefined,
}

export interface NoticesOptions {
  config: Config
  engine: Engine
  reader: Db
  clock: Clock
  random: Random
  log: Logger
  outgoing: Doors
  /** Where people reach the service. */
  publicUrl: () => string
  onResult: (kind: ChannelKind, result: string) => void
}

export interface Notices {
  outbox: Outbox
  sealer: Sealer
  /** Channels that cannot be used, and why; `null` where all can. */
  trouble(): string | null
  /** Lets what is being sent come to its end, for a while. */
  stop(): Promise<void>
}

/** Of the 5 s that a stop may take. */
const ENDING_MS = 2_000

/** What sends, with the key that opens what it sends with. */
export function composeNotices({
  config,
  engine,
  reader,
  random,
  log,
  outgoing,
  publicUrl,
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
  const outbox = createOutbox({
    ...{ engine, reader, random, ...rest },
    types: createChannelTypes({ ...outgoing, random, log: (fields, message) => log.info(fields, message) }),
    open: (channel) => withOpenSecrets(sealer, channel),
    linkOf: createLinkOf(sealer.linkKey, publicUrl),
  })
  return {
    ...{ sealer, outbox },
    trouble() {
      const ids = closed().map(({ id }) => id)
      return ids.length === 0 ? null : `${ids.join(', ')}: sealed with another secretKey; set that, or enter them anew`
    },
    async stop() {
      const ending = setTimeout(() => outgoing.close(), ENDING_MS)
      await outbox.stop()
      clearTimeout(ending)
      outgoing.close()
    },
  }
}
