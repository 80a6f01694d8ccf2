import { isOpen, nextChange } from '../calendar/windows.ts'
import type { ChannelKind, ChannelSettings, Responder, Route } from '../model.ts'
import { planOf, plansOf, type PlanBook } from '../plans/book.ts'

/** How a kind of channel reaches a person, the best first where he chose none; what is not here reaches nobody. */
export const REACHES: Partial<Record<ChannelKind, 'phone' | 'email' | 'mention'>> = {
  wecom: 'mention',
  dingtalk: 'mention',
  feishu: 'mention',
  aliyun_sms: 'phone',
  http_sms: 'phone',
  aliyun_voice: 'phone',
  http_voice: 'phone',
  email: 'email',
}
const BY_DEFAULT = Object.keys(REACHES)

/** Whether what concerns the site (`null`: none in particular) may go through the channel. */
export const serves = ({ enabled, sites }: ChannelSettings, site: string | null) =>
  enabled && (sites === null || (site !== null && sites.includes(site)))

/**
 * The ways to reach somebody, the first first: through the channels that are asked for, then those of his own choice,
 * which is every channel that reaches him where he made none. Each way once; none where nothing reaches him.
 */
export function routesTo(
  responder: Responder,
  book: PlanBook,
  site: string | null,
  channelIds: readonly string[] = [],
): Route[] {
  const asked = [...new Set([...channelIds, ...(responder.channels ?? allByDefault(book))])]
  return asked.flatMap((id) => {
    const channel = planOf(book, 'channel', id)
    const address = channel && serves(channel, site) ? addressOf(responder, channel.kind) : null
    return address === null ? [] : [{ channel: id, address }]
  })
}

function allByDefault(book: PlanBook): string[] {
  const rank = ({ kind }: ChannelSettings) => BY_DEFAULT.indexOf(kind)
  const able = plansOf(book, 'channel').filter((channel) => rank(channel) >= 0)
  return able.sort((a, b) => rank(a) - rank(b)).map(({ id }) => id)
}

/** His address in a channel; '' where he is mentioned in a group's own, `null` where it does not reach him. */
function addressOf({ phone, email, mentions }: Responder, kind: ChannelKind): string | null {
  switch (REACHES[kind]) {
    case 'phone':
      return phone === undefined ? null : dialled(phone)
    case 'email':
      return email ?? null
    case 'mention':
      return isMentioned(kind, phone, mentions) ? '' : null
    case undefined:
      return null
  }
}

/** A number as people write it, `010-8888 0000`, as providers take it. */
export const dialled = (phone: string) => phone.replace(/[ -]/g, '')

/** 企业微信 and 钉钉 also mention by phone number, 飞书 does not. */
function isMentioned(kind: ChannelKind, phone: string | undefined, mentions: Responder['mentions'] = {}): boolean {
  if (kind === 'wecom') return (mentions.wecom ?? phone) !== undefined
  if (kind === 'dingtalk') return (mentions.dingtalk ?? phone) !== undefined
  return mentions.feishu !== undefined
}

/** When he may be told, site time; quiet hours that never end are none. Emergencies do not ask. */
export function quietUntil({ quietHours = [] }: Responder, timezone: string, now: number): number {
  return isOpen(quietHours, timezone, now) ? (nextChange(quietHours, timezone, now) ?? now) : now
}
