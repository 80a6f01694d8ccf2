import { HOUR_MS, MINUTE_MS } from '../../model.ts'
import { askedAfterRepairs } from './follow-ups.ts'
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

export const d1ToD7: readonly Preset[] = [
  {
    commitment: published('D1', '物业便民服务规则制度范本', 'Convenience service rules, a model', {
      targets: [target('respond', 24 * HOUR_MS, complaints, { quote: '24小时内作出回应' })],
      surveys: surveyed,
    }),
  },
  {
    commitment: published('D2', '物业服务公开承诺书', 'Public pledge of property service', {
      targets: [
        target('dispatch', 2 * HOUR_MS, emergencies, { quote: '2小时内派出' }),
        target('arrive', 48 * HOUR_MS, general, {
          quote: '48小时内提供维修服务',
          note: 'the repair service is given where the fault is: somebody is on site',
        }),
      ],
    }),
  },
  {
    commitment: published('D3', '物业管理服务承诺 (30分钟派人)', 'Property management pledge (sent in 30 minutes)', {
      targets: [
        target('dispatch', 30 * MINUTE_MS, calls, { quote: '需在30分钟内派人响应服务请求' }),
        target('respond', 24 * HOUR_MS, complaints, { quote: '24小时内作出回复' }),
      ],
      surveys: surveyed,
    }),
  },
  {
    commitment: published('D4', '物业服务承诺落实制度范本', 'Carrying out service pledges, a model', {
      targets: [target('respond', 24 * HOUR_MS, callsAndComplaints, { quote: '24小时内作出回应' })],
      surveys: surveyed,
    }),
  },
  {
    commitment: published('D5', '物业服务优质服务承诺书', 'Pledge of quality service', {
      targets: [arriveAsOurs],
      surveys: surveyed,
    }),
  },
  {
    commitment: published('D6', '物业小区维修服务承诺回访制度', 'Repair pledge and follow-up of an estate', {
      targets: [arriveAsOurs],
      followUps: askedAfterRepairs,
    }),
  },
  {
    commitment: published('D7', '物业行业维修服务承诺书', 'Repair pledge of the trade', {
      targets: [
        target('respond', 24 * HOUR_MS, callsAndComplaints, { quote: '24小时内给予回复' }),
        target('arrive', 24 * HOUR_MS, calls, {
          quote: '24小时内给予回复',
          note: 'within the same time the fault is surveyed: somebody is on site',
        }),
        target('complete', 48 * HOUR_MS, general, { quote: '48小时内完成维修' }),
        target('first_handling', 2 * HOUR_MS, emergencies, { quote: '2小时内进行初步处理' }),
        target('complete', 48 * HOUR_MS, complaints, {
          quote: '48小时内给予您满意的答复',
          note: 'a complaint is settled by an answer that satisfies',
        }),
      ],
    }),
  },
]
