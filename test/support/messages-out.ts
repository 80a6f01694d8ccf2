import type { ChannelKind, ChannelSettings } from '../../rules/model.ts'
import type { Message } from '../../rules/notify/channel.ts'
import { noticeLike } from './notices.ts'

/** What a call to a wet sensor says, where nothing else is said of it. */
export function messageLike(rest: Partial<Message> = {}): Message {
  const body = {
    number: 'T20261123-001',
    site: 'default',
    location: '3 号楼 B1 泵房',
    title: { zh: '漏水', en: 'Leak' },
  }
  return {
    id: '01KXMESSAGE000000000000001',
    at: Date.UTC(2026, 10, 23, 2),
    language: 'zh',
    emergency: true,
    title: '【紧急】漏水',
    lines: ['3 号楼 B1 泵房', '10:10 前到场'],
    link: 'https://shifen.example/accept/a.b',
    mention: { name: '李伟', phone: '13800000001' },
    address: '',
    notices: [noticeLike('01KXNOTICE', { ticket: '01KXTICKET', emergency: true, body })],
    ...rest,
  }
}

export function channelLike(
  kind: ChannelKind,
  secrets: Record<string, string> = {},
  options: Record<string, unknown> = {},
): ChannelSettings {
  const plain = { sites: null, enabled: true, language: 'zh' as const, broadcasts: [] }
  return { id: kind, name: kind, kind, ...plain, options, secrets }
}

/** What somebody could name a device so that others are called, or see something that is not there. */
export const HOSTILE = [
  '@all',
  '<@all>',
  '<at user_id="all">everybody</at>',
  '<img src=x onerror=alert(1)>',
  '[click](http://evil.example) **bold** # title',
  'a\r\nBcc: x@evil.example',
  '\u202Egnp.exe\u2066x\u2069',
  '\u0000\u0007\u001b[31m',
  '@13800000009',
]
