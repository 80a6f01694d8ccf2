/**
 * What electrical equipment calls its alarms, in Chinese and English, where its papers give names and no code table.
 * The first that fits counts: the special before the general.
 */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/电池(?:欠压|电压低|低|不足)|low[_ -]?batt|batt[a-z]*[_ -]?low/i, 'device.battery_low'],
  [/漏水|水浸|water[_ -]?leak/i, 'water.leak'],
  [
    /缺相|断相|phase[_ -]?(?:loss|lost|fail|miss)|(?:loss|lack|miss)[a-z]*[_ -]?(?:of[_ -]?)?phase/i,
    'meter.phase_loss',
  ],
  [/剩余电流|漏电|residual|leakage/i, 'meter.residual_current'],
  [/不平衡|unbalance|imbalance/i, 'meter.phase_imbalance'],
  [/短路|short[_ -]?circuit/i, 'meter.short_circuit'],
  [/停电|失电|掉电|断电|power[_ -]?(?:off|outage|fail|loss)|pwr[_ -]?off/i, 'meter.power_outage'],
  [/过压|过电压|电压(?:越上限|过高|超上限)|over[_ -]?volt/i, 'meter.over_voltage'],
  [/欠压|欠电压|失压|低电压|电压(?:越下限|过低|超下限)|(?:under|low)[_ -]?volt/i, 'meter.under_voltage'],
  [/电压越限|voltage[_ -]?limit/i, 'meter.voltage_limit'],
  [/过流|过电流|电流(?:越限|越上限|过大|过高)|over[_ -]?curr/i, 'meter.over_current'],
  [/过载|过负荷|超负荷|功率(?:越限|越上限)|over[_ -]?load|over[_ -]?power/i, 'meter.overload'],
  [/欠功率|under[_ -]?power/i, 'meter.under_power'],
  [/过温|超温|过热|温度(?:越限|越上限|过高|超限)|over[_ -]?(?:temp|heat)/i, 'meter.over_temperature'],
  [/浪涌|surge/i, 'meter.surge'],
  [/火灾|起火|电弧|\bfire\b|\barc\b/i, 'meter.fire'],
  [/磁场|强磁|magnet/i, 'meter.tamper_magnetic'],
  [/开盖|tamper/i, 'device.tamper'],
  [/通[讯信](?:中断|故障|异常|失败)|comm[a-z]*[_ -]?(?:err|fail|lost|loss)/i, 'device.comm_error'],
  [/离线|off[_ -]?line/i, 'device.offline'],
]

/** Which condition a word for an alarm means; `null` where it is not known. */
export function conditionOfWord(word: string): string | null {
  const text = word.slice(0, 64)
  return WORDS.find(([pattern]) => pattern.test(text))?.[1] ?? null
}

const PHASES: readonly (readonly [RegExp, string])[] = [
  [/A相|phase[_ -]?a\b/i, 'l1'],
  [/B相|phase[_ -]?b\b/i, 'l2'],
  [/C相|phase[_ -]?c\b/i, 'l3'],
]

/** The phase that a word names, as `detail`. */
export function detailOfWord(word: string): { phase: string } | undefined {
  const phase = PHASES.find(([pattern]) => pattern.test(word.slice(0, 64)))?.[1]
  return phase === undefined ? undefined : { phase }
}
