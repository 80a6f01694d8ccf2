import { type Covers, DAY_MS, HOUR_MS, MINUTE_MS, type Target } from '../../model.ts'
import { appointments, calls, emergencies, type Preset, published, target } from './preset.ts'

const QUOTE = '8:00—17:30之间出现的如水管爆裂、关键部位漏水、停电等紧急情况服务人员须保证10分钟内到达现场并处理'

/** What the document names is an emergency however urgent it was reported. */
const NAMED: Covers = {
  ...calls,
  problems: [
    ...['water.burst', 'water.leak_key_place', 'water_leak.wet'],
    ...['power.cut', 'power_meter.supply_lost', 'power_meter.main_supply_lost'],
  ],
}

/** On site and handling it, both in ten minutes from when it happened. */
const urgent = [emergencies, NAMED].flatMap((covers) =>
  (['arrive', 'first_handling'] as const).flatMap((milestone): Target[] => [
    target(milestone, 10 * MINUTE_MS, { ...covers, hours: 'within' }, { from: 'occurrence', quote: QUOTE }),
    target(
      milestone,
      10 * MINUTE_MS,
      { ...covers, hours: 'outside' },
      {
        calendar: 'service_hours',
        from: 'occurrence',
        note: 'ours: the document is silent on the night; ten minutes from the next opening',
      },
    ),
  ]),
)

export const d19: Preset = {
  commitment: published('D19', '***便民维修服务承诺制度', 'Convenience repairs (8:00 to 17:30)', {
    serviceHours: { from: '08:00', to: '17:30' },
    targets: [
      ...urgent,
      target('arrive', 2 * MINUTE_MS, appointments, {
        from: 'appointment',
        earliestMs: 5 * MINUTE_MS,
        quote: '提前到达时间不超过五分钟,迟到不超过两分钟',
      }),
      target('complete', 24 * HOUR_MS, { ...calls, sizes: ['small'] }, { quote: '小问题在二十四小时内处理完毕' }),
      target(
        'respond',
        3 * DAY_MS,
        { ...calls, sizes: ['large'] },
        { calendar: 'calendar_days', quote: '大问题三天之内有回应' },
      ),
    ],
    followUps: [
      {
        due: 'monthly_sample',
        by: 'a named person',
        ways: ['visit', 'telephone', 'intercom'],
        quote: "monthly, a sample of that month's households",
      },
    ],
    quality: [
      { measure: 'on_time', percent: 100, quote: '及时率 on-time rate, ordinary and emergency | 100 %' },
      { measure: 'rework', percent: 0.5, quote: '返修率 rework rate | ≤ 0.5 %' },
      { measure: 'satisfaction', percent: 95, quote: '满意度 satisfaction | ≥ 95 %' },
    ],
  }),
}
