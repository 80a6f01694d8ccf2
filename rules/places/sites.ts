import { type NewSite, type Principal, Refusal, type Site } from '../model.ts'
import { endMute } from '../mutes/apply.ts'
import { plansNaming } from '../plans/uses.ts'
import { mustSee } from '../rights.ts'
import { deleteSite, saveSite } from '../storage/devices.ts'
import { siteHasGateways } from '../storage/gateways.ts'
import { insertAudit } from '../storage/audit.ts'
import { listTickets } from '../storage/tickets.ts'
import type { Work } from '../work.ts'

export type SiteCommand =
  | { type: 'create_site'; site: NewSite }
  | ({ type: 'update_site'; id: string } & { [K in keyof Omit<Site, 'id'>]?: Site[K] | undefined })
  | { type: 'delete_site'; id: string }

export async function performSiteCommand(work: Work, command: SiteCommand, by: Principal) {
  const id = command.type === 'create_site' ? command.site.id : command.id
  const existing = work.draft.site(id)
  if (command.type === 'create_site') {
    if (existing) throw new Refusal('conflict', `site ${id} exists already`)
    if (by.sites !== null) throw new Refusal('conflict', 'only who sees all sites can add one')
  } else {
    mustSee(by, id, `site ${id}`)
    if (!existing) throw new Refusal('not_found', `site ${id} does not exist`)
  }
  const site = await changeSite(work, command, existing, by)
  work.changes.push({ type: 'site', site })
  await insertAudit(work.db, { at: work.now, by: by.name, action: command.type, subject: id, detail: {} })
  return { site }
}

async function changeSite(work: Work, command: SiteCommand, existing: Site | undefined, by: Principal): Promise<Site> {
  switch (command.type) {
    case 'create_site':
      return write(work, { phone: '', publicReports: false, ...command.site })
    case 'update_site':
      return write(work, {
        id: command.id,
        name: command.name ?? existing!.name,
        timezone: command.timezone ?? existing!.timezone,
        phone: command.phone ?? existing!.phone,
        publicReports: command.publicReports ?? existing!.publicReports,
      })
    case 'delete_site': {
      const used = await isUsed(work, command.id)
      const what = 'devices, gateways or tickets'
      if (used) throw new Refusal('conflict', `site ${command.id} has ${what}; it is kept for their history`)
      if (work.draft.mappings().some(({ mapping }) => mapping.site === command.id)) {
        throw new Refusal('conflict', `site ${command.id} has mappings; remove them first`)
      }
      const rule = [...work.rules.byId.values()].find((each) => each.rule.scope?.sites?.includes(command.id))?.rule
      if (rule) throw new Refusal('conflict', `rule ${rule.id} names site ${command.id}; change that first`)
      const [plan] = plansNaming(work.draft.plans(), command.id)
      if (plan !== undefined) throw new Refusal('conflict', `${plan} names site ${command.id}; change that first`)
      await endMutes(work, command.id, by)
      await deleteSite(work.db, command.id)
      work.draft.setSite(command.id, null)
      return existing!
    }
  }
}

async function write(work: Work, site: Site): Promise<Site> {
  await saveSite(work.db, site, work.now)
  work.draft.setSite(site.id, site)
  return site
}

/** A site of the same name that is added later must not begin in silence. */
async function endMutes(work: Work, site: string, { name }: Principal): Promise<void> {
  for (const mute of [...work.draft.mutes()]) if (mute.site === site) await endMute(work, mute, { by: name, note: '' })
}

async function isUsed(work: Work, site: string): Promise<boolean> {
  const device = await work.db.selectFrom('devices').select('id').where('site', '=', site).limit(1).executeTakeFirst()
  if (device !== undefined || (await siteHasGateways(work.db, site))) return true
  return (await listTickets(work.db, { sites: [site], limit: 1 })).length > 0
}
