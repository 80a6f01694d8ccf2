/** Units as they are written, where that is not their own code. */
const UNITS: Record<string, string> = { Cel: '°C', text: '', '1': '', 'A/d': 'A/d' }
const KILO = new Set(['W', 'var', 'VA', 'Wh', 'varh'])

/** Four figures, and thousands of what is counted in thousands. */
export function withUnit(value: number, unit: string | null): string {
  if (unit !== null && KILO.has(unit) && Math.abs(value) >= 10_000) return `${figures(value / 1_000)} k${unit}`
  const shown = unit === null ? '' : (UNITS[unit] ?? unit)
  return shown === '' ? figures(value) : `${figures(value)} ${shown}`
}

export function figures(value: number): string {
  if (Number.isInteger(value)) return String(value)
  return String(Number(value.toPrecision(Math.abs(value) >= 1_000 ? 6 : 4)))
}
