/** What is to be done when. `work` is handed the time at which it is done, which may be later than was meant. */
export interface Agenda<Done> {
  /** Takes the place of what was noted under the same name; at Infinity it is not done at all. */
  note(name: string, atMs: number, work: (atMs: number) => Done[]): void
  drop(name: string): void
  has(name: string): boolean
  /** Does all that is due, and what comes of it at once, the earliest first. */
  due(atMs: number): Done[]
  nextMs(): number
}

export function createAgenda<Done>(): Agenda<Done> {
  const notes = new Map<string, { atMs: number; work: (atMs: number) => Done[] }>()
  let nextMs: number | null = Infinity

  const earliest = () => {
    nextMs ??= Math.min(Infinity, ...[...notes.values()].map(({ atMs }) => atMs))
    return nextMs
  }

  return {
    note(name, atMs, work) {
      notes.delete(name)
      notes.set(name, { atMs, work })
      nextMs = null
    },
    drop(name) {
      if (notes.delete(name)) nextMs = null
    },
    has: (name) => notes.has(name),
    due(atMs) {
      const done: Done[] = []
      for (let next = earliest(); next <= atMs; next = earliest()) {
        const [name, { work }] = [...notes].find(([, note]) => note.atMs === next)!
        notes.delete(name)
        nextMs = null
        done.push(...work(atMs))
      }
      return done
    },
    nextMs: earliest,
  }
}
