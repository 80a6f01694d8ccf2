import { inject, onMounted, onScopeDispose, onUnmounted, readonly, shallowRef } from 'vue'
import type { InjectionKey, Ref } from 'vue'
import { kept } from '../../kept.ts'
import { bindingsFrom, keyOf, REPEATED, SEQUENCE_WITHIN_MS, shortcutFor } from './shortcuts.ts'
import type { Bindings, ShortcutId } from './shortcuts.ts'

export interface Keyboard {
  bindings: Readonly<Ref<Bindings>>
  /** Switched off: no key acts by itself. */
  off: Readonly<Ref<boolean>>
  /** These keys from now on. */
  bind(bindings: Bindings): void
  switchOff(off: boolean): void
  /** The latest handler of a shortcut has it. Answers how to give it back. */
  on(id: ShortcutId, handler: () => void): () => void
}

export const keyboardKey: InjectionKey<Keyboard> = Symbol('keyboard')

export function useKeyboard(): Keyboard {
  const keyboard = inject(keyboardKey)
  if (!keyboard) throw new Error('no keyboard provided')
  return keyboard
}

/** While the component is there. */
export function useShortcut(id: ShortcutId, handler: () => void): void {
  const keyboard = useKeyboard()
  let giveBack = () => {}
  onMounted(() => (giveBack = keyboard.on(id, handler)))
  onUnmounted(() => giveBack())
}

const REMEMBERED_AS = 'shortcuts'

/** Listens to the page's keys for as long as the calling scope lives. */
export function createKeyboard(): Keyboard {
  const found = kept.read(REMEMBERED_AS) as { off?: unknown; bindings?: unknown } | null
  const bindings = shallowRef(bindingsFrom(found?.bindings))
  const off = shallowRef(found?.off === true)
  const handlers = new Map<ShortcutId, (() => void)[]>()
  let begun: { key: string; atMs: number } | null = null

  function keep(): void {
    kept.write(REMEMBERED_AS, { off: off.value, bindings: bindings.value })
  }

  function press(event: KeyboardEvent): void {
    if (off.value || event.defaultPrevented || isElsewhere(event.target)) return
    const key = keyOf(event)
    if (key === null || (key === 'Enter' && isPressable(event.target))) return
    const first = begun !== null && event.timeStamp - begun.atMs < SEQUENCE_WITHIN_MS ? [begun.key] : []
    const found = shortcutFor(bindings.value, [...first, key]) ?? shortcutFor(bindings.value, [key])
    begun = found === 'begun' ? { key, atMs: event.timeStamp } : null
    if (found === null || found === 'begun') return
    const handler = handlers.get(found)?.at(-1)
    if (!handler) return
    event.preventDefault()
    if (!event.repeat || REPEATED.has(found)) handler()
  }

  document.addEventListener('keydown', press)
  onScopeDispose(() => document.removeEventListener('keydown', press))
  return {
    bindings: readonly(bindings),
    off: readonly(off),
    bind(chosen) {
      bindings.value = chosen
      keep()
    },
    switchOff(value) {
      off.value = value
      keep()
    },
    on(id, handler) {
      handlers.set(id, [...(handlers.get(id) ?? []), handler])
      return () =>
        handlers.set(
          id,
          (handlers.get(id) ?? []).filter((other) => other !== handler),
        )
    },
  }
}

const TYPED_IN = [
  'input:not([type=checkbox], [type=radio], [type=button])',
  ...['textarea', 'select', '[contenteditable=true]'],
  ...['[role=combobox]', '[role=listbox]', '[role=slider]', '[role=menu]'],
].join()

/** Where keys are typed or mean something already, and wherever something lies over the page. */
function isElsewhere(target: EventTarget | null): boolean {
  if (target instanceof Element && target.closest(TYPED_IN)) return true
  return document.querySelector('[aria-modal="true"], dialog[open], .login') !== null
}

const isPressable = (target: EventTarget | null) =>
  target instanceof Element && target.closest('a, button, input, summary, [role=button], [role=tab]') !== null
