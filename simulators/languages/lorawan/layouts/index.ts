import type { Layout } from '../layout.ts'
import { dragino } from './dragino.ts'
import { leakSensors } from './leak-sensors.ts'
import { meters } from './meters.ts'
import { milesight } from './milesight.ts'

/** Every model whose bytes are known. */
export const LAYOUTS: readonly Layout[] = [...milesight, ...dragino, ...leakSensors, ...meters]
