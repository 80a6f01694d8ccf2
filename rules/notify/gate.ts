import { giveWay } from '../turns.ts'

/** Many who come at once are let through one after another, so many before others have their turn. */
export function createGate(atOnce: number): () => Promise<void> {
  let came = 0
  let opens = Promise.resolve()
  return () => {
    came += 1
    if (came % atOnce === 0) opens = opens.then(giveWay)
    return opens
  }
}
