import { computed, inject, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, InjectionKey, Ref } from 'vue'
import type { AlarmView } from '../../api/types.ts'
import { kept } from '../../kept.ts'
import { holdAmongTabs } from './oneTab.ts'
import { calling, PATTERNS, REPEAT_MS } from './tones.ts'
import type { Pattern } from './tones.ts'

/** `blocked`: the browser waits for a press first; `elsewhere`: another tab of this browser sounds. */
export type SoundState = 'off' | 'blocked' | 'elsewhere' | 'on'

export interface AlarmSound {
  state: ComputedRef<SoundState>
  on: Ref<boolean>
  /** 0 to 1. */
  volume: Ref<number>
  /** At a press of the user: what the browser held back sounds from now on. */
  open(): void
  test(pattern: Pattern): void
}

export const soundKey: InjectionKey<AlarmSound> = Symbol('sound')

export function useAlarmSound(): AlarmSound {
  const sound = inject(soundKey)
  if (!sound) throw new Error('no sound provided')
  return sound
}

const REMEMBERED_AS = 'sound'
/** Of what a browser's tabs share; one of them holds it and sounds. */
const LOCK = 'shifen.sound'

/** Sounds for `alarms` for as long as the calling scope lives, in tones that are made here. */
export function createAlarmSound(alarms: Readonly<Ref<readonly AlarmView[]>>): AlarmSound {
  const found = kept.read(REMEMBERED_AS) as { on?: unknown; volume?: unknown } | null
  const on = ref(found?.on !== false)
  const volume = ref(typeof found?.volume === 'number' ? Math.min(1, Math.max(0, found.volume)) : 0.6)
  const context = new AudioContext()
  const running = shallowRef(context.state === 'running')
  const holding = shallowRef(false)
  context.onstatechange = () => (running.value = context.state === 'running')

  const state = computed<SoundState>(() => {
    if (!on.value) return 'off'
    if (!running.value) return 'blocked'
    return holding.value ? 'on' : 'elsewhere'
  })

  function play(pattern: Pattern): void {
    const loudness = context.createGain()
    loudness.gain.value = volume.value * 0.5
    loudness.connect(context.destination)
    for (const { hz, atMs, lastMs } of PATTERNS[pattern]) {
      const tone = context.createOscillator()
      tone.type = 'triangle'
      tone.frequency.value = hz
      tone.connect(loudness)
      tone.start(context.currentTime + atMs / 1_000)
      tone.stop(context.currentTime + (atMs + lastMs) / 1_000)
    }
  }

  /** Without a press, or without a device to sound with, it stays held back, and the page says so. */
  function open(): void {
    context.resume().catch(() => undefined)
  }

  let heard: ReadonlySet<string> = new Set()
  let repeating: ReturnType<typeof setInterval> | undefined
  const now = computed(() => calling(alarms.value))
  const critical = computed(() => state.value === 'on' && now.value.critical)
  watch(critical, (sounds) => {
    clearInterval(repeating)
    if (!sounds) return
    play('critical')
    repeating = setInterval(() => play('critical'), REPEAT_MS)
  })
  watch(
    now,
    ({ ids }) => {
      const fresh = [...ids].some((id) => !heard.has(id))
      heard = ids
      if (fresh && state.value === 'on' && !critical.value) play('other')
    },
    { immediate: true },
  )
  watch([on, volume], () => kept.write(REMEMBERED_AS, { on: on.value, volume: volume.value }))
  let letGo = () => {}
  watch(
    () => on.value && running.value,
    (sounds) => {
      letGo()
      letGo = () => {}
      holding.value = false
      if (sounds) letGo = holdAmongTabs(LOCK, () => (holding.value = true))
    },
    { immediate: true },
  )

  // Browsers let a page sound after any press on it.
  const openSilently = () => {
    if (on.value && !running.value) open()
  }
  document.addEventListener('pointerdown', openSilently)
  document.addEventListener('keydown', openSilently)
  onScopeDispose(() => {
    document.removeEventListener('pointerdown', openSilently)
    document.removeEventListener('keydown', openSilently)
    clearInterval(repeating)
    letGo()
    context.close().catch(() => undefined)
  })

  return {
    state,
    on,
    volume,
    open,
    test(pattern) {
      open()
      play(pattern)
    },
  }
}
