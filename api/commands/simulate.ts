import { Command } from 'commander'
import { writeFileSync } from 'node:fs'
import type { Played } from '../../simulators/play.ts'
import type { Scenario } from '../../simulators/scenario.ts'
import type { Simulation } from '../../simulators/simulate.ts'
import { exploreCommand } from './explore.ts'
import { Failure } from './failure.ts'
import { createProgress } from './simulate-progress.ts'
import { addSetting, liveOf, mustBeWritable, repeatOf, type SimulateOptions, speedOf } from './simulate-options.ts'

export function simulateCommand(): Command {
  return new Command('simulate')
    .description(
      'plays scenarios of a building, in virtual time or live, and fails where something expected does not come',
    )
    .argument('[scenario...]', 'names of shipped scenarios, or files that end in .yaml')
    .option('--list', 'the shipped scenarios; --live: good for live runs')
    .option('--seed <seed>', 'another seed, another course of events; the same one, the same to the byte; 1 unless set')
    .option('--repeat <n>', 'play each so often, with the seeds s, s-2, s-3 …', '1')
    .option('--set <name=value>', "a scenario's parameter; may be given again", addSetting, {})
    .option('--speed <n>', 'n seconds of the scenario in one; live: of devices and people, not of the service')
    .option('--watch', 'play again when a file changes, and show what happens as it happens')
    .option('--report <file>', 'an HTML page with timeline, charts and clocks')
    .option('--junit <file>', 'JUnit XML')
    .option('--json', 'the outcome as data, alone on standard output')
    .option('--live', 'against a service that is up, over MQTT and HTTP, in its own time')
    .option('--url <url>', 'live: the broker that devices publish to; mqtt://127.0.0.1:1883 unless set')
    .option('--http <url>', 'live: the service; SHIFEN_URL or http://127.0.0.1:8080 unless set')
    .option('--token <token>', 'live: an admin token; SHIFEN_TOKEN or SHIFEN_ADMIN_TOKEN unless set')
    .option('--drill', 'live: everything is marked as a drill (演练), and counts in no figure')
    .option('--notify <ids>', 'drill: the responders who hear of it, with commas between them')
    .addCommand(exploreCommand())
    .action(runSimulate)
}

async function runSimulate(names: readonly string[], options: SimulateOptions): Promise<void> {
  if (options.list) return list(options)
  if (names.length === 0) throw new Failure('which scenario? --list shows those that are shipped', 2)
  if (options.json && options.watch) throw new Failure('--json is for one answer; leave --watch out', 2)
  const how = howOf(options)
  const ending = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort())
  const runs = options.watch
    ? await playAgain(names, options, how, ending.signal)
    : await playOnce(await read(names, options), options, how, ending.signal)
  const { failureOf } = await import('../../simulators/report/outcome.ts')
  const failure = failureOf(runs, ending.signal.aborted && !options.watch)
  if (failure !== null) throw new Failure(failure)
}

/** All that is wrong in the files is told at once. */
async function read(names: readonly string[], options: SimulateOptions, onFile?: (file: string) => void) {
  const { readAll } = await import('../../simulators/reading/read-all.ts')
  const { spellFault } = await import('../../simulators/reading/faults.ts')
  const { notForLive } = await import('../../simulators/for-live.ts')
  const { scenarios, warnings, faults } = readAll(names, { set: options.set, onFile })
  if (options.live) faults.push(...scenarios.flatMap(notForLive).map(spellFault))
  if (faults.length > 0) throw new Failure(faults.join('\n'), 2)
  for (const warning of warnings) note(warning)
  return scenarios
}

type How = Pick<Simulation, 'seed' | 'repeat' | 'speed' | 'live'>

/** @throws Failure where the options do not go together. */
function howOf(options: SimulateOptions): How {
  mustBeWritable('report', options.report)
  mustBeWritable('junit', options.junit)
  const live = liveOf(options, process.env)
  if (live !== null && live.speed !== 1) {
    note(`devices and people are ${live.speed} times as fast; the service's own delays stay as they are`)
  }
  return {
    seed: options.seed ?? '1',
    repeat: repeatOf(options),
    speed: speedOf(options),
    live: live && { ...live, onNote: note },
  }
}

async function playOnce(scenarios: readonly Scenario[], options: SimulateOptions, how: How, signal: AbortSignal) {
  const { simulate } = await import('../../simulators/simulate.ts')
  const { ScenarioProblem } = await import('../../simulators/provision.ts')
  const { createLocalTime } = await import('../../simulators/local-time.ts')
  const { createLineTeller } = await import('../../simulators/report/text.ts')
  const progress = createProgress(process.stderr, ({ site }, atMs) => createLocalTime(site.timezone).spell(atMs))
  const tells = tellsAtOnce(options)
  const onRun = (scenario: Scenario, seed: string) => {
    const lines = createLineTeller(scenario.site.timezone, { colour: hasColour() })
    if (tells) return { onLine: (line: Parameters<typeof lines>[0]) => say(lines(line).join('\n')) }
    return { onProgress: progress.begin(scenario, seed) }
  }
  const played: Played[] = []
  try {
    await simulate({ ...how, scenarios, signal, onRun, onPlayed: (run) => void played.push(run) })
    progress.clear()
    await show(played, options)
    return played
  } catch (error) {
    progress.clear()
    if (error instanceof ScenarioProblem) throw new Failure(error.message, 2)
    await show(played, options, (error as Error).message)
    throw error
  }
}

/** Until it is ended; answers the last runs. */
async function playAgain(names: readonly string[], options: SimulateOptions, how: How, ending: AbortSignal) {
  const { watchFiles } = await import('../../simulators/watch.ts')
  let runs: Played[] = []
  while (!ending.aborted) {
    const files = new Set<string>()
    const changing = new AbortController()
    const scenarios = await read(names, options, (file) => files.add(file)).catch(tellFailure)
    const watching = watchFiles(files, () => changing.abort())
    const signal = AbortSignal.any([ending, changing.signal])
    if (scenarios !== null) runs = (await playOnce(scenarios, options, how, signal).catch(tellFailure)) ?? []
    if (!signal.aborted) {
      note('plays again when a file changes; Ctrl+C ends it')
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    }
    watching.close()
  }
  return runs
}

function tellFailure(error: unknown): null {
  note((error as Error).message)
  return null
}

/** `lost`: why no more could be played; what was played before is told all the same. */
async function show(runs: readonly Played[], options: SimulateOptions, lost: string | null = null): Promise<void> {
  const { htmlReport } = await import('../../simulators/report/html.ts')
  const { jsonReport } = await import('../../simulators/report/json.ts')
  const { junitReport } = await import('../../simulators/report/junit.ts')
  const { textReport } = await import('../../simulators/report/text.ts')
  if (options.junit !== undefined) writeFileSync(options.junit, junitReport(runs, lost))
  if (lost !== null && (runs.length === 0 || options.json)) return
  if (options.report !== undefined) writeFileSync(options.report, htmlReport(runs))
  // What was told as it happened is not told again.
  const told = tellsAtOnce(options) ? runs.map((run) => ({ ...run, lines: [] })) : runs
  await write(options.json ? jsonReport(runs) : textReport(told, { colour: hasColour() }))
}

async function list({ json }: SimulateOptions): Promise<void> {
  const { listShipped } = await import('../../simulators/reading/read-all.ts')
  const { padTo } = await import('../../simulators/report/terminal.ts')
  const shipped = listShipped()
  const widest = Math.max(...shipped.map(({ name }) => name.length))
  const lines = shipped.map(
    ({ name, title, live }) => `${padTo(name, widest)}  ${title.zh} ${title.en}${live ? ' · --live' : ''}\n`,
  )
  await write(json ? `${JSON.stringify(shipped, null, 2)}\n` : lines.join(''))
}

/** In a time that is ours, too, whoever watches wants to see it now. */
const tellsAtOnce = ({ json, watch, live, speed }: SimulateOptions): boolean =>
  json !== true && (watch === true || live === true || speed !== undefined)

const hasColour = () => process.stdout.isTTY && (process.env.NO_COLOR ?? '') === ''
const say = (line: string) => void process.stdout.write(`${line}\n`)
const note = (line: string) => void process.stderr.write(`${line}\n`)

/** Resolves when all of it is out: the process may end right after it. */
const write = (text: string) => new Promise<void>((resolve) => process.stdout.write(text, () => resolve()))
