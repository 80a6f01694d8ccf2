/**
 * Waits for what the tabs of one browser share, and holds it until the answer is called. Without Web Locks, which plain
 * http from another host has not, every tab holds it.
 */
export function holdAmongTabs(name: string, onHeld: () => void): () => void {
  if (!('locks' in navigator)) {
    onHeld()
    return () => {}
  }
  const waiting = new AbortController()
  let letGo = () => waiting.abort()
  const hold = () =>
    new Promise<void>((resolve) => {
      letGo = resolve
      onHeld()
    })
  navigator.locks.request(name, { signal: waiting.signal }, hold).catch(() => undefined)
  return () => letGo()
}
