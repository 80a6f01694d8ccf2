/**
 * JavaScript's regular expressions try every way to match, so a few characters of pattern can take hours over a short
 * text. A pattern that keeps to these bounds takes a small power of the text's length at most.
 */
const LENGTH_MAX = 100
const REPEATS_MAX = 3
const OPTIONS_MAX = 5

/** Why a pattern of `matches` is not run, or `null`. */
export function refusedPattern(pattern: string): string | null {
  if (pattern.length > LENGTH_MAX) {
    return `a pattern has at most ${LENGTH_MAX} characters, this has ${pattern.length}`
  }
  try {
    new RegExp(pattern)
  } catch {
    return 'this pattern is no regular expression'
  }
  const { repeats, options, nested, backReference } = shapeOf(pattern)
  if (backReference) return 'a pattern may not refer back to a group: it can take for ever'
  if (nested) return 'a pattern may not repeat a group that has a repetition or a choice in it: it can take for ever'
  if (repeats > REPEATS_MAX) return `a pattern has at most ${REPEATS_MAX} repetitions (* + {}), this has ${repeats}`
  if (options > OPTIONS_MAX) return `a pattern has at most ${OPTIONS_MAX} optional parts (?), this has ${options}`
  return null
}

/** An escape, a set of characters, the beginning of a group, or one character that means something. */
const PIECES =
  /\\k|\\[1-9]|\\[^]|\[(?:\\[^]|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<\w+>))?|[)|]|(?:[*+?]|\{\d+(?:,\d*)?\})\??/g
const BACK_REFERENCE = /^\\(?:k|[1-9])$/
const FIXED = /^\{\d+\}/

function shapeOf(pattern: string) {
  const shape = { repeats: 0, options: 0, nested: false, backReference: false }
  /** Whether each open group can match in more than one way; the outermost is the pattern itself. */
  const open: { varies: boolean }[] = [{ varies: false }]
  let closed: { varies: boolean; end: number } | null = null
  for (const { 0: piece, index } of pattern.matchAll(PIECES)) {
    const group = open.at(-1)!
    if (BACK_REFERENCE.test(piece)) shape.backReference = true
    else if (piece.startsWith('(')) open.push({ varies: false })
    else if (piece === ')') {
      const { varies } = open.pop()!
      open.at(-1)!.varies ||= varies
      closed = { varies, end: index + 1 }
    } else if (piece === '|') group.varies = true
    else if ('*+?{'.includes(piece[0]!)) {
      const repeatsGroup = closed?.end === index && closed.varies
      if (piece.startsWith('?')) shape.options += 1
      else {
        if (!FIXED.test(piece)) shape.repeats += 1
        shape.nested ||= repeatsGroup
      }
      if (!FIXED.test(piece)) group.varies = true
    }
  }
  return shape
}
