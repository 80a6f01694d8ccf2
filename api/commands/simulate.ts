import { Command } from 'commander'
import { Failure } from './failure.ts'

interface SimulateOptions {
  url: string
  http: string
  token?: string
  seed: string
  speed: string
}

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('simulated devices over MQTT, each with its own login; shipped scenario: demo')
    .argument('<scenario...>', 'names of shipped scenarios')
    .option('--url <url>', 'where devices publish', 'mqtt://127.0.0.1:1883')
    .option(
      '--http <url>',
      'where devices are provisioned and crews work',
      process.env.SHIFEN_URL ?? 'http://127.0.0.1:8080',
    )
    .option('--token <token>', 'an admin token; else SHIFEN_TOKEN or SHIFEN_ADMIN_TOKEN')
    .option('--seed <seed>', 'another seed, another story', 'demo')
    .option('--speed <factor>', 'how much faster than life crews and emergencies are', '1')
    .action(async (names: string[], options: SimulateOptions) => {
      const { runLive, scenarios } = await import('../../simulators/run.ts')
      const token = options.token ?? process.env.SHIFEN_TOKEN ?? process.env.SHIFEN_ADMIN_TOKEN
      if (token === undefined) throw new Failure('a token is needed: --token, or SHIFEN_TOKEN in the environment', 2)
      const speed = Number(options.speed)
      if (!(speed > 0)) throw new Failure('--speed must be a number above 0', 2)
      const unknown = names.filter((name) => !Object.hasOwn(scenarios, name))
      if (unknown.length > 0) {
        const known = Object.keys(scenarios).join(', ')
        throw new Failure(`there is no scenario ${unknown.join(', ')}; shipped: ${known}`, 2)
      }
      const ending = new AbortController()
      process.once('SIGINT', () => ending.abort())
      process.once('SIGTERM', () => ending.abort())
      const log = (line: string) => process.stderr.write(`${line}\n`)
      const common = { mqttUrl: options.url, httpUrl: options.http, token, seed: options.seed, speed, log }
      await Promise.all(names.map((scenario) => runLive({ ...common, scenario, signal: ending.signal })))
    })
}
