/** What can be done by a key, and the keys it has at first. Two keys one after the other have a space between. */
export const SHORTCUTS = {
  down: 'J',
  up: 'K',
  open: 'Enter',
  select: 'X',
  range: 'Shift+X',
  acknowledge: 'A',
  shelve: 'S',
  unshelve: 'U',
  reset: 'R',
  comment: 'C',
  search: '/',
  mute: 'M',
  alarms: 'G A',
  tickets: 'G T',
  devices: 'G D',
  help: '?',
} as const satisfies Record<string, string>
export type ShortcutId = keyof typeof SHORTCUTS
export const SHORTCUT_IDS = Object.keys(SHORTCUTS) as ShortcutId[]

export type Bindings = Readonly<Record<ShortcutId, string>>

/** What goes on for as long as its key is held; all others are done once. */
export const REPEATED: ReadonlySet<ShortcutId> = new Set(['down', 'up'])

/** The second of two keys follows within this time. */
export const SEQUENCE_WITHIN_MS = 1_500

export interface PressedKey {
  key: string
  shiftKey: boolean
  ctrlKey: boolean
  altKey: boolean
  metaKey: boolean
  isComposing: boolean
  keyCode: number
}

/** Keys that browsers, screen readers and the page itself need. */
const KEPT =
  /^(Tab|Escape|Backspace|Delete|Arrow\w+|Home|End|Page\w+|F\d+| |'|Shift|Control|Alt|Meta|CapsLock|Dead|Process)$/

/** Of a key that an input method has taken; not every browser calls its first or its last one composing. */
const INPUT_METHOD = 229

/** `A`, `Shift+A`, `Enter`, `?`; `null` for a key that is no shortcut's. */
export function keyOf(pressed: PressedKey): string | null {
  const { key, shiftKey, ctrlKey, altKey, metaKey, isComposing, keyCode } = pressed
  if (isComposing || keyCode === INPUT_METHOD || ctrlKey || altKey || metaKey || KEPT.test(key)) return null
  if (!/^\p{L}$/u.test(key)) return key
  return shiftKey ? `Shift+${key.toUpperCase()}` : key.toUpperCase()
}

/** What `pressed`, one or two keys, stands for; `begun` where another key may follow. */
export function shortcutFor(bindings: Bindings, pressed: readonly string[]): ShortcutId | 'begun' | null {
  const keys = pressed.join(' ')
  const found = SHORTCUT_IDS.find((id) => bindings[id] === keys)
  if (found) return found
  return SHORTCUT_IDS.some((id) => bindings[id].startsWith(`${keys} `)) ? 'begun' : null
}

/** Which other shortcut has these keys, or begins with them, or is their beginning. */
export function conflictOf(bindings: Bindings, id: ShortcutId, keys: string): ShortcutId | null {
  const clashes = (other: string) => other === keys || other.startsWith(`${keys} `) || keys.startsWith(`${other} `)
  return SHORTCUT_IDS.find((other) => other !== id && clashes(bindings[other])) ?? null
}

/** What was remembered, where it can be read and still fits; the first keys for the rest. */
export function bindingsFrom(remembered: unknown): Bindings {
  const bindings: Record<ShortcutId, string> = { ...SHORTCUTS }
  if (typeof remembered !== 'object' || remembered === null) return bindings
  for (const id of SHORTCUT_IDS) {
    const keys = (remembered as Record<string, unknown>)[id]
    if (typeof keys === 'string' && keys !== '' && keys.length <= 20) bindings[id] = keys
  }
  const unlike = SHORTCUT_IDS.every((id) => conflictOf(bindings, id, bindings[id]) === null)
  return unlike ? bindings : { ...SHORTCUTS }
}
