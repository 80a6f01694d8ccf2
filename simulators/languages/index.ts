import type { DeviceKind } from '../../rules/model.ts'
import type { Language } from './language.ts'
import { bacnetLift } from './lifts/bacnet-lift.ts'
import { eleon } from './lifts/eleon.ts'
import { elevatorCloud } from './lifts/elevator-cloud.ts'
import { elevatorCo } from './lifts/elevator-co.ts'
import { es1000 } from './lifts/es1000.ts'
import { flexypage } from './lifts/flexypage.ts'
import { gbt24476 } from './lifts/gbt24476.ts'
import { jtc340 } from './lifts/jtc340.ts'
import { kone } from './lifts/kone.ts'
import { native } from './native.ts'

/** Every language that a simulated device can speak, Shifen's own first. */
export const LANGUAGES: readonly Language[] = [
  native,
  jtc340,
  es1000,
  elevatorCloud,
  eleon,
  gbt24476,
  bacnetLift,
  flexypage,
  kone,
  elevatorCo,
]

const byId = new Map(LANGUAGES.map((language) => [language.id, language]))

/** A language by its id; `undefined` where there is none. */
export const languageOf = (id: string): Language | undefined => byId.get(id)

/** Ids of the languages that a device of this kind can speak. */
export const languagesOf = (kind: DeviceKind): string[] =>
  LANGUAGES.filter(({ kinds }) => kinds.includes(kind)).map(({ id }) => id)
