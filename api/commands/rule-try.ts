import { Command } from 'commander'
import { connected, type Connection, request, show } from './access.ts'
import { Failure } from './failure.ts'
import { checkFiles, type FileRule, reportOf } from './rule-files.ts'
import { toldTried, type TriedRule } from './rule-tried.ts'

interface Options extends Connection {
  from?: string
  to?: string
  rule?: string
}

type Line = { type: 'progress'; readings: number; of: number; at: string } | { type: 'episode' } | TriedRule

/** Asks the running service, which has the past. */
export function ruleTryCommand(): Command {
  return connected(new Command('try'))
    .description(
      'try a rule on the past, beside the version in force: when it would have raised, cleared, opened tickets',
    )
    .argument('<file>', 'YAML or JSON')
    .option('--from <time>', 'such as 2026-11-16, 2026-11-16T08:00, or 3d for three days ago; 7 days before the end')
    .option('--to <time>', 'likewise; now')
    .option('--rule <id>', 'which rule of a file with several')
    .action(async (file: string, { from, to, rule: wanted, ...connection }: Options) => {
      const { given } = ruleOf(file, wanted)
      const now = Date.now()
      const body = { rule: given, from: timeOf('--from', from, now), to: timeOf('--to', to, now) }
      const answer = await request(connection, 'POST', '/rules/try', body, 'application/x-ndjson')
      const tried = await resultOf(answer)
      show(connection, tried, toldTried(tried).join('\n'))
    })
}

function ruleOf(file: string, wanted: string | undefined): FileRule {
  const rules = checkFiles([file]).filter(({ id }) => wanted === undefined || id === wanted)
  const [rule] = rules
  if (rule === undefined) throw new Failure(`${file} has no rule ${wanted}`, 2)
  if (rules.length > 1) throw new Failure(`${file} has ${rules.length} rules: name one with --rule`, 2)
  const report = reportOf(rule)
  if (report.length > 0) process.stderr.write(`${report.join('\n')}\n`)
  if (!rule.check.ok) throw new Failure('the rule cannot be used; correct what is above')
  return rule
}

const AGO_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A time without a zone is one of this machine. */
function timeOf(option: string, text: string | undefined, now: number): string | undefined {
  if (text === undefined) return undefined
  const ago = /^(\d{1,6})([mhd])$/.exec(text)
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const at = ago ? now - Number(ago[1]) * AGO_MS[ago[2]!]! : Date.parse(isDay ? `${text}T00:00` : text)
  if (Number.isNaN(at)) throw new Failure(`${option} ${text}: not a time such as 2026-11-16T08:00 or 3d`, 2)
  return new Date(at).toISOString()
}

async function resultOf(answer: Response): Promise<TriedRule> {
  const progress = progressBar()
  let result: TriedRule | null = null
  try {
    for await (const line of linesOf(answer)) {
      if (line.type === 'progress') progress.at(line.readings / Math.max(1, line.of))
      if (line.type === 'result') result = line
    }
  } catch {
    result = null
  } finally {
    progress.end()
  }
  if (result === null) throw new Failure('the service ended before the past was over; try again')
  return result
}

async function* linesOf(answer: Response): AsyncGenerator<Line> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const bytes of answer.body! as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as Line
  }
}

const BAR_COLUMNS = 40

/** On a terminal only, and not among what is told: that may be piped on. */
function progressBar() {
  const { stderr } = process
  let shown = ''
  return {
    at(share: number): void {
      const full = Math.round(share * BAR_COLUMNS)
      const text = `${'█'.repeat(full)}${'░'.repeat(BAR_COLUMNS - full)} ${Math.round(share * 100)} %`
      if (stderr.isTTY && text !== shown) stderr.write(`\r${text}`)
      shown = text
    },
    end: () => void (stderr.isTTY && stderr.write('\r\u001b[K')),
  }
}
