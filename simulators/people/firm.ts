import type { ResponderDescription } from '../scenario.ts'
import type { Around, Person } from './around.ts'
import { planJob } from './job.ts'
import { walkMs } from './way.ts'

/** A maintenance firm (维保单位) comes by its own ways; that it is there is told by the desk. It never has the ticket. */
export function createFirm(who: ResponderDescription, around: Around): Person {
  const { agenda, random } = around
  const called = new Set<string>()
  return {
    called(ticket, atMs) {
      const seen = around.tickets.get(ticket)
      if (!seen || called.has(ticket)) return
      called.add(ticket)
      const plan = planJob(who, seen.number, random)
      if (plan.declines) return
      const home = { building: who.building, floor: 0 }
      const wayMs = walkMs(around.metres(home, around.spotOf(seen)), who.walksMps, plan.late)
      agenda.note(`${who.id} comes ${ticket}`, atMs + plan.acceptsMs + plan.departsMs + wayMs, (now) => {
        if (!around.tickets.has(ticket)) return []
        agenda.note(`${who.id} repairs ${ticket}`, now + plan.repairsMs, () =>
          around.devicesOf(seen).map((repairs) => ({ person: who.id, repairs })),
        )
        const body = { party: 'maintenance_firm' }
        return [around.ask({ person: who.id, path: `tickets/${ticket}/arrive`, body, as: 'dispatcher' })]
      })
    },
    seen(ticket) {
      if (ticket.state === 'closed' || ticket.state === 'cancelled') called.delete(ticket.id)
    },
  }
}
