/** What is due when, by id: the next is found at once, and what is put off costs nothing. */
export interface Agenda {
  /** `null`: nothing is due of it any more. */
  set(id: string, at: number | null): void
  /** Takes the earliest that is due before a moment off the agenda. */
  takeBefore(moment: number): Entry | null
}

interface Entry {
  id: string
  at: number
}

export function createAgenda(): Agenda {
  const dueAt = new Map<string, number>()
  /** For each id that is due, an entry that is no later; later and doubled ones are found out when their turn comes. */
  const heap: Entry[] = []
  const queuedAt = new Map<string, number>()

  function queue(id: string, at: number): void {
    if ((queuedAt.get(id) ?? Infinity) <= at) return
    queuedAt.set(id, at)
    push(heap, { id, at })
  }

  return {
    set(id, at) {
      if (at === null) return void dueAt.delete(id)
      dueAt.set(id, at)
      queue(id, at)
    },
    takeBefore(moment) {
      for (let [first] = heap; first !== undefined && first.at < moment; [first] = heap) {
        pop(heap)
        if (queuedAt.get(first.id) !== first.at) continue
        queuedAt.delete(first.id)
        const at = dueAt.get(first.id)
        if (at === undefined) continue
        if (at > first.at) {
          queue(first.id, at)
          continue
        }
        dueAt.delete(first.id)
        return { id: first.id, at }
      }
      return null
    },
  }
}

/** A binary heap: each entry is no later than the two below it. */
function push(heap: Entry[], entry: Entry): void {
  let at = heap.length
  while (at > 0) {
    const above = (at - 1) >> 1
    if (heap[above]!.at <= entry.at) break
    heap[at] = heap[above]!
    at = above
  }
  heap[at] = entry
}

function pop(heap: Entry[]): void {
  const entry = heap.pop()
  if (entry === undefined || heap.length === 0) return
  let at = 0
  for (;;) {
    const left = 2 * at + 1
    const right = left + 1
    if (left >= heap.length) break
    const below = right < heap.length && heap[right]!.at < heap[left]!.at ? right : left
    if (heap[below]!.at >= entry.at) break
    heap[at] = heap[below]!
    at = below
  }
  heap[at] = entry
}
