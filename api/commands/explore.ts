import { Command } from 'commander'
import { writeFileSync } from 'node:fs'
import type { Progress } from '../../simulators/explore/explore.ts'
import { Failure } from './failure.ts'

interface ExploreOptions {
  minutes: string
  scenarios?: string
  seed: string
  out?: string
  play?: string
}

export function exploreCommand(): Command {
  return new Command('explore')
    .description('invents scenarios and plays them until one breaks what always holds; prints the smallest that does')
    .option('--minutes <n>', 'how long it looks', '10')
    .option('--scenarios <n>', 'at most so many; then minutes play no part unless they are over before')
    .option('--seed <seed>', 'another seed, other scenarios', 'explore')
    .option('--out <file>', 'where the scenario that was found is written; else to standard output')
    .option('--play <file>', 'looks at one scenario, of a file or shipped, instead of inventing any')
    .action(async (_own: ExploreOptions, command: Command) => {
      // `simulate` has a --seed, too, and takes it wherever it stands.
      const options = command.optsWithGlobals<ExploreOptions>()
      const found = options.play === undefined ? await look(options) : await again(options.play, options.seed)
      if (found) process.exitCode = 1
    })
}

/** Whether something was found. */
async function look({ minutes, scenarios, seed, out }: ExploreOptions): Promise<boolean> {
  const { explore } = await import('../../simulators/explore/explore.ts')
  const lastsMs = positive('--minutes', minutes) * 60_000
  const scenariosMax = scenarios === undefined ? Infinity : positive('--scenarios', scenarios)
  const ending = new AbortController()
  const timer = setTimeout(() => ending.abort(), lastsMs)
  process.once('SIGINT', () => ending.abort())
  process.once('SIGTERM', () => ending.abort())
  const teller = createTeller()
  const explored = await explore({ seed, scenariosMax, signal: ending.signal, onProgress: teller.tell })
  clearTimeout(timer)
  teller.end()
  const { found, refused, scenarios: played, virtualMs, messages } = explored
  for (const each of refused) say(`not played: ${each}`)
  say(`${played} scenarios, ${Math.round(virtualMs / 3_600_000)} hours, ${messages} messages, seed ${seed}`)
  if (found === null) return false
  say(`${found.finding.invariant}: ${found.finding.what}`)
  if (out === undefined) process.stdout.write(found.yaml)
  else {
    writeFileSync(out, found.yaml)
    say(`again: npx shifen simulate explore --play ${out} --seed ${found.seed}`)
  }
  return true
}

async function again(file: string, seed: string): Promise<boolean> {
  const { examine } = await import('../../simulators/explore/examine.ts')
  const { findScenario } = await import('../../simulators/reading/library.ts')
  const { readScenario } = await import('../../simulators/reading/read.ts')
  const { spellFault } = await import('../../simulators/reading/faults.ts')
  const named = findScenario(file)
  if (!named.ok) throw new Failure(named.message, 2)
  const read = readScenario(named.file)
  if (!read.ok) throw new Failure(read.faults.map(spellFault).join('\n'), 2)
  const { findings, refused } = await examine({ scenario: read.scenario, seed, twice: true })
  if (refused !== null) throw new Failure(refused, 2)
  for (const { invariant, what } of findings) process.stdout.write(`${invariant}: ${what}\n`)
  if (findings.length === 0) say('everything holds that always does')
  return findings.length > 0
}

const say = (line: string) => process.stderr.write(`${line}\n`)

function positive(option: string, text: string): number {
  const value = Number(text)
  if (value > 0) return value
  throw new Failure(`${option} must be a number above 0`, 2)
}

/** One line that is written over on a terminal, and one a minute or so elsewhere. */
function createTeller() {
  const { isTTY } = process.stderr
  let told = 0
  return {
    tell: ({ scenarios, virtualMs, messages, shrinking }: Progress) => {
      const hours = Math.round(virtualMs / 3_600_000)
      const what = shrinking > 0 ? `making it smaller: ${shrinking} tried` : `${hours} hours, ${messages} messages`
      const line = `${scenarios} scenarios, ${what}`
      if (isTTY) process.stderr.write(`\r\x1b[K${line}`)
      else if ((told += 1) % LINES_EVERY === 0) say(line)
    },
    end: () => void (isTTY && process.stderr.write('\n')),
  }
}

const LINES_EVERY = 25
