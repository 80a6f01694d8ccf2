import { expect, it } from 'vitest'
import { compileRules } from '../../../rules/alarms/ruleset.ts'
import { shippedRules } from '../../../rules/alarms/defaults.ts'
import { parseRule } from '../../../rules/alarms/rule-schema.ts'
import {
  FLEET_RULES,
  type FleetRule,
  fleet,
  fleetMessages,
  fleetRules,
  rulesMet,
} from '../../../simulators/bench/fleet.ts'
import { aDevice } from '../../support/messages.ts'

const own = fleetRules(FLEET_RULES - shippedRules.length)
const parsed = [...shippedRules, ...own].map(parseRule)
const rules = compileRules(parsed)

it('has 200 rules, of every sort, a tenth of them for some devices only', () => {
  expect(rules.byId.size).toBe(FLEET_RULES)
  const share = (has: (rule: (typeof parsed)[number]) => unknown) => parsed.filter(has).length
  for (const field of ['levels', 'count', 'calendar', 'measures'] as const) {
    expect(share((rule) => rule[field])).toBeGreaterThan(15)
  }
  expect(share((rule) => rule.with)).toBe(2)
  expect(share((rule) => rule.scope)).toBeGreaterThan(12)
  expect(() => fleetRules(1_000)).toThrow('such rules')
})

it.each(fleetMessages.map((message) => [message.name, message] as const))(
  'counts the rules met by %s',
  (_, message) => {
    const devices = fleet(400).filter(({ kind }) => kind === message.kind)
    const told = {
      measurements: message.brings.map((name) => ({ name, value: 1, unit: null })),
      conditions: [],
      health: {},
    }
    for (const device of devices.slice(0, 60)) {
      const met = rules.readersOf(aDevice(device.kind, device), told, () => true).length
      expect(rulesMet(message, device, parsed as unknown as FleetRule[])).toBe(met)
    }
  },
)
