import type { Device, Rule, RuleScope } from '../model.ts'

/** Whether a rule speaks of a device. */
export type Speaks = (device: Device) => boolean

/** Of the device's kind, running, and with the device in its scope. */
export function speaks(rule: Rule): Speaks {
  if (!rule.enabled) return () => false
  const isInScope = inScope(rule.scope)
  const isOfKind = (device: Device) => rule.kind === 'any' || rule.kind === device.kind
  return isInScope === null ? isOfKind : (device) => isOfKind(device) && isInScope(device)
}

/** `null`: every device is. Each field that is set must have the device, by any of its values. */
export function inScope(scope: RuleScope | undefined): Speaks | null {
  const tests: Speaks[] = []
  const among = (values: readonly string[] | undefined, valueOf: (device: Device) => string | null) => {
    if (values === undefined) return
    const wanted = new Set(values)
    tests.push((device) => {
      const value = valueOf(device)
      return value !== null && wanted.has(value)
    })
  }
  among(scope?.sites, ({ site }) => site)
  among(scope?.devices, ({ id }) => id)
  among(scope?.buildings, ({ building }) => building)
  among(scope?.zones, ({ zone }) => zone)
  among(scope?.models, ({ model }) => model)
  among(scope?.vendors, ({ vendor }) => vendor)
  among(scope?.families, ({ family }) => family)
  if (scope?.tags !== undefined) {
    const wanted = new Set(scope.tags)
    tests.push(({ tags }) => tags.some((tag) => wanted.has(tag)))
  }
  return tests.length === 0 ? null : (device) => tests.every((test) => test(device))
}

/** Whether a rule may speak of a device of one of these sites; `null`: of any site. */
export function concernsSites({ scope }: Pick<Rule, 'scope'>, sites: readonly string[] | null): boolean {
  return sites === null || scope?.sites === undefined || scope.sites.some((site) => sites.includes(site))
}
