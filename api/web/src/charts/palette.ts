/** Colours of the styles' tokens, which a canvas has to be told. */
export interface Palette {
  text: string
  soft: string
  faint: string
  line: string
  raised: string
  series: string
  critical: string
  alarm: string
}

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
