/** What somebody can let happen in a building that is simulated. */
export const OFFERS = ['leak', 'entrapment', 'blackout'] as const
export type Offer = (typeof OFFERS)[number]

interface Titles {
  zh: string
  en: string
}

/** Something that was asked for and that nobody has seen to yet. Times are the service's, in UTC milliseconds. */
export interface Standing {
  id: string
  offer: Offer
  /** The device that tells it; of a blackout the meter of the building. */
  device: string
  at: number
  /** It passes by itself then. */
  until: number
}

/** The building that a demo simulates, as far as somebody may have a hand in it. */
export interface Simulation {
  title: Titles
  offers: readonly { id: Offer; titles: Titles }[]
  standing(): readonly Standing[]
  /**
   * Resolves when it has begun. Rejects with `Refusal`: `conflict` where enough stands already or nothing is well
   * enough for it, `unavailable` while the building is not played.
   */
  begin(offer: Offer): Promise<Standing>
}
