import type { News } from './facts.ts'
import { languageOf } from './languages/index.ts'
import type { Scenario } from './scenario.ts'

/** A discovered device has a name of the service's own; a scenario keeps to its own. */
export interface Names {
  /** As the service calls a device of the scenario. */
  idOf: (device: string) => string
  /** With the scenario's names of devices. */
  renamed: (news: News) => News
}

export function createNames({ devices, site }: Pick<Scenario, 'devices' | 'site'>): Names {
  const byIdentity = new Map<string, string>()
  for (const { id, kind, name, location, gateway = null, speaks = 'native' } of devices) {
    const identity = languageOf(speaks)?.identity({ site: site.id, id, kind, name, location, gateway }) ?? null
    if (gateway !== null && identity !== null) byIdentity.set(identity, id)
  }
  const [ids, names] = [new Map<string, string>(), new Map<string, string>()]
  const nameOf = (id: string) => names.get(id) ?? id
  const named = (id: string | null) => (id === null ? null : nameOf(id))

  return {
    idOf: (device) => ids.get(device) ?? device,
    renamed(news) {
      switch (news.about) {
        case 'device': {
          const { id, key } = news.device
          const name = key === null ? undefined : byIdentity.get(key)
          if (name !== undefined) {
            ids.set(name, id)
            names.set(id, name)
          }
          return { ...news, device: { ...news.device, id: nameOf(id) } }
        }
        case 'ticket': {
          const commands = news.ticket.commands.map((each) => ({ ...each, device: nameOf(each.device) }))
          return { ...news, ticket: { ...news.ticket, device: named(news.ticket.device), commands } }
        }
        case 'alarm':
          return { ...news, alarm: { ...news.alarm, device: nameOf(news.alarm.device) } }
        case 'command':
          return { ...news, command: { ...news.command, device: nameOf(news.command.device) } }
        case 'rejection':
          return { ...news, rejection: { ...news.rejection, device: named(news.rejection.device) } }
        case 'notice':
          return news
      }
    },
  }
}
