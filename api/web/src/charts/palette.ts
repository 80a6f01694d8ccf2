import type { Palette } from './readingsOption.ts'

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    text: token('text'),
    soft: token('text-soft'),
    faint: token('text-faint'),
    line: token('line'),
    raised: token('surface-raised'),
    series: token('link'),
    critical: token('critical'),
    alarm: token('over-ground'),
  }
}
