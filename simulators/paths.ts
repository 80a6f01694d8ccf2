import type { FactFinder } from './facts.ts'

/**
 * Paths below `/api/v1/` name things as a scenario does: `devices/leak-b2`, and `tickets/@leak-b2` or `alarms/@leak-b2`
 * for the newest ticket or alarm of that device. What there is none of stays as it is, for the service to refuse.
 */
export function pathsOf(idOf: (device: string) => string, seen: Pick<FactFinder, 'tickets' | 'alarms'>) {
  const newest = { tickets: seen.tickets, alarms: seen.alarms }
  return (path: string): string =>
    path
      .replace(/^devices\/([^/?]+)/, (_, device: string) => `devices/${encodeURIComponent(idOf(device))}`)
      .replace(/^(tickets|alarms)\/@([^/?]+)/, (whole, list: keyof typeof newest, device: string) => {
        const found = [...newest[list].values()].findLast((each) => each.device === device)
        return found === undefined ? whole : `${list}/${found.id}`
      })
}
