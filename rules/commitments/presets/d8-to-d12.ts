import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../model.ts'
import {
  arriveAsOurs,
  calls,
  callsAndComplaints,
  complaints,
  emergencies,
  general,
  type Preset,
  published,
  surveyed,
  target,
} from './preset.ts'

export const d8ToD12: readonly Preset[] = [
  {
    commitment: published('D8', '物业维修服务管理规定', 'Repair service regulations', {
      targets: [arriveAsOurs],
      approval: { quote: 'a superior approves the 服务工作单 before work' },
      acceptance: {
        signers: ['customer'],
        instead: 'superior',
        quote: "where the customer cannot accept, the repairer's superior does",
      },
    }),
  },
  {
    commitment: published('D9', '物业管理服务承诺 (2小时派人)', 'Property management pledge (sent in 2 hours)', {
      targets: [
        target('dispatch', 2 * HOUR_MS, calls, { quote: '2小时内派遣维修人员' }),
        target('dispatch', 5 * MINUTE_MS, emergencies, {
          quote: '立即派人处理',
          note: 'the document says at once; the five minutes are ours',
        }),
        target('respond', 24 * HOUR_MS, complaints, { quote: '24小时内给予回复' }),
        target('complete', 3 * DAY_MS, complaints, {
          calendar: 'working_days',
          otherwise: 'tell_reason_and_plan',
          quote: '在3个工作日内解决问题或提供解决方案',
        }),
      ],
      surveys: surveyed,
    }),
  },
  {
    commitment: published('D10', '物业维修管理制度', 'Repair management', {
      targets: [
        target('arrive', 10 * MINUTE_MS, emergencies, {
          quote: '须立即赶到现场',
          note: 'the document says at once; the ten minutes are ours',
        }),
        target('complete', 0, callsAndComplaints, {
          calendar: 'calendar_days',
          cutoffs: [
            { receivedBy: '11:10', dueAt: '11:30' },
            { receivedBy: '17:10', dueAt: '17:30' },
          ],
          otherwise: 'write_reason',
          quote: "当天的维修投诉当天处理完 / 必须及时处理完毕 / 当天无法处理的都必须在'维修情况'栏内注明原因",
          note: 'what comes after the last shift is handled the same day, overtime or not',
        }),
      ],
      acceptance: { signers: ['customer', 'responder'], quote: 'customer and repairer sign' },
      staysUntilHandled: { quote: '直到事故处理完毕才能离开' },
      quality: [
        { measure: 'on_time', percent: 99, quote: '及时率 on-time rate | ≥ 99 %' },
        { measure: 'pass', percent: 95, quote: '合格率 pass rate | ≥ 95 %' },
      ],
    }),
  },
  {
    yearsValid: 1,
    commitment: published('D11', '物业管理售后服务承诺书', 'After-sales pledge of property management', {
      targets: [
        target('respond', 24 * HOUR_MS, calls, { note: 'the document: the customer is contacted within 24 hours' }),
        target('respond', 2 * HOUR_MS, emergencies, { quote: '2小时内作出响应' }),
        target('complete', 24 * HOUR_MS, emergencies, { quote: '在24小时内完成' }),
        target('respond', 48 * HOUR_MS, general, { quote: '48小时内' }),
        target('complete', 72 * HOUR_MS, general, { quote: '72小时内完成' }),
      ],
    }),
  },
  {
    commitment: published('D12', '物业管理售后服务承诺、举措及政策', 'After-sales pledge, measures and policy', {
      targets: [
        target('respond', 24 * HOUR_MS, callsAndComplaints, { quote: '24小时内回复' }),
        target('arrive', 48 * HOUR_MS, calls, { quote: '在48小时内安排专业人员上门' }),
      ],
      warranty: {
        withinMs: 90 * DAY_MS,
        note: 'the document: a free warranty period, and a watch on recurrence; the 90 days are ours',
      },
      surveys: surveyed,
    }),
  },
]
