import { MINUTE_MS, SECOND_MS } from '../../rules/model.ts'
import type { Customers, Desk, People, Range, ResponderDescription, Shift } from '../scenario.ts'
import { meant } from './faults.ts'
import type { Faults } from './faults.ts'
import { people as schemas } from './schema.ts'
import { shaped } from './shaped.ts'
import { itemsOf, valueOf } from './written.ts'
import type { Written } from './written.ts'

const exactly = (ms: number): Range => [ms, ms]
const USUAL = {
  accepts: [20 * SECOND_MS, MINUTE_MS] as Range,
  departs: [10 * SECOND_MS, 30 * SECOND_MS] as Range,
  walks: 1.2,
  repairs: [5 * MINUTE_MS, 15 * MINUTE_MS] as Range,
  completes: exactly(MINUTE_MS),
  signs: [MINUTE_MS, 5 * MINUTE_MS] as Range,
  acknowledges: exactly(30 * SECOND_MS),
  closes: exactly(2 * MINUTE_MS),
}

export interface ReadPeople {
  people: People
  /** Ids, also of those that could not be read. */
  known: Set<string>
}

/** Who sees to it; without a word of it nobody responds, customers sign and the desk is there. */
export function readPeople(written: Written | undefined, faults: Faults): ReadPeople {
  const known = new Set<string>()
  const responders = itemsOf(valueOf(written, 'responders')).flatMap((item, index) => {
    const told = shaped(schemas.responders, item, faults)
    const idAt = valueOf(item, 'id')
    const id = idAt?.is === 'scalar' ? String(idAt.value) : ''
    if (known.has(id)) faults.add(idAt ?? item, `the responder "${id}" is there already; an id is given once`)
    known.add(id)
    return told === undefined ? [] : [responderOf(told, index)]
  })
  const shifts = valueOf(written, 'shifts')
  return {
    known,
    people: { responders, shifts: readShifts(shifts, responders, known, faults), ...readOthers(written, faults) },
  }
}

type ToldResponder = NonNullable<ReturnType<typeof schemas.responders.parse>>

function responderOf(told: ToldResponder, index: number): ResponderDescription {
  return {
    id: told.id,
    name: told.name,
    skills: told.skills ?? ['general'],
    roles: told.roles ?? [],
    phone: told.phone ?? `138000${String(10_001 + index)}`,
    building: told.building ?? null,
    acceptsMs: told.accepts ?? USUAL.accepts,
    departsMs: told.departs ?? USUAL.departs,
    walksMps: told.walks ?? USUAL.walks,
    repairsMs: told.repairs ?? USUAL.repairs,
    completesMs: told.completes ?? USUAL.completes,
    declines: told.declines ?? 0,
    late: told.late ?? 0,
  }
}

function readShifts(
  written: Written | undefined,
  responders: readonly ResponderDescription[],
  known: ReadonlySet<string>,
  faults: Faults,
): Shift[] {
  if (written === undefined) {
    return responders.length === 0 ? [] : [{ responders: responders.map(({ id }) => id), from: '00:00', to: '00:00' }]
  }
  return itemsOf(written).flatMap((item) => {
    for (const name of itemsOf(valueOf(item, 'responders'))) {
      const id = name.is === 'scalar' ? String(name.value) : ''
      if (!known.has(id)) faults.add(name, `there is nobody "${id}" among the responders; ${meant(id, [...known])}`)
    }
    return shaped(schemas.shifts, item, faults) ?? []
  })
}

function readOthers(written: Written | undefined, faults: Faults): { customers: Customers; desk: Desk } {
  const customersAt = valueOf(written, 'customers')
  const deskAt = valueOf(written, 'desk')
  const customers = customersAt && shaped(schemas.customers, customersAt, faults)
  const desk = (deskAt && shaped(schemas.desk, deskAt, faults)) ?? {}
  const nobody = desk === 'nobody'
  const rangeOf = (told: Range | 'nobody' | undefined, usual: Range) => (told === 'nobody' ? null : (told ?? usual))
  return {
    customers: { sign: customers?.sign ?? 1, signsMs: customers?.signs ?? USUAL.signs },
    desk: {
      acknowledgesMs: nobody ? null : rangeOf(desk.acknowledges, USUAL.acknowledges),
      closesMs: nobody ? null : rangeOf(desk.closes, USUAL.closes),
      roundsMs: nobody ? null : (desk.rounds ?? null),
    },
  }
}
