import { demo } from './demo.ts'
import type { Scenario } from './scenario.ts'

/** Every shipped scenario by name. */
export const scenarios: Readonly<Record<string, Scenario>> = { demo }

/** A shipped scenario; the error for an unknown name lists those there are. */
export function findScenario(name: string): Scenario {
  const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined
  if (!scenario) {
    throw new Error(`there is no scenario "${name}"; choose one of: ${Object.keys(scenarios).sort().join(', ')}`)
  }
  return scenario
}
