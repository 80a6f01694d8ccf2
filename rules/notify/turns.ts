/** Lets the sockets have their turn: what is sent to the log alone would else run through without a pause. */
export const takeTurns = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Many who come at once are let through one after another, so many between two turns of the sockets. */
export function createGate(atOnce: number): () => Promise<void> {
  let came = 0
  let opens = Promise.resolve()
  return () => {
    came += 1
    if (came % atOnce === 0) opens = opens.then(takeTurns)
    return opens
  }
}
