/** What the OBIS codes of a P1 telegram (IEC 62056-6-1, and the DSMR's counters) mean. */
export interface ObisQuantity {
  point: string
  /** Two codes, one for each direction, make one signed point. */
  sign?: 1 | -1
}

const PHASES = [20, 40, 60] as const

export const OBIS: ReadonlyMap<string, ObisQuantity> = new Map<string, ObisQuantity>([
  ['1-0:1.8.0', { point: 'energy.active.import' }],
  ['1-0:1.8.1', { point: 'energy.active.import.tariff1' }],
  ['1-0:1.8.2', { point: 'energy.active.import.tariff2' }],
  ['1-0:2.8.0', { point: 'energy.active.export' }],
  ['1-0:2.8.1', { point: 'energy.active.export.tariff1' }],
  ['1-0:2.8.2', { point: 'energy.active.export.tariff2' }],
  ['1-0:3.8.0', { point: 'energy.reactive.import' }],
  ['1-0:4.8.0', { point: 'energy.reactive.export' }],
  ['1-0:1.7.0', { point: 'power.active.import' }],
  ['1-0:2.7.0', { point: 'power.active.export' }],
  ['1-0:3.7.0', { point: 'power.reactive.import' }],
  ['1-0:4.7.0', { point: 'power.reactive.export' }],
  ['1-0:16.7.0', { point: 'power.active' }],
  ['1-0:9.7.0', { point: 'power.apparent' }],
  ['1-0:13.7.0', { point: 'power_factor' }],
  ['1-0:14.7.0', { point: 'frequency' }],
  ['1-0:91.7.0', { point: 'current.neutral' }],
  ['1-0:32.32.0', { point: 'grid.sags' }],
  ['1-0:32.36.0', { point: 'grid.swells' }],
  ['0-0:96.7.21', { point: 'grid.outages' }],
  ...PHASES.flatMap((group, index): [string, ObisQuantity][] => {
    const phase = `l${index + 1}`
    return [
      [`1-0:${group + 1}.7.0`, { point: `power.active.${phase}`, sign: 1 }],
      [`1-0:${group + 2}.7.0`, { point: `power.active.${phase}`, sign: -1 }],
      [`1-0:${group + 11}.7.0`, { point: `current.${phase}` }],
      [`1-0:${group + 12}.7.0`, { point: `voltage.${phase}` }],
      [`1-0:${group + 13}.7.0`, { point: `power_factor.${phase}` }],
    ]
  }),
])
