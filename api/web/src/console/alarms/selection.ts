/** Everything from one row to another, whichever is above, over what is chosen already. */
export function withRange(
  chosen: ReadonlySet<string>,
  order: readonly string[],
  from: string | null,
  to: string,
): ReadonlySet<string> {
  const end = order.indexOf(to)
  const start = from === null ? -1 : order.indexOf(from)
  if (end < 0) return chosen
  const [first, last] = start < 0 ? [end, end] : [Math.min(start, end), Math.max(start, end)]
  return new Set([...chosen, ...order.slice(first, last + 1)])
}

export function toggled(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(chosen)
  if (!next.delete(id)) next.add(id)
  return next
}
