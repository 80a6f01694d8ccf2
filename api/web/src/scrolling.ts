import type { RouterScrollBehavior } from 'vue-router'

/** Who waits longer for a list does not expect to be moved any more. */
const READ_WITHIN_MS = 5_000

/** Back to where one was; a new page at its top; what only narrows or opens something on its page moves nothing. */
export const scrollBehavior: RouterScrollBehavior = async (to, from, saved) => {
  if (!saved) return to.path === from.path ? false : { top: 0 }
  const address = location.href
  await untilAsLongAs(saved.top + window.innerHeight)
  return location.href === address ? saved : false
}

/** Lists are read first: until then there is nothing to go back to. */
function untilAsLongAs(height: number): Promise<void> {
  const root = document.documentElement
  return new Promise((resolve) => {
    const end = () => {
      observer.disconnect()
      clearTimeout(timer)
      resolve()
    }
    const observer = new ResizeObserver(() => {
      if (root.scrollHeight >= height) end()
    })
    const timer = setTimeout(end, READ_WITHIN_MS)
    observer.observe(document.body)
  })
}
