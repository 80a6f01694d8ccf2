const AT_ONCE = 6

/** Runs `each` for all, six at a time (as many as a browser sends at once), in their order. */
export async function sixAtATime<T>(items: readonly T[], each: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values()
  async function work(): Promise<void> {
    for (const item of waiting) await each(item)
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work))
}
