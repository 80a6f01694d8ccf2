import { HOUR_MS, MINUTE_MS } from '../../model.ts'
import { askedBySupervisor } from './follow-ups.ts'
import {
  arriveAsOurs,
  calls,
  callsAndComplaints,
  emergencies,
  general,
  keptAppointments,
  type Preset,
  published,
  surveyed,
  target,
} from './preset.ts'

export const d13ToD18: readonly Preset[] = [
  {
    commitment: published('D13', '物业一般维修的服务内容与承诺', 'General repairs: service and pledge', {
      targets: [
        target('arrive', 10 * MINUTE_MS, calls, {
          quote: '报修项目10分钟内到现场',
          note: 'the document states no hours: here around the clock',
        }),
        target('complete', 48 * HOUR_MS, general, { quote: '48小时内修复' }),
        ...keptAppointments,
      ],
      acceptance: { signers: ['customer'], quote: 'the customer signs' },
      followUps: askedBySupervisor,
    }),
  },
  {
    commitment: published('D14', '物业管理售后服务承诺、措施及制度', 'After-sales pledge, measures and rules', {
      targets: [
        target('respond', 15 * MINUTE_MS, callsAndComplaints, { quote: '15分钟内响应' }),
        target('complete', 4 * HOUR_MS, callsAndComplaints, { quote: '4小时内将问题解决处理完毕' }),
      ],
      callIn: { people: 20, withinMs: HOUR_MS, quote: '(60分钟)抽调不少于20名员工' },
    }),
  },
  {
    commitment: published('D15', '物业便民维修服务承诺制度 (24小时派人)', 'Convenience repairs (sent in 24 hours)', {
      targets: [
        target('dispatch', 24 * HOUR_MS, calls, {
          otherwise: 'tell_reason_and_plan',
          quote: '24小时内派专业维修人员…说明原因及处理计划',
        }),
      ],
      acceptance: { signers: ['customer'], quote: 'the customer signs' },
      surveys: surveyed,
    }),
  },
  {
    commitment: published('D16', '物业服务承诺和质量保障措施', 'Service pledge and quality assurance', {
      targets: [arriveAsOurs],
    }),
  },
  {
    commitment: published(
      'D17',
      '物业便民维修服务承诺制度 (电梯、供水2小时)',
      'Convenience repairs (lift, water: 2 h)',
      {
        targets: [
          target('dispatch', 24 * HOUR_MS, general, {
            note: 'the document: a general repair is arranged within 24 hours',
          }),
          ...[emergencies, { ...calls, categories: ['elevator'] }, { ...calls, problems: ['water.cut'] }].map(
            (covers) =>
              target('respond', 2 * HOUR_MS, covers, {
                quote: '紧急情况(如电梯故障、供水中断等),将在2小时内给予响应',
              }),
          ),
        ],
      },
    ),
  },
  { commitment: published('D18', '物业管理服务承诺', 'Property management pledge', { targets: [arriveAsOurs] }) },
]
