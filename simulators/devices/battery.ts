/**
 * Charge in percent → volts of two lithium cells in series (1.5 V each, as in leak sensors): flat for years, then
 * steep. The shape is that of a discharge curve at a small load; a new one differs by some hundredths.
 */
const CURVE: readonly (readonly [percent: number, volts: number])[] = [
  [0, 1.8],
  [5, 2.3],
  [10, 2.55],
  [20, 2.72],
  [50, 2.86],
  [90, 2.96],
  [100, 3.1],
]

/** Between two points of the curve it is a straight line. */
export function batteryVolts(percent: number): number {
  const above = CURVE.findIndex(([at]) => percent <= at)
  if (above <= 0) return CURVE[above === 0 ? 0 : CURVE.length - 1]![1]
  const [fromPercent, fromVolts] = CURVE[above - 1]!
  const [toPercent, toVolts] = CURVE[above]!
  return fromVolts + ((toVolts - fromVolts) * (percent - fromPercent)) / (toPercent - fromPercent)
}
