/** A condition that comes and goes: whoever runs it lets the device suffer its fault, and takes it away again. */
export interface Chatter {
  nextMs(): number
  /** What the device's fault is to be by now; `null`: as it is. Times that were missed count. */
  due(atMs: number): 'suffer' | 'repair' | null
  /** What is left to be done when it ends. */
  end(): 'repair' | null
}

/** The fault begins at once and turns every `everyMs`. */
export function createChatter({ everyMs, startMs }: { everyMs: number; startMs: number }): Chatter {
  if (!(everyMs >= 1)) throw new RangeError(`a condition cannot come and go every ${everyMs} ms; at least 1 is needed`)
  let turns = 0
  let suffers = false
  return {
    nextMs: () => startMs + turns * everyMs,
    due(atMs) {
      if (atMs < startMs + turns * everyMs) return null
      turns = Math.floor((atMs - startMs) / everyMs) + 1
      const wanted = turns % 2 === 1
      if (wanted === suffers) return null
      suffers = wanted
      return suffers ? 'suffer' : 'repair'
    },
    end() {
      const left = suffers ? 'repair' : null
      suffers = false
      turns = Infinity
      return left
    },
  }
}
