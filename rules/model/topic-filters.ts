/** MQTT topic filters: what a gateway may publish and subscribe to. */

export const FILTER_MAX_BYTES = 256

/** Why a text is no topic filter that can be granted, or `null`. */
export function filterFault(filter: string): string | null {
  if (filter === '') return 'a topic filter is not empty'
  if (new TextEncoder().encode(filter).length > FILTER_MAX_BYTES)
    return `a topic filter has at most ${FILTER_MAX_BYTES} bytes`
  if (/[\u0000-\u001f\u007f-\u009f\ufffd]/.test(filter)) return 'a topic filter has no control or broken characters'
  if (filter.startsWith('$')) return 'topics that begin with $ are not granted'
  const levels = filter.split('/')
  for (const [index, level] of levels.entries()) {
    if (level.includes('#') && (level !== '#' || index !== levels.length - 1))
      return '# stands alone, as the last level'
    if (level.includes('+') && level !== '+') return '+ stands alone in its level'
  }
  return null
}

/** Whether everything that `inner` (a filter, or a topic) matches is matched by `outer` too. */
export function filterCovers(outer: string, inner: string): boolean {
  if (inner.startsWith('$')) return false
  const outside = outer.split('/')
  const inside = inner.split('/')
  for (const [index, level] of outside.entries()) {
    if (level === '#') return true
    const other = inside[index]
    if (other === undefined || other === '#') return false
    if (level !== '+' && level !== other) return false
  }
  return inside.length === outside.length
}
