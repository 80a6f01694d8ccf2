/** One finished system call of a trace that `strace -f -yy` wrote. */
export interface SystemCall {
  /** Where it began and where it ended, as lines of the trace. */
  beganAt: number
  endedAt: number
  name: string
  /** The file or socket of its first argument, as `-yy` writes it. */
  target: string
  /** All bytes that are shown of its buffers, one after the other. */
  bytes: Buffer
  result: number
}

const LINE = /^(\d+) +[\d.]+ (.*)$/
const RESUMED = /^<\.\.\. (\w+) resumed>(.*)$/
const CALL = /^(\w+)\((?:\d+<((?:->|[^>])*)>)?(.*)\) += (-?\d+)/s

/** Puts calls together that the trace tells in two parts, since another thread was told in between. */
export function readTrace(text: string): SystemCall[] {
  const calls: SystemCall[] = []
  const unfinished = new Map<string, { beganAt: number; text: string }>()
  for (const [index, line] of text.split('\n').entries()) {
    const [, thread = '', rest = ''] = LINE.exec(line) ?? []
    if (rest.endsWith('<unfinished ...>')) {
      unfinished.set(thread, { beganAt: index, text: rest.slice(0, -'<unfinished ...>'.length).trimEnd() })
      continue
    }
    const resumed = RESUMED.exec(rest)
    const begun = resumed ? unfinished.get(thread) : undefined
    const call = CALL.exec(begun ? `${begun.text}${resumed![2]!}` : rest)
    if (!call) continue
    const [, name = '', target = '', args = '', result = ''] = call
    calls.push({
      beganAt: begun?.beganAt ?? index,
      endedAt: index,
      name,
      target,
      bytes: Buffer.concat([...args.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, quoted]) => unescape(quoted!))),
      result: Number(result),
    })
  }
  return calls
}

const ESCAPES: Record<string, number> = { n: 10, t: 9, r: 13, v: 11, f: 12 }

function unescape(quoted: string): Buffer {
  const bytes: number[] = []
  for (const [, octal, letter, plain] of quoted.matchAll(/\\([0-7]{1,3})|\\(.)|(.)/gs)) {
    if (octal !== undefined) bytes.push(parseInt(octal, 8))
    else if (letter !== undefined) bytes.push(ESCAPES[letter] ?? letter.charCodeAt(0))
    else bytes.push(plain!.charCodeAt(0))
  }
  return Buffer.from(bytes)
}
