import { SERVICE_DEVICE } from '../service-device.ts'
import type { RuleInput } from './rule-schema.ts'
import { SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS } from '../model.ts'

/** Raise with `version` when a shipped rule changes, so that a data file takes over what its owner did not edit. */
export const SHIPPED_VERSION = 5

/** A battery sensor reports at least daily; Zigbee ones within 25 h (devices of the field, as documented). */
const BATTERY_SENSOR_SILENCE_MS = 25 * HOUR_MS
const MAINS_DEVICE_SILENCE_MS = 15 * MINUTE_MS

/** What a device or its gateway tells of its own link. The silence of one that tells nothing is a rule of its own. */
const offline = (kind: RuleInput['kind'], zh: string, en: string): RuleInput => ({
  id: `${kind}.offline`,
  kind,
  title: { zh, en },
  priority: 'medium',
  category: 'device',
  when: 'device.offline',
  onDelayMs: MINUTE_MS,
})

const waterLeak: RuleInput[] = [
  {
    id: 'water_leak.wet',
    kind: 'water_leak',
    title: { zh: '漏水', en: 'Water leak' },
    priority: 'critical',
    category: 'water_leak',
    opensTicket: true,
    // Closes nothing until a person gives a valve the zone of a sensor.
    command: { kind: 'valve', name: 'close', scope: 'zone' },
    when: 'water.leak',
    // A wet probe was seen to clear 130 ms after it alarmed.
    offDelayMs: 2 * SECOND_MS,
  },
  {
    id: 'water_leak.battery_low',
    kind: 'water_leak',
    title: { zh: '电池电量低', en: 'Battery low' },
    priority: 'low',
    category: 'device',
    when:
      '(has(device.battery_low) && device.battery_low) || (has(batteryLow) && batteryLow) || ' +
      '(has(batteryPercent) && batteryPercent <= 15.0)',
    clear:
      '(!has(device.battery_low) || !device.battery_low) && (!has(batteryLow) || !batteryLow) && ' +
      '(!has(batteryPercent) || batteryPercent >= 20.0)',
  },
  {
    id: 'water_leak.silent',
    kind: 'water_leak',
    title: { zh: '漏水传感器失联', en: 'Leak sensor silent' },
    priority: 'medium',
    category: 'device',
    silenceMs: BATTERY_SENSOR_SILENCE_MS,
  },
  offline('water_leak', '漏水传感器离线', 'Leak sensor offline'),
  {
    id: 'water_leak.sensor_fault',
    kind: 'water_leak',
    title: { zh: '漏水传感器故障', en: 'Leak sensor faulty' },
    priority: 'medium',
    category: 'device',
    when: 'device.sensor_fault',
  },
]

const lift = (
  code: string,
  zh: string,
  en: string,
  priority: RuleInput['priority'],
  extra: Partial<RuleInput> = {},
): RuleInput => ({
  id: `elevator.${code}`,
  kind: 'elevator',
  title: { zh, en },
  priority,
  category: 'elevator',
  opensTicket: priority === 'critical',
  when: `elevator.${code}`,
  ...extra,
})

const elevator: RuleInput[] = [
  lift('entrapment', '电梯困人', 'Passengers trapped', 'critical'),
  lift('alarm_button', '轿厢报警按钮', 'Alarm button pressed', 'critical'),
  lift('overspeed', '电梯超速', 'Lift overspeed', 'critical'),
  lift('overtravel_top', '电梯冲顶', 'Overtravel at the top', 'critical'),
  lift('overtravel_bottom', '电梯蹲底', 'Overtravel at the bottom', 'critical'),
  lift('unintended_movement', '轿厢意外移动', 'Unintended car movement', 'critical'),
  lift('mislevelling', '非平层停梯', 'Car stopped outside the door zone', 'high', { opensTicket: true }),
  lift('door_fault', '电梯门故障', 'Door fault', 'high', { onDelayMs: 10 * SECOND_MS }),
  lift('emergency_stop', '急停触发', 'Emergency stop', 'high', {
    // An open safety chain stops the car wherever it is, people in it or not.
    opensTicket: true,
    when:
      '(has(elevator.emergency_stop) && elevator.emergency_stop) || ' +
      '(has(elevator.safety_circuit) && elevator.safety_circuit)',
  }),
  lift('power_loss', '电梯断电', 'Lift power loss', 'high'),
  lift('out_of_service', '电梯停用', 'Lift out of service', 'high'),
  lift('fire_mode', '消防返回模式', 'Fire mode', 'high'),
  lift('safety_gear', '安全钳动作', 'Safety gear engaged', 'high', { opensTicket: true }),
  lift('emergency_power', '应急电源运行', 'On emergency power', 'high'),
  lift('earthquake_mode', '地震模式', 'Earthquake mode', 'high'),
  lift('start_failure', '启动故障', 'Start failure', 'medium'),
  lift('runtime_limit', '运行超时', 'Run time limit exceeded', 'medium'),
  lift('position_lost', '位置丢失', 'Position lost', 'medium'),
  lift('drive_fault', '驱动故障', 'Drive fault', 'medium'),
  lift('controller_fault', '控制器故障', 'Controller fault', 'medium'),
  lift('overload', '电梯超载', 'Lift overloaded', 'medium'),
  lift('other_fault', '其他故障', 'Other fault', 'low'),
  lift('predictive_maintenance', '预测性维护', 'Maintenance predicted', 'low'),
  {
    id: 'elevator.controller_link',
    kind: 'elevator',
    title: { zh: '与控制器通信中断', en: 'Lift controller out of reach' },
    priority: 'medium',
    category: 'device',
    when: 'device.controller_link',
    onDelayMs: MINUTE_MS,
  },
  offline('elevator', '电梯监测离线', 'Lift monitor offline'),
  {
    // The alarm device of a lift tests its line at least every three days (EN 81-28, from secondary sources).
    id: 'elevator.test_call_missing',
    kind: 'elevator',
    title: { zh: '紧急呼叫未按期测试', en: 'Emergency call not tested' },
    priority: 'medium',
    category: 'elevator',
    scope: { tags: ['test-call'] },
    silenceMs: 3 * DAY_MS,
    silenceOf: 'device.test_button',
  },
  {
    id: 'elevator.silent',
    kind: 'elevator',
    title: { zh: '电梯监测失联', en: 'Lift monitor silent' },
    priority: 'medium',
    category: 'device',
    silenceMs: MAINS_DEVICE_SILENCE_MS,
  },
]

const event = (code: string) => `(has(meter.${code}) && meter.${code})`
const PHASES = ['l1', 'l2', 'l3']
const anyPhase = (test: (phase: string) => string) => PHASES.map((phase) => `(${test(phase)})`).join(' || ')
const guarded = (point: string, test: string) => `has(${point}) && ${point} ${test}`

/** Nominal 220 V: a phase below 10 % of it is dead, one above 80 % is alive (devices/SPEC, conditions of a meter). */
const DEAD_V = '< 22.0'
const ALIVE_V = '> 176.0'
const DEAD_PHASE = anyPhase((phase) => guarded(`voltage.${phase}`, DEAD_V))
const LIVE_PHASE = anyPhase((phase) => guarded(`voltage.${phase}`, ALIVE_V))
const NONE_ALIVE = PHASES.map((phase) => `(!has(voltage.${phase}) || voltage.${phase} < 22.0)`).join(' && ')
const THREE_LIVE = PHASES.map((phase) => guarded(`voltage.${phase}`, ALIVE_V)).join(' && ')
const SUPPLY_LOST = `${event('power_outage')} || ((${DEAD_PHASE}) && ${NONE_ALIVE})`

const power = (
  code: string,
  zh: string,
  en: string,
  priority: RuleInput['priority'],
  rest: Partial<RuleInput>,
): RuleInput => ({
  id: `power_meter.${code}`,
  kind: 'power_meter',
  title: { zh, en },
  priority,
  category: 'power',
  opensTicket: priority === 'critical',
  ...rest,
})

const powerMeter: RuleInput[] = [
  power('supply_lost', '停电', 'Supply lost', 'critical', {
    when: SUPPLY_LOST,
  }),
  // A meter that is tagged `main` speaks for its building: with it out, what the others miss is no news.
  power('main_supply_lost', '楼栋停电', 'Building without power', 'critical', {
    scope: { tags: ['main'] },
    when: SUPPLY_LOST,
    suppresses: {
      same: 'building',
      rules: [
        ...['supply_lost', 'phase_lost', 'under_voltage', 'offline', 'silent'].map((each) => `power_meter.${each}`),
        ...['elevator.offline', 'elevator.silent'],
      ],
      holdMs: 5 * MINUTE_MS,
    },
  }),
  power('short_circuit', '短路', 'Short circuit', 'critical', { when: 'meter.short_circuit' }),
  power('fire', '电气火警信号', 'Fire signal of the meter', 'critical', { when: 'meter.fire' }),
  power('phase_lost', '缺相', 'Phase lost', 'high', {
    when: `${event('phase_loss')} || ((${DEAD_PHASE}) && (${LIVE_PHASE}))`,
    opensTicket: true,
  }),
  // Typical limits of a 220 V supply: +7 % and −10 %, 198.0–235.4 V (GB/T 12325-2008, read from secondary sources).
  power('over_voltage', '过电压', 'Over-voltage', 'high', {
    when: `${event('over_voltage')} || ${anyPhase((phase) => guarded(`voltage.${phase}`, '> 235.4'))}`,
    clear:
      `!${event('over_voltage')} && ` +
      PHASES.map((phase) => `(!has(voltage.${phase}) || voltage.${phase} <= 233.0)`).join(' && '),
    onDelayMs: 10 * SECOND_MS,
  }),
  power('under_voltage', '欠电压', 'Under-voltage', 'high', {
    when:
      `${event('under_voltage')} || ` +
      anyPhase((phase) => `has(voltage.${phase}) && voltage.${phase} < 198.0 && voltage.${phase} >= 22.0`),
    clear:
      `!${event('under_voltage')} && ` +
      PHASES.map((phase) => `(!has(voltage.${phase}) || voltage.${phase} >= 200.0 || voltage.${phase} < 22.0)`).join(
        ' && ',
      ),
    onDelayMs: 10 * SECOND_MS,
  }),
  power('over_current', '过电流', 'Over-current', 'high', {
    when:
      `${event('over_current')} || ${event('overload')} || ` +
      anyPhase((phase) => `has(current.rated) && has(current.${phase}) && current.${phase} > current.rated`),
    onDelayMs: 10 * SECOND_MS,
  }),
  // Negative over positive sequence: 2 % for long, 4 % for a short time (GB/T 15543-2008, read from secondary sources).
  power('unbalance', '三相不平衡', 'Voltage unbalance', 'medium', {
    when: `${event('phase_imbalance')} || (${THREE_LIVE} && ${guarded('voltage.unbalance', '> 4.0')})`,
    onDelayMs: MINUTE_MS,
    levels: [
      {
        priority: 'low',
        when: `${THREE_LIVE} && ${guarded('voltage.unbalance', '> 2.0')}`,
        onDelayMs: 15 * MINUTE_MS,
      },
    ],
  }),
  // What is usual differs from meter to meter: these two are for their owner to set and enable.
  power('residual_rising', '剩余电流持续上升', 'Residual current rising', 'low', {
    when: 'current.residual.trend > 0.01',
    enabled: false,
  }),
  power('night_consumption', '夜间用电异常', 'Unusual consumption at night', 'low', {
    when: 'energy.active.night > 5000.0',
    enabled: false,
  }),
  // 300 mA: the usual setting of a residual current monitor against fire.
  power('residual_current', '剩余电流超限', 'Residual current', 'high', {
    when: `${event('residual_current')} || (${guarded('current.residual', '> 0.3')})`,
    onDelayMs: 2 * SECOND_MS,
  }),
  // 80 °C: a usual alarm setting for cable terminals.
  power('over_temperature', '温度过高', 'Over-temperature', 'high', {
    when: `${event('over_temperature')} || (${guarded('temperature.device', '> 80.0')})`,
    clear: `!${event('over_temperature')} && (!has(temperature.device) || temperature.device < 75.0)`,
    onDelayMs: 5 * SECOND_MS,
  }),
  {
    id: 'power_meter.silent',
    kind: 'power_meter',
    title: { zh: '电表失联', en: 'Power meter silent' },
    priority: 'medium',
    category: 'device',
    silenceMs: MAINS_DEVICE_SILENCE_MS,
  },
  offline('power_meter', '电表离线', 'Power meter offline'),
]

const gatewayOffline: RuleInput = {
  id: 'gateway.offline',
  kind: 'gateway',
  title: { zh: '网关离线', en: 'Gateway offline' },
  priority: 'high',
  category: 'device',
  // One that speaks for itself says of its own link what any device says.
  when: '(has(gateway.offline) && gateway.offline) || (has(device.offline) && device.offline)',
  // Before its devices count as offline, so that they are not told one by one.
  onDelayMs: 30 * SECOND_MS,
  suppresses: { same: 'gateway', rules: ['*.offline', '*.silent'], holdMs: 10 * MINUTE_MS },
}

const own = (code: string, zh: string, en: string, when: string): RuleInput => ({
  id: `service.${code}`,
  kind: 'any',
  scope: { devices: [SERVICE_DEVICE] },
  title: { zh, en },
  priority: 'high',
  category: 'device',
  when,
})

const service: RuleInput[] = [
  own('failing_rules', '规则运行出错', 'Rules fail', 'service.failing_rules > 0.0'),
  own('escalation_late', '升级步骤延误或缺失', 'Escalation steps late or missing', 'service.late_steps > 0.0'),
  own('clock_drift', '服务器时钟跳变', 'Clock of the machine was stepped', 'service.clock_drift != 0.0'),
]

/** The rules of a new installation: data like every other rule, seeded once and then the owner's. */
export const shippedRules: readonly RuleInput[] = [...waterLeak, ...elevator, ...powerMeter, gatewayOffline, ...service]
