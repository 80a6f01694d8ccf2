import type { SeededRandom } from '../random.ts'
import type { Emergency, Round, Scenario } from './scenario.ts'

export interface Timeline {
  /** The emergencies that come due up to `atMs`; a device that is not `free` is spared. */
  due(atMs: number, free: (device: string) => boolean): Emergency[]
}

type Free = (device: string) => boolean

/** Says when which emergency comes. Every interval is divided by `speed`. */
export function createTimeline(
  { opening, rounds }: Pick<Scenario, 'opening' | 'rounds'>,
  random: SeededRandom,
  startMs: number,
  speed = 1,
): Timeline {
  const waiting = [...opening].sort((a, b) => a.afterMs - b.afterMs)
  const openedMs = startMs + (waiting.at(-1)?.afterMs ?? 0) / speed
  const going = rounds.map((round, index) => goRound(round, random.fork(`round ${index}`), openedMs, speed))

  return {
    due(atMs, free) {
      const taken: Emergency[] = []
      const stillFree: Free = (device) => free(device) && taken.every((other) => other.device !== device)
      for (let first = waiting[0]; first && atMs >= startMs + first.afterMs / speed; first = waiting[0]) {
        waiting.shift()
        taken.push({ device: first.device, fault: first.fault })
      }
      for (const round of going) round(atMs, stillFree, taken)
      return taken
    },
  }
}

function goRound({ everyMs, turns }: Round, random: SeededRandom, startMs: number, speed: number) {
  const spacing = () => random.range(everyMs[0], everyMs[1]) / speed
  let position = 0
  let nextMs = startMs + spacing()

  /** The first of the coming turns that has a free device and luck, or none after a whole round. */
  const take = (free: Free): Emergency | null => {
    for (let tried = 0; tried < turns.length; tried += 1) {
      const turn = turns[position % turns.length]
      position += 1
      const devices = turn?.devices.filter(free) ?? []
      if (turn && devices.length > 0 && random.chance(turn.chance ?? 1)) {
        return { device: random.pick(devices), fault: turn.fault }
      }
    }
    return null
  }

  return (atMs: number, free: Free, taken: Emergency[]) => {
    for (; atMs >= nextMs; nextMs += spacing()) {
      const emergency = take(free)
      if (emergency) taken.push(emergency)
    }
  }
}
