#!/usr/bin/env -S node --max-semi-space-size=4
// Most of what a message makes is gone at once: a small young generation costs no speed and saves 20 MB.
import { Command, CommanderError, Option } from 'commander'
import { ConfigError } from './config.ts'
import { benchCommand } from './commands/bench.ts'
import { deviceCommands, tokenCommands } from './commands/access.ts'
import { gatewayCommands } from './commands/gateway.ts'
import { mappingCommands } from './commands/mapping.ts'
import { notifyCommands } from './commands/notify.ts'
import { ruleCommands } from './commands/rules.ts'
import { demoCommand } from './commands/demo.ts'
import { doctorCommand } from './commands/doctor.ts'
import { serveCommand } from './commands/serve.ts'
import { simulateCommand } from './commands/simulate.ts'
import { Failure } from './commands/failure.ts'
import { VERSION } from './version.ts'

const EXIT_FAILED = 1
const EXIT_USAGE = 2

const program = new Command('shifen')
  .description('From a wet sensor to one emergency ticket with a ten-minute clock. Not a life-safety system.')
  .version(VERSION)
  .addOption(new Option('--config <file>', 'configuration file').env('SHIFEN_CONFIG'))
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text) })

for (const command of [
  serveCommand(),
  demoCommand(),
  simulateCommand(),
  deviceCommands(),
  tokenCommands(),
  gatewayCommands(),
  mappingCommands(),
  ruleCommands(),
  notifyCommands(),
  doctorCommand(),
  benchCommand(),
]) {
  program.addCommand(withExitOverride(command))
}

function withExitOverride(command: Command): Command {
  command.exitOverride()
  command.commands.forEach(withExitOverride)
  return command
}

try {
  await program.parseAsync()
} catch (error) {
  // What had begun already, a listening port for one, must not keep alive what has failed.
  process.exit(exitCodeOf(error))
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  if (error instanceof ConfigError) return EXIT_USAGE
  return error instanceof Failure ? error.exitCode : EXIT_FAILED
}
