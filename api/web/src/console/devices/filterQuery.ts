import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import { DEVICE_KINDS } from '../../../../../rules/model/words.ts'
import type { DeviceFilter } from './devices.ts'

/** What the list shows, as the address says it, so that a link shows the same; pages are counted from 1. */
export function filterOf(query: LocationQuery): { filter: DeviceFilter; page: number } {
  const one = (name: string) => (typeof query[name] === 'string' ? query[name] : '')
  const only = new Set(one('only').split(','))
  const page = Number(one('page'))
  return {
    filter: {
      text: one('q'),
      kind: DEVICE_KINDS.find((kind) => kind === one('kind')) ?? null,
      ...{ silent: only.has('silent'), low: only.has('low'), unplaced: only.has('unplaced') },
    },
    page: Number.isInteger(page) && page > 0 ? page : 1,
  }
}

export function queryOf({ text, kind, silent, low, unplaced }: DeviceFilter, page: number): LocationQueryRaw {
  const only = Object.entries({ silent, low, unplaced }).flatMap(([name, on]) => (on ? [name] : []))
  return {
    ...(text !== '' && { q: text }),
    ...(kind !== null && { kind }),
    ...(only.length > 0 && { only: only.join(',') }),
    ...(page > 1 && { page: String(page) }),
  }
}

export const NO_FILTER: DeviceFilter = { text: '', kind: null, silent: false, low: false, unplaced: false }
