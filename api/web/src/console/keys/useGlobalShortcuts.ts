import { onScopeDispose } from 'vue'
import type { Keyboard } from './keyboard.ts'
import type { ShortcutId } from './shortcuts.ts'

/** Of the face itself, on every one of its pages. */
export function useGlobalShortcuts(keyboard: Keyboard, handlers: Partial<Record<ShortcutId, () => void>>): void {
  const entries = Object.entries(handlers) as [ShortcutId, () => void][]
  const givenBack = entries.map(([id, handler]) => keyboard.on(id, handler))
  onScopeDispose(() => givenBack.forEach((giveBack) => giveBack()))
}
