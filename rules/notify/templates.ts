import type { Milestone, MuteKind, NoticeKind, Priority } from '../model.ts'

export type Language = 'zh' | 'en'

/** `{name}` stands for a field of the notice; a line with a field that is not known is left out. */
export interface Template {
  title: string
  lines: readonly string[]
}

const ticketZh = [
  '工单 {number} · {site}',
  '到场时限 {arriveBy}，剩余 {left}',
  '到场时限 {lateSince}，已超时',
  '处理人：{assignee}',
]
const ticketEn = [
  'Ticket {number} · {site}',
  'On site by {arriveBy}, {left} left',
  'On site was due by {lateSince}',
  'Assigned to {assignee}',
]

export const TEMPLATES: Record<NoticeKind, Record<Language, Template>> = {
  'alarm.raised': {
    zh: { title: '{title} · {place}', lines: ['{site}', '报警级别：{priority}', '第 {count} 次'] },
    en: { title: '{title} · {place}', lines: ['{site}', 'Priority: {priority}', 'Time number {count}'] },
  },
  'alarms.gathered': {
    zh: { title: '报警洪泛：{alarms} 条报警 · {site}', lines: ['其中紧急 {emergencies} 条', '{latest}'] },
    en: { title: 'Alarm flood: {alarms} alarms · {site}', lines: ['{emergencies} of them critical', '{latest}'] },
  },
  'ticket.opened': {
    zh: { title: '新工单：{title} · {place}', lines: ticketZh },
    en: { title: 'New ticket: {title} · {place}', lines: ticketEn },
  },
  'ticket.call': {
    zh: { title: '{title} · {place}', lines: ['{step}', ...ticketZh] },
    en: { title: '{title} · {place}', lines: ['{step}', ...ticketEn] },
  },
  'ticket.call_in': {
    zh: { title: '特发事件集结：{title} · {place}', lines: ['需要 {people} 人，{dueAt} 前到场', ...ticketZh] },
    en: { title: 'Call-in: {title} · {place}', lines: ['{people} people are needed by {dueAt}', ...ticketEn] },
  },
  'ticket.taken': {
    zh: { title: '{by} 已接单：{title} · {place}', lines: ticketZh },
    en: { title: '{by} has taken it: {title} · {place}', lines: ticketEn },
  },
  'ticket.hand_over': {
    zh: { title: '抢修交接：{title} · {place}', lines: ['{step}', ...ticketZh] },
    en: { title: 'Handover of an emergency: {title} · {place}', lines: ['{step}', ...ticketEn] },
  },
  'ticket.waiting': {
    zh: {
      title: '待处理：{title} · {place}',
      lines: ['{step}', '原因：{reason}', '工单 {number} · {site}', '处理人：{assignee}'],
    },
    en: {
      title: 'Waits to be settled: {title} · {place}',
      lines: ['{step}', 'Reason: {reason}', 'Ticket {number} · {site}', 'Assigned to {assignee}'],
    },
  },
  'resident.progress': {
    zh: { title: '报修 {number}：{said}', lines: ['原因：{reason}', '处理计划：{plan}'] },
    en: { title: 'Report {number}: {said}', lines: ['Reason: {reason}', 'Plan: {plan}'] },
  },
  'clock.breached': {
    zh: { title: '超时（{milestone}）：{title} · {place}', lines: ticketZh },
    en: { title: 'Overdue ({milestone}): {title} · {place}', lines: ticketEn },
  },
  'command.failed': {
    zh: {
      title: '指令未执行：{title} · {place}',
      lines: ['{device}：{command}', '原因：{reason}', '请派人现场处理', ...ticketZh],
    },
    en: {
      title: 'Command not done: {title} · {place}',
      lines: ['{device}: {command}', 'Reason: {reason}', 'Somebody must go there', ...ticketEn],
    },
  },
  'mute.reminder': {
    zh: { title: '报警仍被屏蔽（{muted}）· {site}', lines: ['原因：{reason}', '{by}，{from} 起', '{until} 止'] },
    en: {
      title: 'Alarms are still muted ({muted}) · {site}',
      lines: ['Reason: {reason}', '{by}, since {from}', 'Until {until}'],
    },
  },
  'roster.handover': {
    zh: {
      title: '交接班 · {site}',
      lines: ['接班：{coming}', '交班：{leaving}', '未完工单 {open} 张', '{tickets}'],
    },
    en: {
      title: 'Handover · {site}',
      lines: ['Coming: {coming}', 'Leaving: {leaving}', '{open} open tickets', '{tickets}'],
    },
  },
  'roster.gap': {
    zh: { title: '值班空缺（{skill}）· {site}', lines: ['{roster}', '{from} 至 {to} 无人值班'] },
    en: { title: 'Nobody on duty ({skill}) · {site}', lines: ['{roster}', 'From {from} to {to}'] },
  },
  'escalation.nobody': {
    zh: { title: '无人可通知：{title} · {place}', lines: ['{step}', '请立即人工派单', ...ticketZh] },
    en: {
      title: 'Nobody can be reached: {title} · {place}',
      lines: ['{step}', 'Dispatch it by hand now', ...ticketEn],
    },
  },
  'follow_up.due': {
    zh: {
      title: '回访超时：{title} · {place}',
      lines: ['应于 {dueAt} 前回访', '住户：{resident}', '工单 {number} · {site}'],
    },
    en: {
      title: 'Follow-up overdue: {title} · {place}',
      lines: ['Due by {dueAt}', 'Resident: {resident}', 'Ticket {number} · {site}'],
    },
  },
  'follow_up.answered': {
    zh: {
      title: '住户评价 {grade} 分：{title} · {place}',
      lines: ['原因：{reason}', '请上门道歉，{dueAt} 前', '工单 {number} · {site}'],
    },
    en: {
      title: 'The resident gave {grade} of 5: {title} · {place}',
      lines: ['Reason: {reason}', 'Apologise at the door by {dueAt}', 'Ticket {number} · {site}'],
    },
  },
  'survey.opened': {
    zh: { title: '{title} · {site}', lines: ['请安排住户答卷（链接、电话或上门），{until} 截止'] },
    en: { title: '{title} · {site}', lines: ['Ask the households, by link, telephone or at the door, until {until}'] },
  },
  test: {
    zh: { title: '测试通知', lines: ['由 {by} 发出，无需处理'] },
    en: { title: 'Test notice', lines: ['Sent by {by}; nothing is to be done'] },
  },
}

/** Around what the templates give, and many of them in one message. */
export const FRAME: Record<Language, { emergency: string; many: string; more: string; between: string }> = {
  zh: { emergency: '【紧急】', many: '{count} 条通知 · {site}', more: '另有 {count} 条', between: '、' },
  en: { emergency: '[EMERGENCY] ', many: '{count} notices · {site}', more: '{count} more', between: ', ' },
}

export const PRIORITY_WORDS: Record<Priority, Record<Language, string>> = {
  critical: { zh: '紧急', en: 'critical' },
  high: { zh: '高', en: 'high' },
  medium: { zh: '中', en: 'medium' },
  low: { zh: '低', en: 'low' },
}

export const MILESTONE_WORDS: Record<Milestone, Record<Language, string>> = {
  respond: { zh: '响应', en: 'response' },
  dispatch: { zh: '派单', en: 'dispatch' },
  accept: { zh: '接单', en: 'acceptance' },
  arrive: { zh: '到场', en: 'arrival' },
  first_handling: { zh: '初步处理', en: 'first handling' },
  complete: { zh: '完成', en: 'completion' },
  follow_up: { zh: '回访', en: 'follow-up' },
}

export const MUTE_WORDS: Record<MuteKind, Record<Language, string>> = {
  out_of_service: { zh: '检修', en: 'out of service' },
  shelved: { zh: '搁置', en: 'shelved' },
  suppressed: { zh: '抑制', en: 'suppressed' },
}

export const SKILL_WORDS: Record<string, Record<Language, string>> = {
  water: { zh: '给排水', en: 'water' },
  power: { zh: '强电', en: 'power' },
  lift: { zh: '电梯', en: 'lifts' },
  general: { zh: '综合', en: 'general' },
}
