import type { Engine } from '../engine.ts'
import type { ChannelSettings, Notice, Responder } from '../model.ts'
import { planOf, responderName } from '../plans/book.ts'
import type { Message } from './channel.ts'
import type { Parcel } from './plan.ts'
import { dialled } from './routes.ts'
import { type Reading, textOf, textOfMany } from './text.ts'

/** The link that accepts a notice's ticket; `null` where there is nothing to accept. */
export type LinkOf = (notice: Notice) => string | null

/** Whatever the channel tells the property's own people in. */
const RESIDENTS_LANGUAGE = 'zh'

/** A parcel as a channel tells it: in the language of whom it is for, who is mentioned where it is for one alone. */
export function messageOf(parcel: Parcel, channel: ChannelSettings, engine: Engine, linkOf: LinkOf): Message {
  const { id, notices, emergency } = parcel
  const [first] = notices
  const recipients = new Set(notices.map(({ recipient }) => recipient))
  const only = recipients.size === 1 ? (first?.recipient ?? null) : null
  const responder = only === null ? undefined : planOf(engine.world().plans, 'responder', only)
  const isResidents = notices.every(({ kind }) => kind === 'resident.progress')
  const language = responder?.language ?? (isResidents ? RESIDENTS_LANGUAGE : channel.language)
  const reading = readingOf(engine, language, first?.site ?? null)
  const alone = notices.length === 1 && first !== undefined
  return {
    ...{ id, at: engine.now(), language, emergency, notices },
    ...(alone ? textOf(first, reading) : textOfMany(notices, reading)),
    link: alone ? linkOf(first) : null,
    mention: responder === undefined ? null : mentionOf(responder),
    address: first?.address ?? '',
  }
}

function mentionOf({ name, phone, mentions = {} }: Responder): Message['mention'] {
  return { name, ...(phone !== undefined && { phone: dialled(phone) }), ...mentions }
}

function readingOf(engine: Engine, language: 'zh' | 'en', site: string | null): Reading {
  const { sites, plans } = engine.world()
  return {
    language,
    timezone: (site === null ? undefined : sites.get(site)?.timezone) ?? 'Asia/Shanghai',
    now: engine.now(),
    site: (id) => sites.get(id)?.name ?? id,
    responder: (id) => responderName(plans, id),
    device(id) {
      const device = engine.device(id)?.device
      return { name: device?.name ?? id, place: device?.location || (device?.name ?? id) }
    },
  }
}
