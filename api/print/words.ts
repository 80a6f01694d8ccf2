import type {
  Arrival,
  ClockState,
  CostLine,
  Decision,
  FollowUp,
  FollowUpFault,
  FollowUpWay,
  Grade,
  IntakeChannel,
  PhotoKind,
  Priority,
  Signer,
  TicketKind,
  TicketSize,
  TicketState,
} from '../../rules/model.ts'

/** What the forms of a property company call things. */
export interface Both {
  zh: string
  en: string
}

const words = (zh: string, en: string): Both => ({ zh, en })

export const GRADE_WORDS: Record<Grade, Both> = {
  5: words('很满意', 'very satisfied'),
  4: words('满意', 'satisfied'),
  3: words('一般', 'fair'),
  2: words('不满意', 'dissatisfied'),
  1: words('很不满意', 'very dissatisfied'),
}

export const STATE_WORDS: Record<TicketState, Both> = {
  pending_dispatch: words('待派单', 'to be dispatched'),
  assigned: words('已派单', 'assigned'),
  accepted: words('已接单', 'accepted'),
  en_route: words('途中', 'on the way'),
  on_site: words('现场处理', 'on site'),
  on_hold: words('挂起', 'on hold'),
  completed: words('已完工', 'completed'),
  signed_off: words('已验收', 'accepted by the customer'),
  closed: words('已关闭', 'closed'),
  cancelled: words('已取消', 'cancelled'),
}

const CATEGORY_WORDS: Record<string, Both> = {
  water_leak: words('漏水', 'water leak'),
  elevator: words('电梯', 'lift'),
  power: words('供电', 'power'),
  device: words('设备', 'device'),
  other: words('其他', 'other'),
}

/** One of a site's own stands for itself. */
export const categoryWords = (category: string): Both => CATEGORY_WORDS[category] ?? words(category, category)

export const PRIORITY_FORM_WORDS: Record<Priority, Both> = {
  critical: words('紧急', 'emergency'),
  high: words('高', 'high'),
  medium: words('中', 'medium'),
  low: words('低', 'low'),
}

export const KIND_WORDS: Record<TicketKind, Both> = {
  repair: words('报修', 'repair'),
  request: words('服务', 'service'),
  complaint: words('投诉', 'complaint'),
  appointment: words('预约', 'appointment'),
  special_event: words('特发事件', 'special event'),
}

export const SIZE_WORDS: Record<TicketSize, Both> = { small: words('小修', 'small'), large: words('大修', 'large') }

export const CHANNEL_WORDS: Record<IntakeChannel, Both> = {
  telephone: words('电话', 'telephone'),
  desk: words('前台', 'desk'),
  paper: words('书面', 'paper'),
  intercom: words('对讲', 'intercom'),
  page: words('网页', 'web page'),
  other: words('其他', 'other'),
}

/** A reporter's may be in somebody's own words. */
export const channelWords = (channel: string): Both =>
  CHANNEL_WORDS[channel as IntakeChannel] ?? words(channel, channel)

export const ARRIVAL_WORDS: Record<Arrival['way'], Both> = {
  place: words('定位到场', 'by position'),
  code: words('扫码到场', 'by the code at the device'),
  hand: words('人工登记', 'by hand'),
}

export const COST_WORDS: Record<CostLine['kind'], Both> = {
  material: words('材料', 'material'),
  labour: words('人工', 'labour'),
  other: words('其他', 'other'),
}

export const DECISION_WORDS: Record<Decision['state'], Both> = {
  asked: words('待批', 'asked'),
  given: words('同意', 'given'),
  refused: words('不同意', 'refused'),
}

export const PHOTO_WORDS: Record<PhotoKind, Both> = {
  damage: words('报修', 'damage'),
  before: words('维修前', 'before'),
  after: words('维修后', 'after'),
  other: words('其他', 'other'),
}

export const SIGNER_WORDS: Record<Signer, Both> = {
  customer: words('客户（业主）验收签字', 'Customer'),
  responder: words('维修人员签字', 'Repairer'),
  superior: words('主管签字', 'Superior'),
}

export const CLOCK_WORDS: Record<ClockState, Both | null> = {
  running: null,
  met: words('√ 按时', 'on time'),
  met_late: words('× 超时', 'late'),
  breached: words('× 超时', 'overdue'),
  cancelled: words('取消', 'cancelled'),
}
export const EARLY_WORDS = words('提前', 'too early')

export const WAY_WORDS: Record<FollowUpWay, Both> = {
  telephone: words('电话', 'telephone'),
  visit: words('上门', 'visit'),
  online: words('网上', 'online'),
  intercom: words('对讲', 'intercom'),
}

export const FAULT_WORDS: Record<FollowUpFault, Both> = {
  quality: words('质量问题', 'quality'),
  attitude: words('态度问题', 'attitude'),
  lateness: words('迟到', 'lateness'),
}

export const FOLLOW_UP_WORDS: Record<FollowUp['state'], Both> = {
  waiting: words('待雨后回访', 'waits for rain'),
  open: words('待回访', 'to be done'),
  done: words('已回访', 'done'),
  dropped: words('不再回访', 'dropped'),
}
