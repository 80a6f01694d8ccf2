import type { Page } from 'playwright-core'
import { expect } from 'vitest'

export interface Focused {
  tag: string
  text: string
  /** That it can be seen where the keyboard is. */
  isMarked: boolean
}

const FOCUSED = `(() => {
  const at = document.activeElement
  if (at === null || at === document.body) return null
  const marks = (element) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element)
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none'
  }
  const near = [at, at.parentElement, at.closest('.el-input__wrapper, .el-select__wrapper')].filter(Boolean)
  return { tag: at.tagName, text: (at.ariaLabel ?? at.textContent ?? '').trim(), isMarked: near.some(marks) }
})()`

/** A hand on the keys alone of whichever page is meant at the time. */
export function keyboardOf(page: () => Page) {
  const press = async (...keys: string[]) => {
    for (const key of keys) await page().keyboard.press(key)
  }
  const focused = () => page().evaluate<Focused | null>(FOCUSED)
  const isAt = (selector: string) =>
    page().evaluate<boolean>(`document.activeElement?.matches(${JSON.stringify(selector)})`)
  /** By Tab, each stop of it visible. */
  const tabTo = async (selector: string) => {
    for (let stops = 0; stops < 120 && !(await isAt(selector)); stops += 1) {
      await press('Tab')
      const at = await focused()
      if (at !== null) expect(at, JSON.stringify(at)).toMatchObject({ isMarked: true })
    }
    expect(await isAt(selector), `nothing like ${selector} is reached by Tab`).toBe(true)
  }
  const settles = (selector: string) => expect.poll(() => isAt(selector)).toBe(true)
  return { press, focused, isAt, tabTo, settles }
}
