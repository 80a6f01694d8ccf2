import { type Gateway, type Principal, Refusal } from '../model.ts'
import { mustSee } from '../rights.ts'
import { hasCredential } from '../storage/access.ts'
import { findGateway, retireGateway, saveGateway, siteOfGateway } from '../storage/gateways.ts'
import { insertAudit } from '../storage/audit.ts'
import type { Work } from '../work.ts'
import { newLogin, revokeLogin } from './logins.ts'

export type GatewayCommand =
  | { type: 'add_gateway'; id: string; site: string; topics: readonly string[] }
  | { type: 'remove_gateway'; id: string }
  | { type: 'renew_gateway_login'; id: string }

/** A gateway is a credential for many devices: what it may publish, and whose site its devices are of. */
export async function performGatewayCommand(work: Work, command: GatewayCommand, by: Principal) {
  const result = await change(work, command, by)
  const detail = command.type === 'add_gateway' ? { site: command.site, topics: command.topics } : {}
  await insertAudit(work.db, { at: work.now, by: by.name, action: command.type, subject: command.id, detail })
  return result
}

async function change(work: Work, command: GatewayCommand, by: Principal) {
  switch (command.type) {
    case 'add_gateway':
      return add(work, command, by)
    case 'remove_gateway': {
      const gateway = await existing(work, command.id, by)
      await retireGateway(work.db, gateway.id, work.now)
      await revokeLogin(work, gateway.id)
      return { gateway }
    }
    case 'renew_gateway_login': {
      const gateway = await existing(work, command.id, by)
      await revokeLogin(work, gateway.id)
      return { gateway, ...(await newLogin(work, { gateway: gateway.id })) }
    }
  }
}

async function add(work: Work, command: Extract<GatewayCommand, { type: 'add_gateway' }>, by: Principal) {
  const { id, site, topics } = command
  mustSee(by, site, `site ${site}`)
  if (!work.draft.site(site)) throw new Refusal('invalid', `site ${site} does not exist; create it first`)
  if ((await findGateway(work.db, id)) !== null) throw new Refusal('conflict', `a gateway ${id} exists already`)
  if (work.draft.device(id) !== undefined || (await hasCredential(work.db, id))) {
    throw new Refusal('conflict', `${id} is the user name of a device; a gateway needs another id`)
  }
  // It would find the devices that it had, and speak for those of the other site.
  const earlier = await siteOfGateway(work.db, id)
  if (earlier !== null && earlier !== site) {
    throw new Refusal('conflict', `${id} was a gateway of another site; a gateway of ${site} needs another id`)
  }
  const gateway: Gateway = { id, site, topics, createdAt: work.now }
  await saveGateway(work.db, gateway)
  return { gateway, ...(await newLogin(work, { gateway: id })) }
}

async function existing(work: Work, id: string, by: Principal): Promise<Gateway> {
  const gateway = await findGateway(work.db, id)
  if (gateway === null) throw new Refusal('not_found', `gateway ${id} does not exist`)
  mustSee(by, gateway.site, `gateway ${id}`)
  return gateway
}
