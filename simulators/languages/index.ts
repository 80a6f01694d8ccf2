import type { DeviceKind } from '../../rules/model.ts'
import { draginoNb } from './dragino-nb.ts'
import type { Language } from './language.ts'
import { lorawan } from './lorawan/index.ts'
import { native } from './native.ts'
import { sparkplug } from './sparkplug/index.ts'

/** Every language that a simulated device can speak, Shifen's own first. */
export const LANGUAGES: readonly Language[] = [native, ...lorawan, draginoNb, sparkplug]

const byId = new Map(LANGUAGES.map((language) => [language.id, language]))

/** A language by its id; `undefined` where there is none. */
export const languageOf = (id: string): Language | undefined => byId.get(id)

/** Ids of the languages that a device of this kind can speak. */
export const languagesOf = (kind: DeviceKind): string[] =>
  LANGUAGES.filter(({ kinds }) => kinds.includes(kind)).map(({ id }) => id)
