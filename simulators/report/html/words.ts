import { html } from 'hono/html'
import type { ClockState, Milestone, Party, Priority, TicketState } from '../../../rules/model.ts'
import type { SeenTicket } from '../../facts.ts'
import { spellSpan } from '../../judge.ts'
import type { Line } from '../../lines.ts'
import type { Fact, FactAbout, FACTS } from '../../scenario.ts'
import { type ClockSpan, clockWords, isLate } from '../clocks.ts'

export interface Both {
  zh: string
  en: string
}

/** A text in both languages, Chinese first. */
export const both = (zh: string, en: string) => html`<span lang="zh">${zh}</span> <span lang="en">${en}</span>`

/** What a mark of a picture stands for. */
export const pair = (mark: ReturnType<typeof html>, zh: string, en: string) =>
  html`<span class="pair">${mark}${both(zh, en)}</span>`

/** The same within a picture. */
export const bothDrawn = (zh: string, en: string) =>
  html`<tspan lang="zh">${zh}</tspan> <tspan class="soft" lang="en">${en}</tspan>`

export const MILESTONE_NAMES: Record<Milestone, string> = {
  respond: '响应',
  dispatch: '派单',
  accept: '接单',
  arrive: '到场',
  first_handling: '初步处理',
  complete: '完成',
  follow_up: '回访',
}
export const PARTY_NAMES: Record<Party, Both> = {
  property: { zh: '物业', en: 'property' },
  maintenance_firm: { zh: '维保单位', en: 'maintenance firm' },
}
export const CLOCK_STATE_NAMES: Record<ClockState, string> = {
  running: '计时中',
  met: '按时',
  breached: '超时',
  met_late: '迟到',
  cancelled: '不再计时',
}
export const TICKET_STATE_NAMES: Record<TicketState, string> = {
  pending_dispatch: '待派单',
  assigned: '已派单',
  accepted: '已接单',
  en_route: '在途',
  on_site: '已到场',
  on_hold: '挂起',
  completed: '已完成',
  signed_off: '已签字',
  closed: '已关闭',
  cancelled: '已取消',
}
export const PRIORITY_NAMES: Record<Priority, string> = { critical: '紧急', high: '高', medium: '中', low: '低' }
export const FROM_NAMES: Record<Line['from'], string> = {
  story: '剧情',
  building: '楼宇',
  service: '服务',
  people: '人员',
}

type FactNames = { [About in FactAbout]: Record<(typeof FACTS)[About][number], string> }

const FACT_NAMES: FactNames = {
  alarm: {
    raised: '产生',
    re_alarmed: '再次报警',
    rose: '升级',
    fell: '降级',
    returned: '恢复正常',
    chattering: '反复抖动',
    acknowledged: '已确认',
    reset: '已复位',
    muted: '被屏蔽',
    released: '解除屏蔽',
    ended: '结束',
  },
  ticket: {
    opened: '开单',
    joined: '并入一条报警',
    assigned: '派单',
    accepted: '接单',
    declined: '拒单',
    en_route: '出发',
    on_site: '到场',
    on_hold: '挂起',
    completed: '完成',
    signed_off: '签字',
    closed: '关闭',
    cancelled: '取消',
  },
  clock: { started: '开始计时', met: '按时达到', breached: '超时', met_late: '迟到达到', cancelled: '不再计时' },
  notice: { queued: '待发', sent: '已发', failed: '发送失败', withdrawn: '撤回' },
  command: { sent: '已下发', done: '已执行', failed: '失败', expired: '过期' },
  device: { discovered: '被发现' },
  rejection: { stored: '无法使用' },
}

/** A fact in Chinese, as `lineOf` has it in English. */
export function lineInChinese({ about, what, of, fields }: Fact, tickets: ReadonlyMap<string, SeenTicket>): string {
  const text = (name: string) => String(fields[name] ?? '–')
  const milestone = MILESTONE_NAMES[text('milestone') as Milestone] ?? text('milestone')
  const priority = PRIORITY_NAMES[text('priority') as Priority] ?? text('priority')
  const named = (FACT_NAMES[about] as Readonly<Record<string, string>>)[what] ?? what
  const at = fields.device === null || fields.device === undefined ? '' : `（${String(fields.device)}）`
  switch (about) {
    case 'alarm':
      return `报警 ${text('rule')}${at} ${named}，${priority}`
    case 'ticket': {
      const who = what === 'assigned' || what === 'accepted' ? `：${text('assignee')}` : ''
      const title = what === 'opened' ? `：${tickets.get(of ?? '')?.titles.zh ?? ''}` : ''
      return `工单 ${text('number')}${at} ${named}${who}${title}`
    }
    case 'clock':
      return `工单 ${text('ticketNumber')} 的${milestone}时限 ${named}`
    case 'notice':
      return `通知 ${text('kind')} 给 ${String(fields.recipient ?? fields.channel)}（${text('channel')}）${named}`
    case 'command':
      return `指令 ${text('command')} 给 ${text('device')} ${named}`
    case 'device':
      return `设备 ${text('device')} ${named}（${text('family')}）`
    case 'rejection':
      return `${JSON.stringify(fields.topic)} 上的一条消息${named}：${text('reason')}`
  }
}

const UNITS: Readonly<Record<string, string>> = { ms: '毫秒', s: '秒', min: '分', h: '小时' }

/** `6 分 12 秒` */
export const spanInChinese = (ms: number): string => spellSpan(ms).replace(/ms|min|h|s/g, (unit) => UNITS[unit]!)

export function clockBoth(span: ClockSpan): Both {
  const { state, withinMs, elapsedMs } = span
  const en = clockWords(span)
  const within = spanInChinese(withinMs)
  if (elapsedMs === null) return { zh: `限 ${within}，不再计时`, en }
  const took = `${spanInChinese(Math.max(0, elapsedMs))} / 限 ${within}`
  if (!isLate(span)) return { zh: state === 'running' ? `${took}，运行结束时仍在计时` : took, en }
  return { zh: `${took}，${state === 'breached' ? '仍未达到' : `迟 ${spanInChinese(elapsedMs - withinMs)}`}`, en }
}
