import type { Device, Drill, DrillNotify, DrillScope, Responder, Route } from '../model.ts'

/** The drill that a device is in now, `null` where in none: asked once for each alarm, when it is raised. */
export function drillOf(device: Device, all: Iterable<Drill>, now: number): Drill | null {
  for (const drill of all) if (isRunning(drill, now) && concerns(drill, device)) return drill
  return null
}

export const isRunning = ({ endedAt, endsAt }: Drill, now: number): boolean => endedAt === null && now < endsAt

export const isDrillDue = ({ endedAt, endsAt }: Drill, now: number): boolean => endedAt === null && endsAt <= now

export function concerns({ site, over }: { site: string; over: DrillScope }, device: Device): boolean {
  const { devices, building, zone } = over
  if (device.site !== site || device.retiredAt !== null) return false
  if (devices !== undefined && !devices.includes(device.id)) return false
  if (building !== undefined && building !== device.building) return false
  return zone === undefined || zone === device.zone
}

/** Whom a drill may be told to; `null`: it is no drill, and everybody is. Of one that is over nobody is told. */
export interface Audience {
  includes: (responder: Pick<Responder, 'id'>) => boolean
  /** A way to one of them. What a group's robot says is heard by the group, which must be named itself. */
  allows: (route: Route) => boolean
  hears: (channel: string) => boolean
}

const NOBODY: DrillNotify = { responders: [], channels: [] }

export function audienceOf(drill: string | null, find: (id: string) => Drill | undefined): Audience {
  if (drill === null) return { includes: () => true, allows: () => true, hears: () => true }
  const { responders, channels } = find(drill)?.notify ?? NOBODY
  const hears = (channel: string) => channels.includes(channel)
  return {
    includes: ({ id }) => responders.includes(id),
    allows: ({ channel, address }) => address !== '' || hears(channel),
    hears,
  }
}

const MARK = { zh: '【演练】', en: '[Drill] ' }

/** What is of a drill says so first, once. */
export function titleIn<T extends { zh: string; en: string }>(drill: string | null, title: T): T {
  if (drill === null) return title
  return { ...title, zh: marked('zh', title.zh), en: marked('en', title.en) }
}

export const marked = (language: 'zh' | 'en', text: string): string =>
  MARK[language] + text.replaceAll(MARK[language], '')
