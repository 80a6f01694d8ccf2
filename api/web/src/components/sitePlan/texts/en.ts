import type { PlanTexts } from './zh.ts'

export const en: PlanTexts = {
  floor: '{level}F',
  floors: '{from}–{to}F',
  roof: 'Roof',
  wholeTower: 'All',
  elsewhere: 'Elsewhere',
  bare: 'No device says its building or floor yet',
  quiet: 'Drawing of the site: no alarms.',
  spoken: 'Drawing of the site: {count} alarms. {places}',
  pin: '{priority}, {count}: {places}.',
  letter: { critical: 'C', high: 'H', medium: 'M', low: 'L' },
}
