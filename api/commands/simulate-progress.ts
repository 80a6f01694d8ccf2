import type { Scenario } from '../../simulators/scenario.ts'

/** Runs that are over sooner say nothing of how far they are. */
const QUIET_MS = 3_000
const LINE_EACH_SHARE = 0.1
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
      let [toldShare, drawnMs] = [0, -Infinity]
      return (share) => {
        const now = nowMs()
        const isTime = stream.isTTY ? now - drawnMs >= DRAW_EACH_MS : share - toldShare >= LINE_EACH_SHARE
        if (now - begunMs < QUIET_MS || !isTime) return
        ;[toldShare, drawnMs] = [Math.floor(share / LINE_EACH_SHARE) * LINE_EACH_SHARE, now]
        const at = spell(scenario, scenario.startsAtMs + share * scenario.lastsMs)
        const text = `${scenario.name}, seed ${seed}: ${Math.floor(share * 100)} %, ${at}`
        stream.write(stream.isTTY ? `\r\u001b[K${text}` : `${text}\n`)
        isDrawn = stream.isTTY
      }
    },
  }
}
