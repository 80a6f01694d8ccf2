import { describe, expect, it } from 'vitest'
import {
  bindingsFrom,
  conflictOf,
  keyOf,
  SHORTCUT_IDS,
  SHORTCUTS,
  shortcutFor,
} from '../../../../../api/web/src/console/keys/shortcuts.ts'

const plain = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, isComposing: false, keyCode: 0 }

describe('shortcuts', () => {
  it('are letters whatever their case, with Shift where that is held, and signs as they are', () => {
    expect(keyOf({ ...plain, key: 'a' })).toBe('A')
    expect(keyOf({ ...plain, key: 'X', shiftKey: true })).toBe('Shift+X')
    expect(keyOf({ ...plain, key: '?', shiftKey: true })).toBe('?')
    expect(keyOf({ ...plain, key: 'Enter' })).toBe('Enter')
  })

  it('take no key of a browser or a screen reader', () => {
    for (const key of ['Tab', 'Escape', 'ArrowDown', 'F5', ' ', 'PageUp', 'Home', "'", 'Shift']) {
      expect(keyOf({ ...plain, key }), key).toBeNull()
    }
    expect(keyOf({ ...plain, key: 'a', ctrlKey: true })).toBeNull()
    expect(keyOf({ ...plain, key: 'a', metaKey: true })).toBeNull()
    expect(keyOf({ ...plain, key: 'a', altKey: true })).toBeNull()
  })

  it('take no key that an input method is composing with', () => {
    expect(keyOf({ ...plain, key: 'a', isComposing: true })).toBeNull()
    expect(keyOf({ ...plain, key: 'a', keyCode: 229 })).toBeNull()
    expect(keyOf({ ...plain, key: 'Process', keyCode: 229 })).toBeNull()
  })

  it('are found by one key or two', () => {
    expect(shortcutFor(SHORTCUTS, ['J'])).toBe('down')
    expect(shortcutFor(SHORTCUTS, ['G'])).toBe('begun')
    expect(shortcutFor(SHORTCUTS, ['G', 'T'])).toBe('tickets')
    expect(shortcutFor(SHORTCUTS, ['G', 'Q'])).toBeNull()
    expect(shortcutFor(SHORTCUTS, ['Q'])).toBeNull()
  })

  it('are each other’s at no time, also not by their first key', () => {
    for (const id of SHORTCUT_IDS) expect(conflictOf(SHORTCUTS, id, SHORTCUTS[id])).toBeNull()
    expect(conflictOf(SHORTCUTS, 'down', 'S')).toBe('shelve')
    expect(conflictOf(SHORTCUTS, 'down', 'G')).toBe('alarms')
    expect(conflictOf({ ...SHORTCUTS, search: 'Q' }, 'alarms', 'Q W')).toBe('search')
    expect(conflictOf(SHORTCUTS, 'down', 'Q')).toBeNull()
  })

  it('are taken from what was kept only where that still fits', () => {
    expect(bindingsFrom({ down: 'N', other: 'Z', up: 7 })).toEqual({ ...SHORTCUTS, down: 'N' })
    expect(bindingsFrom({ down: 'S' })).toEqual(SHORTCUTS)
    for (const kept of [null, 'text', 3, { down: '' }]) expect(bindingsFrom(kept)).toEqual(SHORTCUTS)
  })
})
