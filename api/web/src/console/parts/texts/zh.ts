import type { ControlState } from '../../../../../../rules/model.ts'

export const zh = {
  again: '重试',
  silent: '服务器没有答复。',
  gone: '没有找到。',
  noRight: '您没有权限看这一部分。',
  refused: '{why}。',
  loading: '正在加载…',
  back: '返回',
  byRule: '由规则',
  attempts: '发送 {count} 次',
  command: { open: '打开', close: '关闭', read: '读数' },
  commandState: {
    sent: '已发出，等待确认',
    done: '已完成',
    failed: '失败',
    expired: '没有确认',
    superseded: '被新的命令取代',
    refused: '无法远程执行',
  } satisfies Record<ControlState, string>,
}

/** Every language has exactly these texts. */
export type PartTexts = typeof zh
