export type InTurn = <T>(operation: () => Promise<T>) => Promise<T>

export interface Turns {
  /** What devices say: before what else waits, so that it waits for one operation at most. */
  intake: InTurn
  /** Everything else: after one intake, if several wait. */
  rest: InTurn
  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void>
}

/** Operations run one after another, also after one that failed; those of a kind in the order they came. */
export function createTurns(): Turns {
  const intake: (() => Promise<void>)[] = []
  const rest: (() => Promise<void>)[] = []
  let latest = rest
  let running: Promise<void> | null = null

  function next() {
    const [preferred, other] = latest === intake ? [rest, intake] : [intake, rest]
    latest = preferred.length > 0 ? preferred : other
    return latest.shift()
  }

  async function run(): Promise<void> {
    for (let operation = next(); operation; operation = next()) await operation()
    running = null
  }

  const inTurn =
    (waiting: (() => Promise<void>)[]): InTurn =>
    (operation) =>
      new Promise((resolve, reject) => {
        waiting.push(() => operation().then(resolve, reject))
        running ??= Promise.resolve().then(run)
      })

  return { intake: inTurn(intake), rest: inTurn(rest), idle: () => running ?? Promise.resolve() }
}

/**
 * Between the parts of long work: lets the sockets be read, and the batch be taken in that they brought, which begins
 * in a turn of its own.
 */
export async function giveWay(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
}
