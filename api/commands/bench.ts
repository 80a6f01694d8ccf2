import { Command } from 'commander'

interface BenchOptions {
  json?: boolean
  quick?: boolean
  seconds?: string
  rounds?: string
}

export function benchCommand(): Command {
  return new Command('bench')
    .description('measures speed and memory, beside Mosquitto where it is installed')
    .option('--json', 'the report as data, alone on standard output')
    .option('--quick', 'a first look in about five minutes')
    .option('--seconds <n>', 'length of each measurement')
    .option('--rounds <n>', 'pairs of measurements in turn with Mosquitto')
    .action(async (options: BenchOptions) => {
      const { formatReport, FULL, QUICK, runBench } = await import('../../simulators/bench/bench.ts')
      const preset = options.quick ? QUICK : FULL
      const seconds = options.seconds === undefined ? preset.seconds : Number(options.seconds)
      const rounds = options.rounds === undefined ? preset.rounds : Number(options.rounds)
      const log = (line: string) => process.stderr.write(`${line}\n`)
      const report = await runBench({ ...preset, seconds, rounds, log })
      process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : formatReport(report)}\n`)
    })
}
