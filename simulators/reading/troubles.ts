import type { z } from 'zod'
import { SECOND_MS } from '../../rules/model.ts'
import type { NetworkTrouble, Range } from '../scenario.ts'
import type { step } from './schema.ts'
import type { World } from './world.ts'
import { keyOf } from './written.ts'
import type { Written } from './written.ts'

type Told = NonNullable<z.output<typeof step>['network']>
type ToldMap = Exclude<Told, string>

const DUPLICATE_AFTER: Range = [0, 5 * SECOND_MS]
const REORDER_BY: Range = [SECOND_MS, 5 * SECOND_MS]

/** By the key that names it; `after` and `by` say more of two of them. */
const TROUBLES: { [Name in keyof ToldMap]?: (told: Required<ToldMap>) => NetworkTrouble } = {
  drop: ({ drop }) => ({ kind: 'drop', share: drop }),
  delay: ({ delay }) => ({ kind: 'delay', delayMs: delay }),
  duplicate: ({ duplicate, after = DUPLICATE_AFTER }) => ({ kind: 'duplicate', share: duplicate, afterMs: after }),
  reorder: ({ reorder, by = REORDER_BY }) => ({ kind: 'reorder', share: reorder, byMs: by }),
  cut: ({ cut }) => ({ kind: 'cut', keeps: cut.keeps }),
  flap: ({ flap }) => ({ kind: 'flap', upMs: flap.up, downMs: flap.down }),
  corrupt: ({ corrupt }) => ({ kind: 'corrupt', share: corrupt }),
  clock: ({ clock }) => ({ kind: 'clock', skewMs: clock.skew ?? 0, driftPpm: clock.drift_ppm ?? 0 }),
  chatter: ({ chatter }) => ({ kind: 'chatter', everyMs: chatter }),
}
const MORE: Readonly<Record<string, string>> = { after: 'duplicate', by: 'reorder' }

/** What is wrong with the network; `calm` for nothing any more, `null` after telling what is wrong with this. */
export function troubleOf(told: Told, written: Written, world: World): NetworkTrouble | 'calm' | null {
  if (told === 'cut') return { kind: 'cut', keeps: false }
  if (told === 'retained') return { kind: 'retained' }
  if (told === 'calm') return 'calm'
  const keys = Object.keys(told)
  const [name, second] = keys.filter((key) => Object.hasOwn(TROUBLES, key))
  for (const key of keys.filter((each) => MORE[each] !== undefined && MORE[each] !== name)) {
    world.faults.add(keyOf(written, key), `"${key}" goes with ${MORE[key]}`)
  }
  if (second !== undefined) {
    world.faults.add(keyOf(written, second), `"${second}" is a second trouble; write a step for each`)
  }
  if (name === undefined) {
    world.faults.add(written, `which trouble? write one of: ${Object.keys(TROUBLES).join(', ')}`)
    return null
  }
  return TROUBLES[name as keyof ToldMap]!(told as Required<ToldMap>)
}
