import { Command, Option } from 'commander'
import { writeFileSync } from 'node:fs'
import type { Played } from '../../simulators/play.ts'
import type { Scenario } from '../../simulators/scenario.ts'
import { Failure } from './failure.ts'
import { progressOn } from './progress.ts'

interface SimulateOptions {
  live?: true
  url: string
  http: string
  token?: string
  seed: string
  speed?: string
  repeat: string
  set: string[]
  watch?: true
  report?: string
  junit?: string
  json?: true
}

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('play scenarios and judge what was expected of them: exit code 1 where something was not met')
    .argument('<scenario...>', 'names of shipped scenarios, or files')
    .option('--seed <seed>', 'the same seed gives the same run, byte for byte', '1')
    .option('--repeat <times>', 'so many runs, each with a seed of its own', '1')
    .option('--set <name=value...>', 'a parameter of the scenario', [])
    .option('--watch', 'every line as it happens, and again when a file changes')
    .option('--speed <factor>', 'so many seconds of the scenario in one; without it as fast as it goes, or 1 with --live')
    .option('--report <file>', 'a page with timeline, charts and clocks')
    .option('--junit <file>', 'JUnit XML, for CI')
    .addOption(new Option('--json', 'everything as JSON, alone on standard output'))
    .option('--live', 'against a service that is up, in its own time, over MQTT')
    .option('--url <url>', 'with --live: where devices publish', 'mqtt://127.0.0.1:1883')
    .option('--http <url>', 'with --live: where the API is', process.env.SHIFEN_URL ?? 'http://127.0.0.1:8080')
    .option('--token <token>', 'with --live: an admin token; else SHIFEN_TOKEN or SHIFEN_ADMIN_TOKEN')
    .action(async (names: string[], options: SimulateOptions) => {
      const { read } = await import('../../simulators/reading/all.ts')
    })
}
