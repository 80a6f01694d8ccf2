import { type ChannelSettings, NOTICE_KINDS } from '../model.ts'

export const LOG_CHANNEL = 'log'

/** The service's own log: it is always there, works always and hears everything. */
export const logChannel: ChannelSettings = {
  id: LOG_CHANNEL,
  name: '服务日志',
  kind: 'log',
  sites: null,
  enabled: true,
  language: 'zh',
  broadcasts: NOTICE_KINDS,
  options: {},
  secrets: {},
}
