/**
 * A gateway: a box on mains that tells how it is itself. What speaks through it is its children's matter; whoever links
 * them to a broker lets them fall silent with it.
 */
import { round, wander } from './family.ts'
import type { DeviceFamily } from './family.ts'
import type { Values } from '../languages/language.ts'

export const GATEWAY_FAULTS = ['silent'] as const
export type GatewayFault = (typeof GATEWAY_FAULTS)[number]

export interface GatewaySpec {
  /** What it normally measures inside its case, in degrees Celsius; 38 unless set. */
  caseCelsius?: number
}

export interface GatewayState {
  readonly spec: Required<GatewaySpec>
  readonly silent: boolean
  readonly celsiusOff: number
  readonly rssiOff: number
  readonly supplyOff: number
}

const REPORT_EVERY_MS = 60_000

const values = (state: GatewayState): Values => ({
  online: true,
  externalPower: true,
  supplyVoltage: round(12 + state.supplyOff, 2),
  'temperature.device': round(state.spec.caseCelsius + state.celsiusOff, 1),
  rssi: Math.round(-71 + state.rssiOff),
  reportIntervalS: REPORT_EVERY_MS / 1000,
})

export const gateway: DeviceFamily<GatewaySpec, GatewayState, GatewayFault> = {
  kind: 'gateway',
  faults: GATEWAY_FAULTS,
  words: {},
  // Whoever can say so is there: that it is gone is its will's word, or silence.
  levels: () => ({ 'gateway.offline': false }),
  reportEveryMs: REPORT_EVERY_MS,

  start: (given, random) => ({
    spec: { caseCelsius: 38, ...given },
    silent: false,
    celsiusOff: random.range(-1, 1),
    rssiOff: random.range(-4, 4),
    supplyOff: random.range(-0.05, 0.05),
  }),

  next: (state, { elapsedMs, faults }, random) => ({
    ...state,
    silent: faults.has('silent'),
    celsiusOff: wander(state.celsiusOff, { deviation: 1.5, withinMs: 3_600_000, bound: 5 }, elapsedMs, random),
    rssiOff: wander(state.rssiOff, { deviation: 3, withinMs: 120_000, bound: 10 }, elapsedMs, random),
    supplyOff: wander(state.supplyOff, { deviation: 0.05, withinMs: 600_000, bound: 0.2 }, elapsedMs, random),
  }),

  restsForMs: () => Infinity,
  silent: ({ silent }) => silent,

  tell: (before, after) => ({
    values: () => values(after),
    levels: { 'gateway.offline': false },
    levelsBefore: before && { 'gateway.offline': false },
    changed: false,
  }),
}
