/** An emergency on purpose (演练): what devices of its scope raise while it runs is real to nobody but whom it names. */
export interface Drill {
  id: string
  site: string
  title: { zh: string; en: string }
  /** A person's name. */
  by: string
  startedAt: number
  /** It ends by then, whether anybody ends it or not. */
  endsAt: number
  over: DrillScope
  notify: DrillNotify
  /** Whether rules may tell devices what to do, as in an emergency: valves do close then. */
  commands: boolean
  endedAt: number | null
  endedBy: string | null
}

/** Which devices of the site: those that meet every field that is set, all where none is. */
export interface DrillScope {
  devices?: readonly string[]
  building?: string
  zone?: string
}

/** Who hears of it, and nobody else: people by the ways that reach them alone, and channels that broadcast. */
export interface DrillNotify {
  responders: readonly string[]
  channels: readonly string[]
}
