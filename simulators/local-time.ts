import { DAY_MS, HOUR_MS, MINUTE_MS } from '../rules/model.ts'
import { localMs } from './reading/zone.ts'

/** The time as people at a site have it. */
export interface LocalTime {
  /** 0 up to 24. */
  hourOfDay: (atMs: number) => number
  /** 0 for Sunday up to 6. */
  dayOfWeek: (atMs: number) => number
  /** `2026-11-24 03:10:00`, with milliseconds where there are some. */
  spell: (atMs: number) => string
}

/** Zones are apart by whole quarters of an hour, and change at them, on few days of the year. */
const STEADY_MS = 15 * MINUTE_MS

/** The day on which time begins. */
const THURSDAY = 4

export function createLocalTime(timezone: string): LocalTime {
  let [steadyFrom, steadyTo, offsetMs] = [0, 0, 0]
  const offsetAt = (atMs: number) => localMs(timezone, atMs) - atMs
  const local = (atMs: number) => {
    if (atMs < steadyFrom || atMs >= steadyTo) {
      const day = Math.floor(atMs / DAY_MS) * DAY_MS
      const isSteady = offsetAt(day) === offsetAt(day + DAY_MS)
      steadyFrom = isSteady ? day : Math.floor(atMs / STEADY_MS) * STEADY_MS
      steadyTo = steadyFrom + (isSteady ? DAY_MS : STEADY_MS)
      offsetMs = offsetAt(steadyFrom)
    }
    return atMs + offsetMs
  }
  return {
    hourOfDay: (atMs) => (local(atMs) % DAY_MS) / HOUR_MS,
    dayOfWeek: (atMs) => (Math.floor(local(atMs) / DAY_MS) + THURSDAY) % 7,
    spell(atMs) {
      const [date = '', time = ''] = new Date(local(atMs)).toISOString().slice(0, -1).split('T')
      return `${date} ${time.endsWith('.000') ? time.slice(0, -4) : time}`
    },
  }
}
