import { type Commitment, type Covers, DAY_MS, type FollowUpRule, MINUTE_MS, type Target } from '../../model.ts'

/** A published promise as a template: a property adopts it for its sites, and then edits what it adopted. */
export interface Preset {
  commitment: Commitment
  /** It runs for so many years from its adoption and is then reviewed; absent: until somebody ends it. */
  yearsValid?: number
}

/** What somebody is called for (报修); an appointment has a time of its own, a complaint needs an answer. */
const CALLS = ['repair', 'request', 'special_event'] as const

export const calls: Covers = { kinds: CALLS }
export const callsAndComplaints: Covers = { kinds: [...CALLS, 'complaint'] }
/** 紧急 */
export const emergencies: Covers = { kinds: CALLS, priorities: ['critical'] }
/** 一般 */
export const general: Covers = { kinds: CALLS, priorities: ['high', 'medium', 'low'] }
export const complaints: Covers = { kinds: ['complaint'] }
export const appointments: Covers = { kinds: ['appointment'] }

type Rest = Omit<Target, 'milestone' | 'withinMs' | 'calendar' | 'covers'>

/** Around the clock, unless it says otherwise. */
export const target = (
  milestone: Target['milestone'],
  withinMs: number,
  covers: Covers,
  rest: Rest & { calendar?: Target['calendar'] },
): Target => ({ milestone, withinMs, calendar: 'around_the_clock', covers, ...rest })

/** Of documents that state no time: nobody is to be without one. */
export const arriveAsOurs: Target = target('arrive', 10 * MINUTE_MS, calls, {
  note: 'ours: the document states no time to be on site; the default of ten minutes around the clock',
})

/** D13's: what is agreed runs from the time that was agreed, which may lie days ahead. */
export const keptAppointments: readonly Target[] = [
  target('arrive', 0, appointments, {
    from: 'appointment',
    note: 'the document says punctually, without a tolerance',
  }),
  target('complete', 2 * DAY_MS, appointments, {
    from: 'appointment',
    calendar: 'calendar_days',
    quote: '二天内维修完毕,逢节、假日不顺延',
    note: 'counted from the appointment, which may lie days ahead',
  }),
]

/** 满意度调查: the documents name no interval. */
export const surveyed: NonNullable<Commitment['surveys']> = {
  everyMonths: 6,
  afterCompletion: true,
  note: 'the document: periodic and after completion; the six months are ours',
}

/** An id is its document's until it is adopted under another. */
export const published = (
  document: string,
  zh: string,
  en: string,
  rest: Omit<Commitment, 'id' | 'name' | 'document' | 'sites'>,
): Commitment => ({ id: document, name: { zh, en }, document, sites: null, ...rest })

/** Every way that a household is asked by, the first one first. */
export const ASKED_BY: FollowUpRule['ways'] = ['telephone', 'visit', 'online']
