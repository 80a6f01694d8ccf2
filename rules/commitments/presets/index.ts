import { d1ToD7 } from './d1-to-d7.ts'
import { d8ToD12 } from './d8-to-d12.ts'
import { d13ToD18 } from './d13-to-d18.ts'
import { d19 } from './d19.ts'
import type { Preset } from './preset.ts'
import { rescues } from './rescue.ts'

/** What nineteen companies promise, each its own way, and the rescue of trapped passengers; by the id it has here. */
export const presets: ReadonlyMap<string, Preset> = new Map(
  [...d1ToD7, ...d8ToD12, ...d13ToD18, d19, ...rescues].map((preset) => [preset.commitment.id, preset]),
)
