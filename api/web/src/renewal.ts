import { inject, shallowRef } from 'vue'
import type { InjectionKey, Ref } from 'vue'

/**
 * The service may be replaced while a page is open: the files that the page still has to load are then gone. A page
 * that misses one begins again where the service has another build, and says why nothing happened where it has not.
 */
export interface Renewal {
  /** A part of the app could not be loaded; `unreachable`: the service did not answer when that was looked into. */
  lost: Readonly<Ref<null | 'failed' | 'unreachable'>>
  /** A part could not be loaded; `path`: the page that it was for, which is then the one to begin again with. */
  lose(path?: string): Promise<void>
  /** Begins again, as soon as the service answers. */
  again(): Promise<void>
  /** For pages on which nobody types: begins again where the service has another build. */
  follow(): Promise<void>
  forget(): void
}

export interface RenewalOptions {
  /** The script that this page began with, as its HTML names it. */
  own: string | null
  /** The HTML that the service has by now. Throws where it does not answer. */
  readPage: () => Promise<string>
  /** Loads the page anew, at `path` where that is given. */
  reload: (path: string | null) => void
  /** How old this page is, in milliseconds. */
  ageMs: () => number
}

export const renewalKey: InjectionKey<Renewal> = Symbol('renewal')

export function useRenewal(): Renewal {
  const renewal = inject(renewalKey)
  if (!renewal) throw new Error('no renewal provided')
  return renewal
}

/** A page that has only just begun does not begin again by itself: behind two services it would never end. */
const YOUNG_MS = 10_000

export function createRenewal({ own, readPage, reload, ageMs }: RenewalOptions): Renewal {
  const lost = shallowRef<null | 'failed' | 'unreachable'>(null)
  let wanted: string | null = null

  /** `unknown`: no answer, or none of this app, as behind a login page of a network. */
  async function build(): Promise<'own' | 'other' | 'unknown'> {
    try {
      const entry = entryOf(await readPage())
      if (entry === null) return 'unknown'
      return entry === own ? 'own' : 'other'
    } catch {
      return 'unknown'
    }
  }

  async function follow(): Promise<void> {
    if (ageMs() > YOUNG_MS && (await build()) === 'other') reload(wanted)
  }

  return {
    lost,
    async lose(path) {
      wanted = path ?? wanted
      lost.value ??= 'failed'
      await follow()
    },
    async again() {
      if ((await build()) === 'unknown') lost.value = 'unreachable'
      else reload(wanted)
    },
    follow,
    forget() {
      lost.value = null
      wanted = null
    },
  }
}

/** The script that a page of this app begins with, as its HTML names it; `null`: it is no page of this app. */
export function entryOf(html: string): string | null {
  return /<script\b[^>]*\bsrc="([^"]*assets\/index-[^"]+\.js)"/.exec(html)?.[1] ?? null
}
