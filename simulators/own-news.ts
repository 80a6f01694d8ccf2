import type { News, SeenAlarm, SeenDevice, SeenNotice, SeenTicket } from './facts.ts'
import type { LiveEvent } from './follow.ts'
import type { Scenario } from './scenario.ts'

/** What a live stream begins with. */
export interface Snapshot {
  serverTime: string
  tickets: readonly SeenTicket[]
  alarms: readonly SeenAlarm[]
}

export type SitedNotice = SeenNotice & { site: string | null }
type SitedDevice = SeenDevice & { site: string }

/**
 * A service that is up serves others, too: of a run is what happens at its site, and was not open before.
 */
export function createOwnNews({ site, devices }: Pick<Scenario, 'site' | 'devices'>, before: Snapshot) {
  const idsOf = (all: readonly { id: string }[]) => new Set(all.map(({ id }) => id))
  const [ticketsBefore, alarmsBefore] = [idsOf(before.tickets), idsOf(before.alarms)]
  const ownDevices = idsOf(devices)

  const isOwnTicket = (id: string | null) => id === null || !ticketsBefore.has(id)
  const isOwnAlarm = ({ id, site: of }: SeenAlarm, events: readonly string[]) => {
    if (events.includes('raised')) alarmsBefore.delete(id)
    return of === site.id && !alarmsBefore.has(id)
  }

  return {
    /** As the stream tells it; `null` for what is not of this run. */
    of({ event, data }: LiveEvent): News | null {
      switch (event) {
        case 'ticket': {
          const { ticket, what } = data as { ticket: SeenTicket; what: string }
          if (ticket.site !== site.id || !isOwnTicket(ticket.id)) return null
          return { about: 'ticket', ticket, joined: what === 'joined' }
        }
        case 'alarm': {
          const { alarm, events } = data as Extract<News, { about: 'alarm' }>
          return isOwnAlarm(alarm, events) ? { about: 'alarm', alarm, events } : null
        }
        case 'command': {
          const { command } = data as Extract<News, { about: 'command' }>
          return ownDevices.has(command.device) && isOwnTicket(command.ticket) ? { about: 'command', command } : null
        }
        case 'device': {
          const { device, what } = data as { device: SitedDevice; what: string }
          if (device.site !== site.id) return null
          ownDevices.add(device.id)
          return { about: 'device', device, what }
        }
        default:
          return null
      }
    },
    isOwnNotice: (notice: SitedNotice) => notice.site === site.id && isOwnTicket(notice.ticket),
    /** Tickets of the site that nobody closed after an earlier run. */
    leftOver: before.tickets.filter((ticket) => ticket.site === site.id).map(({ number }) => number),
  }
}
