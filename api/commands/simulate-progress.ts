import type { Scenario } from '../../simulators/scenario.ts'

/** Runs that are over sooner say nothing of how far they are. */
const QUIET_MS = 3_000
const LINES = 10
const DRAW_EACH_MS = 200

export interface Progress {
  /** A run begins; answers what is told of it. */
  begin(scenario: Scenario, seed: string): (share: number) => void
  /** Takes away what a terminal shows. */
  clear(): void
}

/**
 * How far long runs are, with their own time: one line that changes on a terminal, else a line for each tenth.
 * `spell` writes a moment as people at the site read it.
 */
export function createProgress(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>,
  spell: (scenario: Scenario, atMs: number) => string,
  nowMs: () => number = () => performance.now(),
): Progress {
  let isDrawn = false
  const clear = () => {
    if (isDrawn) stream.write('\r\u001b[K')
    isDrawn = false
  }
  return {
    clear,
    begin(scenario, seed) {
      const begunMs = nowMs()
      let [toldLines, drawnMs] = [0, -Infinity]
      return (share) => {
        const now = nowMs()
        const isTime = stream.isTTY ? now - drawnMs >= DRAW_EACH_MS : Math.floor(share * LINES) > toldLines
        if (now - begunMs < QUIET_MS || !isTime) return
        ;[toldLines, drawnMs] = [Math.floor(share * LINES), now]
        const at = spell(scenario, scenario.startsAtMs + share * scenario.lastsMs)
        const text = `${scenario.name}, seed ${seed}: ${Math.floor(share * 100)} %, ${at}`
        stream.write(stream.isTTY ? `\r\u001b[K${text}` : `${text}\n`)
        isDrawn = stream.isTTY
      }
    },
  }
}
