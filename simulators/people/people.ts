import type { SeededRandom } from '../random.ts'
import type { People as Described, PersonEvent } from '../scenario.ts'
import { createAgenda } from './agenda.ts'
import { type Around, createRequests, type Person } from './around.ts'
import { createCustomers } from './customers.ts'
import { createDesk } from './desk.ts'
import { createFirm } from './firm.ts'
import type { Action, News, SeenAlarm, SeenTicket } from './news.ts'
import { createResponder, type Responder } from './responder.ts'
import { floorOf, plan } from './way.ts'

export interface PeopleOptions {
  people: Described
  /** Where things are; buildings stand in the order in which they, and then the responders, name them. */
  devices: readonly { id: string; building: string; location: string }[]
  random: SeededRandom
  /** Local time of day in hours, 0 up to 24. */
  hourOfDay: (atMs: number) => number
}

/**
 * The people of a scenario: they hear what happened, and act when it is time. It knows neither sockets nor timers: the
 * same chance, news and times give the same actions.
 */
export interface People {
  /** Something came to their ears; what they do about it is `due` later, or at the same time. */
  hear(news: News, atMs: number): void
  /**
   * What they do up to now, in this order. What comes of each request is to be heard before the next `due`: the ticket
   * or alarm in its answer, or the refusal.
   */
  due(atMs: number): Action[]
  nextMs(): number
  /** Something happens to somebody, for so long; `null`: for good. Throws for somebody who is not there. */
  event(person: string, event: PersonEvent, forMs: number | null, atMs: number): void
}

const FIRM = 'maintenance_firm'
const OUTSIDE = [FIRM, 'fire_service']

export function createPeople({ people, devices, random, hourOfDay }: PeopleOptions): People {
  const { responders: described, shifts, customers, desk: deskDescription } = people
  const agenda = createAgenda<Action>()
  const requests = createRequests(agenda)
  const tickets = new Map<string, SeenTicket>()
  const alarms = new Map<string, SeenAlarm>()
  const places = new Map(devices.map((device) => [device.id, device]))
  const buildings = [...new Set([...devices, ...described].flatMap(({ building }) => building ?? []))]

  const around: Around = {
    ...{ agenda, random, tickets, ask: requests.ask, metres: plan(buildings) },
    devicesOf({ id, device }) {
      const alarming = [...alarms.values()].filter((alarm) => alarm.ticket === id && alarm.active)
      const all = [...(device === null ? [] : [device]), ...alarming.map((alarm) => alarm.device)]
      return [...new Set(all)].filter((each) => places.has(each))
    },
    spotOf({ device, location }) {
      const place = device === null ? undefined : places.get(device)
      const named = buildings.find((building) => location.includes(building)) ?? null
      return { building: place?.building ?? named, floor: floorOf(place?.location ?? location) }
    },
  }

  const responders = new Map<string, Responder>()
  const firms = new Map<string, Person>()
  const own = described.filter(({ roles }) => !roles.some((role) => OUTSIDE.includes(role)))
  for (const who of own) responders.set(who.id, createResponder(who, around))
  for (const who of described) if (who.roles.includes(FIRM)) firms.set(who.id, createFirm(who, around))
  const everybody: readonly Person[] = [...responders.values(), ...firms.values()]
  const hasQuit = (id: string, atMs: number) => responders.get(id)?.hasQuit(atMs) ?? false
  const isReachable = (id: string, atMs: number) => responders.get(id)?.isReachable(atMs) ?? false

  const desk = createDesk({
    ...{ desk: deskDescription, around, alarms, responders: own, shifts, hourOfDay, hasQuit },
  })
  const signers = createCustomers({ customers, around, responders: described, isReachable })

  const seeTicket = (ticket: SeenTicket, atMs: number) => {
    const isOver = ticket.state === 'closed' || ticket.state === 'cancelled'
    if (isOver) tickets.delete(ticket.id)
    else tickets.set(ticket.id, ticket)
    for (const each of everybody) each.seen(ticket, atMs)
    signers.seen(ticket, atMs)
    desk.seen(ticket, atMs)
  }

  return {
    hear(news, atMs) {
      switch (news.about) {
        case 'ticket':
          return seeTicket(news.ticket, atMs)
        case 'alarm':
          if (news.alarm.state === 'normal') alarms.delete(news.alarm.id)
          else alarms.set(news.alarm.id, news.alarm)
          return desk.alarm(news.alarm, atMs)
        case 'follow_up':
          return desk.followUp(news.followUp, atMs)
        case 'notice': {
          const { recipient, kind, ticket } = news
          const person = responders.get(recipient) ?? firms.get(recipient)
          if (kind === 'ticket.call' && ticket !== null) person?.called(ticket, atMs)
          return
        }
        case 'refusal':
          return requests.refused(news.of, news.status, news.detail, atMs)
      }
    },
    due: (atMs) => agenda.due(atMs),
    nextMs: () => agenda.nextMs(),
    event(person, event, forMs, atMs) {
      const responder = responders.get(person)
      if (!responder) {
        throw new Error(`there is no responder ${person}; choose one of: ${[...responders.keys()].join(', ')}`)
      }
      responder.event(event, forMs, atMs)
      if (event === 'quits') desk.left(atMs)
    },
  }
}
