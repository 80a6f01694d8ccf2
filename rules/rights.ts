import { type Principal, Refusal } from './model.ts'

/** What another site has is not there: answered like what does not exist, so that nothing can be probed. */
export function mustSee(by: Principal, site: string, what: string): void {
  if (!seesSite(by, site)) throw new Refusal('not_found', `${what} does not exist`)
}

/** Whether somebody's rights cover these sites (`null`: all): nobody gives or takes more than he has. */
export function covers(by: Principal, sites: readonly string[] | null): boolean {
  if (by.sites === null) return true
  return sites !== null && sites.every((site) => seesSite(by, site))
}

export function seesSite(by: Principal, site: string | null): boolean {
  return by.sites === null || (site !== null && by.sites.includes(site))
}
